//! S-21: a plan adds up to its order, also after that came to more or to less.

use super::*;
use crate::domain::{
    invoice::Invoice,
    order::{self, tests::words},
    shop::*,
};

/// An order of 105, of which 50 are due in March and 55 in June.
fn planned() -> Shop {
    let mut shop = Shop::with_order(vec![goods("10", "10"), words("postage", "5")]);
    let made = Made::ByHand(vec![(first_of(3), euros("50")), (first_of(6), euros("55"))]);
    let command = Command::Set {
        order: order(1),
        made,
        reason: None,
    };
    shop.does::<ReceivablePlan>(order(1), &command);
    shop
}

fn plan_of(shop: &Shop) -> Plan {
    shop.state::<ReceivablePlan>(order(1)).unwrap()
}

/// How much is due in which month.
fn parts(shop: &Shop) -> Vec<(i8, String)> {
    let plan = plan_of(shop);
    let sum: Decimal = plan.instalments.iter().map(|part| part.amount).sum();
    assert_eq!(sum, shop.sale(1).gross(), "it adds up");
    let parts = plan.instalments.iter();
    parts
        .map(|part| (part.due.month(), part.amount.normalize().to_string()))
        .collect()
}

fn change(pieces: &str) -> order::Command {
    order::Command::ChangeLines {
        lines: vec![goods(pieces, "10"), words("postage", "5")],
        grant: None,
    }
}

#[test]
fn what_an_order_comes_to_more_is_due_with_the_last_instalment() {
    let mut shop = planned();
    shop.orders(1, change("12"));
    assert_eq!(parts(&shop), [(3, "50".into()), (6, "75".into())]);
    let plan = plan_of(&shop);
    assert_eq!(
        (plan.version, plan.reason.as_deref()),
        (2, Some("the order comes to 125.00 EUR"))
    );
}

#[test]
fn what_it_comes_to_less_is_taken_from_the_last_instalments() {
    let mut shop = planned();
    shop.orders(1, change("4"));
    assert_eq!(parts(&shop), [(3, "45".into())]);
}

#[test]
fn what_is_billed_or_paid_ahead_is_not_taken_from() {
    // The second invoice has 10 of March and 45 of June; the first one is voided.
    let mut shop = planned()
        .billed(1, of_order(Some(&[part(1, "4")])))
        .billed(2, of_order(Some(&[part(1, "5"), part(2, "1")])));
    shop.invoices(1, &void_invoice());
    shop.orders(1, cancel_rest());
    assert_eq!(parts(&shop), [(3, "10".into()), (6, "45".into())]);
    let mut paid = planned().paid_down(1, eur("50"));
    paid.orders(1, change("5"));
    assert_eq!(parts(&paid), [(3, "50".into()), (6, "5".into())]);
}

#[test]
fn the_plan_of_an_order_that_is_cancelled_waits_for_it_to_be_opened_again() {
    let mut shop = planned();
    shop.orders(1, cancel_rest());
    assert_eq!(plan_of(&shop).version, 1);
    let reopen = order::Command::Reopen {
        reason: "after all".into(),
        grant: None,
    };
    shop.orders(1, reopen);
    assert_eq!(parts(&shop), [(3, "50".into()), (6, "55".into())]);
    assert_eq!(plan_of(&shop).version, 1);
}

#[test]
fn what_leaves_the_total_as_it_is_leaves_the_plan_as_it_is() {
    let mut shop = planned();
    shop.orders(1, deliver(&[(1, "10")]));
    assert_eq!(plan_of(&shop).version, 1);
}

proptest! {
    /// However an order is billed, voided and changed, its plan adds up to it, and every standing
    /// invoice keeps the parts that it took.
    #[test]
    fn a_plan_follows_its_order_and_keeps_what_is_billed(
        steps in prop::collection::vec((0..4_u8, 1..14_u8, 0..6_usize), 1..14),
    ) {
        let mut shop = planned();
        let mut standing: Vec<u128> = Vec::new();
        for (n, (what, pieces, which)) in (1_u128..).zip(steps) {
            let pieces = pieces.to_string();
            match what {
                0 => {
                    let asked = issue(of_order(Some(&[part(1, &pieces)])));
                    let billed = shop.attempt::<Invoice>(invoice(n), &asked);
                    standing.extend(billed.is_ok().then_some(n));
                }
                1 if !standing.is_empty() => {
                    let gone = standing.remove(which % standing.len());
                    shop.invoices(gone, &void_invoice());
                }
                2 => drop(shop.attempt::<Order>(order(1), &change(&pieces))),
                _ => drop(shop.attempt::<Order>(order(1), &cancel_rest())),
            }
            if shop.sale(1).gross() > Decimal::ZERO {
                parts(&shop);
            }
            let plan = plan_of(&shop).instalments;
            let mut taken = std::collections::BTreeMap::new();
            for (due, amount) in standing.iter().flat_map(|n| shop.due(*n)) {
                *taken.entry(due).or_insert(Decimal::ZERO) += amount;
            }
            for (due, amount) in taken {
                let planned = plan.iter().find(|part| part.due.to_string() == due);
                let planned = planned.map_or(Decimal::ZERO, |part| part.amount);
                prop_assert!(amount <= planned, "{amount} of {planned} on {due}");
            }
        }
    }
}
