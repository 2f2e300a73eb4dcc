//! The rules of receivable plans as given / when / then, and what using one up keeps.

use guanxi_decider::testing::Scenario;
use guanxi_events::sales::{
    DueRule, PaymentTermsDefined, PaymentTermsDefinition, PaymentTermsEvent, Portion,
};
use jiff::{ToSpan, civil::date};
use proptest::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::*;
use crate::domain::order::tests::{
    CUSTOMER, ORDER, World, cancel_rest, deliver, goods, part, place,
};

mod following;
mod paid_ahead;

const TERMS: PaymentTermsId = PaymentTermsId(Uuid::from_u128(9));

fn euros(text: &str) -> Money {
    Money {
        amount: text.parse().unwrap(),
        currency: Currency::EUR,
    }
}

/// So much on the first of these months of 2026.
fn by_hand(parts: &[(i8, &str)]) -> Command {
    let part = |(month, amount): &(i8, &str)| (date(2026, *month, 1), euros(amount));
    Command::Set {
        order: OrderId(ORDER),
        made: Made::ByHand(parts.iter().map(part).collect()),
        reason: Some("as agreed".into()),
    }
}

fn by_terms(from: Option<Date>) -> Command {
    Command::Set {
        order: OrderId(ORDER),
        made: Made::ByTerms { terms: TERMS, from },
        reason: None,
    }
}

fn set(version: u32, parts: &[(Date, &str)], by_terms: bool) -> ReceivablePlanEvent {
    let instalment = |(due, amount): &(Date, &str)| PlannedInstalment {
        due: *due,
        amount: amount.parse().unwrap(),
    };
    ReceivablePlanSet {
        customer: CUSTOMER,
        version,
        currency: Currency::EUR,
        instalments: parts.iter().map(instalment).collect(),
        terms: by_terms.then_some(PaymentTermsVersion {
            id: TERMS,
            version: 1,
        }),
        reason: (!by_terms).then(|| "as agreed".into()),
    }
    .into()
}

fn first_of(month: i8) -> Date {
    date(2026, month, 1)
}

/// A third each after no, one and two months.
fn thirds() -> PaymentTermsEvent {
    let percents = ["33.3333", "33.3333", "33.3334"];
    let portions = percents
        .into_iter()
        .zip(0..)
        .map(|(percent, months)| Portion {
            percent: percent.parse().unwrap(),
            due: DueRule::MonthsAfterInvoice(months),
        });
    PaymentTermsDefined {
        version: 1,
        definition: PaymentTermsDefinition {
            name: "Thirds".into(),
            portions: portions.collect(),
            early_payment: None,
        },
    }
    .into()
}

/// A confirmed order of 10 pieces at 10 euros.
fn sold() -> World {
    World::confirmed(vec![goods("10", "10")])
}

fn scenario(order: &World) -> Scenario<ReceivablePlan> {
    Scenario::new(ORDER)
        .reading::<Order>(ORDER, order.order.clone())
        .reading::<PaymentTerms>(TERMS, [thirds()])
}

#[test]
fn a_plan_by_hand_comes_to_the_order_each_day_once_and_by_date() {
    scenario(&sold())
        .when(by_hand(&[(3, "30"), (2, "50"), (3, "20")]))
        .then([set(1, &[(first_of(2), "50"), (first_of(3), "50")], false)]);
}

#[test]
fn a_plan_that_does_not_come_to_the_order_is_refused_with_the_figures() {
    let refusal = scenario(&sold())
        .when(by_hand(&[(2, "50"), (3, "49.99")]))
        .then_refused("PLAN_DOES_NOT_ADD_UP");
    assert_eq!(refusal.figures["planned"], "99.99 EUR");
    assert_eq!(refusal.figures["order"], "100.00 EUR");
}

