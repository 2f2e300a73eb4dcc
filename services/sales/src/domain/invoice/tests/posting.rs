//! What issuing an invoice writes to the customer's account in the same decision, and what down
//! payments do (S-23).

use super::*;
use crate::domain::account::{Command as Do, How, Payout, Receive, Source, Target, Use, Wish};

#[test]
fn the_order_and_the_account_are_written_in_the_same_decision() {
    let mut shop = Shop::with_order(lines());
    let decision = shop.invoices(1, &issue(of_order(Some(&[part(1, "4")]))));
    let orders = decision.elsewhere_of::<OrderEvent>();
    let [(id, OrderEvent::Billed(billed))] = orders.as_slice() else {
        panic!("{orders:?}");
    };
    assert_eq!((*id, billed.invoice), (order(1).into(), invoice(1)));
    assert_eq!(
        (billed.lines[0].quantity, billed.lines[0].net),
        (dec("4"), dec("40"))
    );
    let account = decision.elsewhere_of::<AccountEvent>();
    let [
        (to, AccountEvent::InvoicePosted(posted)),
        (_, AccountEvent::CommitmentSet(left)),
    ] = account.as_slice()
    else {
        panic!("{account:?}");
    };
    assert_eq!(*to, Uuid::from(CUSTOMER));
    assert_eq!((posted.invoice, posted.order), (invoice(1), Some(order(1))));
    assert_eq!(posted.instalments[0].booked.amount, dec("40"));
    assert_eq!(posted.owner.as_ref().unwrap().as_str(), "anna");
    assert_eq!(left.unbilled.amount, dec("65"));
}

#[test]
fn a_payment_dated_before_the_invoice_is_used_from_the_invoices_day_on() {
    let mut shop = Shop::with_order(lines()).billed(1, of_order(None));
    shop.dated = Some("2026-01-10T12:00:00Z".parse().unwrap());
    let shop = shop.paid(1, "105");
    let ledger = shop.ledger();
    let (_, used) = ledger.allocations.iter().next().unwrap();
    assert_eq!(
        used.on,
        day("2026-01-15"),
        "the later of the two documents'"
    );
    assert_eq!(shop.open_of(1), dec("0"));
}

#[test]
fn what_is_recorded_late_keeps_its_own_day_and_nothing_is_dated_in_the_future() {
    let mut shop = Shop::with_order(lines());
    shop.dated = Some("2025-12-20T12:00:00Z".parse().unwrap());
    let decision = shop.invoices(1, &issue(of_order(None)));
    assert_eq!(decision.occurred_at, shop.dated);
    assert_eq!(issued(&decision).on, day("2025-12-20"));
    let mut shop = Shop::with_order(lines());
    shop.dated = Some("2026-01-15T12:02:00Z".parse().unwrap());
    shop.refuses_invoice(1, &issue(of_order(None)), "DATED_IN_THE_FUTURE");
    shop.dated = Some("2025-12-01T12:00:00Z".parse().unwrap());
    shop.refuses_invoice(1, &issue(of_order(None)), "BACKDATED_TOO_FAR");
}

#[test]
fn a_down_payment_is_used_for_the_invoices_of_its_order_as_they_come() {
    let shop = Shop::with_order(lines())
        .paid_down(1, eur("50"))
        .billed(1, of_order(Some(&[part(1, "4")])));
    assert_eq!(
        (shop.open_of(1), shop.free_of_payment(1)),
        (dec("0"), dec("10"))
    );
    let shop = shop.billed(2, of_order(None));
    assert_eq!(
        (shop.open_of(2), shop.free_of_payment(1)),
        (dec("55"), dec("0"))
    );
    assert_eq!(shop.ledger().exposure(), dec("55"));
}

#[test]
fn a_down_payment_above_the_final_total_leaves_a_free_credit() {
    let mut shop = Shop::with_order(lines()).paid_down(1, eur("120"));
    shop.orders(1, deliver(&[(1, "6")]));
    // The rest will not come: 6 pieces are billed, the postage is cancelled with the rest.
    shop.orders(1, cancel_rest());
    let shop = shop.billed(1, of_order(None));
    assert_eq!(shop.sale(1).status(), OrderStatus::Completed);
    assert_eq!(
        (shop.open_of(1), shop.free_of_payment(1)),
        (dec("0"), dec("60"))
    );
    assert_eq!(shop.ledger().exposure(), dec("-60"));
    // It is a credit like any other: it pays what else is owed, or is paid out.
    let mut shop = shop.billed(2, Asked::Lines(of_lines(vec![words("advice", "10")])));
    shop.accounts(Do::Refund {
        grant: None,
        from: Source::Payment(payment(1)),
        amount: None,
        payout: Payout {
            refund: refund(1),
            method: guanxi_events::sales::PaymentMethod::BankTransfer,
            reference: None,
        },
    });
    assert_eq!(shop.free_of_payment(1), dec("0"));
}

#[test]
fn a_down_payment_for_another_order_or_in_another_currency_stays() {
    let shop = Shop::open()
        .with_rate(Currency::USD, "2026-01-01", "0.9")
        .ordered(1, confirmed(lines()))
        .ordered(2, confirmed(lines()))
        .paid_down(1, money("50", Currency::USD))
        .billed(1, of_order(None))
        .billed(
            2,
            Asked::Order {
                order: order(2),
                lines: None,
            },
        );
    assert_eq!((shop.open_of(1), shop.open_of(2)), (dec("105"), dec("105")));
    assert_eq!(shop.free_of_payment(1), dec("50"));
}

#[test]
fn an_over_payment_is_kept_on_account() {
    let shop = Shop::with_order(lines())
        .billed(1, of_order(None))
        .paid(1, "150");
    assert_eq!(
        (shop.open_of(1), shop.free_of_payment(1)),
        (dec("0"), dec("45"))
    );
    assert_eq!(shop.ledger().exposure(), dec("-45"));
}

#[test]
fn an_invoice_paid_in_another_currency_makes_a_gain_or_a_loss() {
    for (rate, owed) in [("0.95", "-5.00"), ("0.85", "5.00")] {
        let shop = Shop::open()
            .with_rate(Currency::USD, "2026-01-01", rate)
            .billed(1, Asked::Lines(of_lines(vec![words("advice", "90")])));
        // 100 USD settle 90 EUR at the rate that the two agreed; the books say otherwise.
        let mut shop = shop.received(Receive {
            use_for: Use::Keep,
            ..receive(1, money("100", Currency::USD))
        });
        let before = shop.ledger().owed;
        shop.accounts(Do::Allocate {
            from: Source::Payment(payment(1)),
            to: Use::For(vec![Wish {
                to: Target::Invoice(invoice(1)),
                amount: None,
            }]),
            how: How {
                rate: Some(dec("0.9")),
                ..How::default()
            },
        });
        assert_eq!(
            (shop.open_of(1), shop.free_of_payment(1)),
            (dec("0"), dec("0"))
        );
        assert_eq!(before, dec(owed), "what is realised with the allocation");
        assert_eq!(shop.ledger().owed, dec("0"));
    }
}
