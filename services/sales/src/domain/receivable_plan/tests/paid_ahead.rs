//! S-21: a new version keeps what is paid, also what was paid ahead of any invoice.

use super::*;
use crate::domain::{
    account::{Account, Command as Do},
    order::tests::words,
    shop::*,
};

/// An order of 105, of which 50 are due in March and 55 in June.
fn planned() -> Shop {
    let mut shop = Shop::with_order(vec![goods("10", "10"), words("postage", "5")]);
    shop.does::<ReceivablePlan>(order(1), &to(&[(3, "50"), (6, "55")]));
    shop
}

fn to(parts: &[(i8, &str)]) -> Command {
    let part = |(month, amount): &(i8, &str)| (date(2026, *month, 1), euros(amount));
    Command::Set {
        order: order(1),
        made: Made::ByHand(parts.iter().map(part).collect()),
        reason: None,
    }
}

fn refuses(shop: &Shop, parts: &[(i8, &str)], code: &str) -> guanxi_decider::Refusal {
    shop.refuses::<ReceivablePlan>(order(1), &to(parts), code)
}

#[test]
fn what_was_paid_down_stays_due_as_it_is() {
    let mut shop = planned().paid_down(1, eur("60"));
    let refusal = refuses(&shop, &[(3, "50"), (9, "55")], "PLAN_COVERS_PAID");
    assert_eq!(refusal.figures["paid"], "60.00 EUR");
    assert_eq!(
        refusal.figures["kept"],
        "50 on 2026-03-01, 10 on 2026-06-01"
    );
    shop.does::<ReceivablePlan>(order(1), &to(&[(3, "50"), (6, "10"), (9, "45")]));
}

#[test]
fn what_is_billed_counts_once_with_what_was_paid_down_for_it() {
    let shop = planned()
        .paid_down(1, eur("60"))
        .billed(1, of_order(Some(&[part(1, "5")])));
    // 50 of the 60 paid the invoice, 10 are ahead of the next.
    refuses(&shop, &[(3, "50"), (9, "55")], "PLAN_COVERS_PAID");
    let mut shop = shop.billed(2, of_order(Some(&[part(1, "2")])));
    refuses(
        &shop,
        &[(3, "50"), (6, "10"), (9, "45")],
        "PLAN_COVERS_BILLED",
    );
    shop.does::<ReceivablePlan>(order(1), &to(&[(3, "50"), (6, "20"), (9, "35")]));
}

#[test]
fn what_bounced_or_was_paid_out_again_keeps_nothing() {
    let mut shop = planned().paid_down(1, eur("60"));
    shop.accounts(Do::Bounce {
        payment: payment(1),
        reason: "no funds".into(),
    });
    shop.does::<ReceivablePlan>(order(1), &to(&[(9, "105")]));
    let mut shop = planned().paid_down(1, eur("60"));
    shop.accounts(Do::Refund {
        from: crate::domain::account::Source::Payment(payment(1)),
        amount: Some(eur("40")),
        payout: crate::domain::account::Payout {
            refund: refund(1),
            method: guanxi_events::sales::PaymentMethod::Cash,
            reference: None,
        },
        grant: None,
    });
    shop.does::<ReceivablePlan>(order(1), &to(&[(3, "20"), (9, "85")]));
}

#[test]
fn a_down_payment_above_the_order_covers_no_more_than_all_of_it() {
    let shop = planned().paid_down(1, eur("300"));
    refuses(&shop, &[(3, "50"), (9, "55")], "PLAN_COVERS_PAID");
    assert_eq!(
        shop.state::<Account>(CUSTOMER)
            .paid_down(order(1), Currency::EUR),
        "300".parse().unwrap()
    );
    let same = shop.ask::<ReceivablePlan>(order(1), &to(&[(3, "50"), (6, "55")]));
    assert!(same.unwrap().events.is_empty());
}

#[test]
fn an_instalment_may_come_before_those_that_an_invoice_took() {
    let mut shop = planned().billed(1, of_order(Some(&[part(1, "6")])));
    let earlier = to(&[(2, "45"), (3, "50"), (6, "10")]);
    shop.does::<ReceivablePlan>(order(1), &earlier);
    let shop = shop.billed(2, of_order(None));
    assert_eq!(
        shop.due(2),
        [("2026-02-01".to_owned(), "45".parse().unwrap())]
    );
}