#[test]
fn instalments_are_above_0_and_in_the_orders_currency() {
    let dollars = Money {
        currency: Currency::USD,
        ..euros("50")
    };
    let made = Made::ByHand(vec![
        (first_of(1), euros("0")),
        (first_of(2), euros("50")),
        (first_of(3), dollars),
    ]);
    scenario(&sold())
        .when(Command::Set {
            order: OrderId(ORDER),
            made,
            reason: None,
        })
        .then_invalid([
            "by_hand.instalments[0].amount",
            "by_hand.instalments[2].amount",
        ]);
}

#[test]
fn a_plan_by_terms_is_what_they_make_of_the_order() {
    let from = date(2026, 1, 31);
    let wanted = [
        (from, "33.33"),
        (date(2026, 2, 28), "33.33"),
        (date(2026, 3, 31), "33.34"),
    ];
    scenario(&sold())
        .when(by_terms(Some(from)))
        .then([set(1, &wanted, true)]);
    // Without a day of its own, from that of the command.
    let state = scenario(&sold()).when(by_terms(None)).state().unwrap();
    assert_eq!(state.instalments[0].due, date(2026, 1, 15));
}

#[test]
fn an_order_or_terms_that_there_are_not_make_no_plan() {
    Scenario::<ReceivablePlan>::new(ORDER)
        .when(by_hand(&[(2, "100")]))
        .then_refused("NOT_FOUND");
    Scenario::<ReceivablePlan>::new(ORDER)
        .reading::<Order>(ORDER, sold().order)
        .when(by_terms(None))
        .then_refused("PAYMENT_TERMS_UNKNOWN");
}

#[test]
fn an_order_that_comes_to_nothing_has_nothing_to_plan() {
    let cancelled = sold().after(cancel_rest());
    scenario(&cancelled)
        .when(by_terms(None))
        .then_refused("NOTHING_TO_PLAN");
}

#[test]
fn the_same_plan_again_changes_nothing() {
    let plan = set(1, &[(first_of(2), "50"), (first_of(3), "50")], false);
    scenario(&sold())
        .given([plan])
        .when(by_hand(&[(2, "50"), (3, "50.00")]))
        .then_nothing();
    let from = date(2026, 1, 31);
    let made = scenario(&sold()).when(by_terms(Some(from))).decision();
    let events = made.events.into_iter().map(|(event, _)| event);
    scenario(&sold())
        .given(events)
        .when(by_terms(Some(from)))
        .then_nothing();
}

#[test]
fn while_nothing_is_billed_all_of_a_plan_may_change() {
    scenario(&sold())
        .given([set(1, &[(first_of(2), "100")], false)])
        .when(by_hand(&[(1, "99"), (7, "1")]))
        .then([set(2, &[(first_of(1), "99"), (first_of(7), "1")], false)]);
}

#[test]
fn what_has_been_billed_stays_due_as_it_is() {
    // 6 of 10 pieces: the first instalment and 10 of the second.
    let billed = sold().billed(1, Some(&[part(1, "6")]));
    let plan = set(1, &[(first_of(2), "50"), (first_of(3), "50")], false);
    let refusal = scenario(&billed)
        .given([plan.clone()])
        .when(by_hand(&[(2, "50"), (4, "50")]))
        .then_refused("PLAN_COVERS_BILLED");
    assert_eq!(refusal.figures["billed"], "60.00 EUR");
    assert_eq!(
        refusal.figures["kept"],
        "50 on 2026-02-01, 10 on 2026-03-01"
    );
    // An instalment before those that are billed would be used up first.
    scenario(&billed)
        .given([plan.clone()])
        .when(by_hand(&[(1, "10"), (2, "50"), (3, "40")]))
        .then_refused("PLAN_COVERS_BILLED");
    scenario(&billed)
        .given([plan])
        .when(by_hand(&[(2, "50"), (3, "10"), (5, "40")]))
        .then([set(
            2,
            &[
                (first_of(2), "50"),
                (first_of(3), "10"),
                (first_of(5), "40"),
            ],
            false,
        )]);
}

#[test]
fn terms_make_a_plan_of_what_is_not_billed_yet() {
    let billed = sold().billed(1, Some(&[part(1, "6")]));
    let plan = set(1, &[(first_of(2), "50"), (first_of(3), "50")], false);
    let from = date(2026, 3, 1);
    let wanted = [
        (first_of(2), "50"),
        (first_of(3), "23.33"),
        (first_of(4), "13.33"),
        (first_of(5), "13.34"),
    ];
    scenario(&billed)
        .given([plan])
        .when(by_terms(Some(from)))
        .then([set(2, &wanted, true)]);
}

#[test]
fn a_voided_invoice_keeps_nothing() {
    let unbilled = sold().billed(1, Some(&[part(1, "6")])).unbilled(1);
    scenario(&unbilled)
        .given([set(1, &[(first_of(2), "50"), (first_of(3), "50")], false)])
        .when(by_hand(&[(7, "100")]))
        .then([set(2, &[(first_of(7), "100")], false)]);
}

#[test]
fn a_plan_follows_its_order_when_that_came_to_more_or_to_less() {
    let plan = set(1, &[(first_of(2), "50"), (first_of(3), "50")], false);
    let less = sold().billed(1, Some(&[part(1, "6")])).after(cancel_rest());
    scenario(&less)
        .given([plan.clone()])
        .when(by_hand(&[(2, "50"), (3, "10")]))
        .then([set(2, &[(first_of(2), "50"), (first_of(3), "10")], false)]);
    // A piece more than was ordered, and all billed: what went beyond the plan is due with its end.
    let more = World::tolerant(vec![goods("10", "10")], "10")
        .after(deliver(&[(1, "11")]))
        .billed(1, None);
    scenario(&more)
        .given([plan.clone()])
        .when(by_hand(&[(2, "50"), (3, "50"), (4, "10")]))
        .then_refused("PLAN_COVERS_BILLED");
    scenario(&more)
        .given([plan])
        .when(by_hand(&[(2, "50"), (3, "60")]))
        .then([set(2, &[(first_of(2), "50"), (first_of(3), "60")], false)]);
}

#[test]
fn a_draft_can_be_planned() {
    let draft =
        World::default().after(crate::domain::order::Command::Place(Box::new(place(vec![
            goods("10", "10"),
        ]))));
    scenario(&draft)
        .when(by_hand(&[(2, "100")]))
        .then([set(1, &[(first_of(2), "100")], false)]);
}

/// So much is taken from the beginning.
fn taken_first(plan: &[PlannedInstalment], billed: Decimal) -> Taken {
    Taken::of(plan, [], billed)
}

fn plan(parts: &[i64]) -> Vec<PlannedInstalment> {
    let day = |n: i64| first_of(1).saturating_add(n.days());
    let instalments = (0..).zip(parts).map(|(n, cents)| PlannedInstalment {
        due: day(n),
        amount: Decimal::new(*cents, 2),
    });
    instalments.collect()
}

#[test]
fn what_goes_beyond_a_plan_is_due_with_its_last_instalment() {
    let plan = plan(&[100, 50]);
    let (first, last) = (plan[0].due, plan[1].due);
    let cents = |n| Decimal::new(n, 2);
    assert_eq!(
        take(&plan, &taken_first(&plan, cents(40)), cents(200)),
        [(first, cents(60)), (last, cents(140))]
    );
    assert_eq!(
        take(&plan, &taken_first(&plan, cents(150)), cents(30)),
        [(last, cents(30))]
    );
    assert_eq!(
        take(&plan, &taken_first(&plan, cents(900)), cents(30)),
        [(last, cents(30))]
    );
    assert_eq!(take(&plan, &taken_first(&plan, cents(0)), cents(0)), []);
}

proptest! {
    /// However an order is billed: invoice by invoice the plan is used up as it is by one invoice
    /// of the sum.
    #[test]
    fn invoices_one_after_the_other_are_due_as_one_of_their_sum(
        parts in prop::collection::vec(1_i64..100_000, 1..8),
        invoices in prop::collection::vec(0_i64..100_000, 0..8),
    ) {
        let plan = plan(&parts);
        let mut before = Decimal::ZERO;
        let mut due = std::collections::BTreeMap::new();
        for cents in invoices {
            let amount = Decimal::new(cents, 2);
            let taken = take(&plan, &taken_first(&plan, before), amount);
            prop_assert!(taken.iter().all(|(_, part)| *part > Decimal::ZERO));
            prop_assert!(taken.is_sorted_by(|one, next| one.0 < next.0));
            prop_assert_eq!(taken.iter().map(|(_, part)| *part).sum::<Decimal>(), amount);
            for (day, part) in taken {
                *due.entry(day).or_insert(Decimal::ZERO) += part;
            }
            before += amount;
        }
        let at_once = taken_first(&plan, before).parts(&plan);
        prop_assert_eq!(due.into_iter().collect::<Vec<_>>(), at_once);
    }

    #[test]
    fn an_invoice_within_the_plan_takes_no_more_of_an_instalment_than_it_has(
        parts in prop::collection::vec(1_i64..100_000, 1..8),
        cuts in prop::collection::vec(0_i64..=1_000, 1..6),
    ) {
        let plan = plan(&parts);
        let total: i64 = parts.iter().sum();
        let mut cuts: Vec<i64> = cuts.iter().map(|mille| mille * total / 1_000).collect();
        cuts.push(total);
        cuts.sort_unstable();
        let mut taken = vec![Decimal::ZERO; plan.len()];
        let mut before = 0;
        for cut in cuts {
            let amount = Decimal::new(cut - before, 2);
            for (day, part) in take(&plan, &taken_first(&plan, Decimal::new(before, 2)), amount) {
                let index = plan.iter().position(|planned| planned.due == day).unwrap();
                taken[index] += part;
            }
            before = cut;
        }
        let planned: Vec<Decimal> = plan.iter().map(|planned| planned.amount).collect();
        prop_assert_eq!(taken, planned);
    }

    /// Whatever is planned anew, what was billed is due as before.
    #[test]
    fn no_accepted_version_moves_what_was_billed(
        first in prop::collection::btree_map(1_i8..13, 1_i64..100, 1..6),
        next in prop::collection::btree_map(1_i8..13, 1_i64..100, 1..6),
        billed in 1_u32..10,
    ) {
        // Both scaled to the order, the last part taking the rest.
        let scaled = |parts: &std::collections::BTreeMap<i8, i64>| {
            let sum: i64 = parts.values().sum();
            let mut left = 10_000;
            let mut scaled: Vec<(i8, String)> = Vec::new();
            for (index, (month, weight)) in parts.iter().enumerate() {
                let last = index + 1 == parts.len();
                let cents = if last { left } else { weight * 10_000 / sum };
                left -= cents;
                scaled.push((*month, Decimal::new(cents, 2).to_string()));
            }
            scaled
        };
        let ask = |parts: &[(i8, String)]| {
            let parts: Vec<_> = parts.iter().map(|(m, amount)| (*m, amount.as_str())).collect();
            by_hand(&parts)
        };
        let before = scenario(&sold()).when(ask(&scaled(&first))).state().unwrap();
        let sale = sold().billed(1, Some(&[part(1, &billed.to_string())]));
        let given = ReceivablePlanSet {
            customer: CUSTOMER,
            version: 1,
            currency: Currency::EUR,
            instalments: before.instalments.clone(),
            terms: None,
            reason: None,
        };
        let amount = Decimal::from(billed * 10);
        let stands = taken_first(&before.instalments, amount).parts(&before.instalments);
        let outcome = scenario(&sale).given([given.into()]).when(ask(&scaled(&next)));
        let state = outcome.state.clone();
        match outcome.result {
            Ok(decision) => {
                let after = decision.events.iter().fold(state, |state, (event, _)| {
                    ReceivablePlan::evolve(state, event)
                });
                let after = after.unwrap().instalments;
                prop_assert_eq!(taken_first(&after, amount).parts(&after), stands);
            }
            Err(refusal) => prop_assert_eq!(refusal.code, "PLAN_COVERS_BILLED"),
        }
    }
}
