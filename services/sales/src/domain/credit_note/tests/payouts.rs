//! Paying a credit out: never more than was paid, at the rate at which it was billed (S-09).

use super::*;
use crate::domain::account::{Command as Do, Payout};

#[test]
fn what_is_free_is_paid_out_as_far_as_it_was_paid() {
    let shop = billed().paid(1, "60");
    // 40 is open: the note of 70 settles it, and 30 of the 60 go back.
    let shop = shop.credited(1, paid_out(credit(&[part(1, "7")]), 1));
    assert_eq!(shop.paid_back(1).0, dec("30"));
    assert_eq!(
        (shop.open_of(1), shop.free_of_note(1)),
        (dec("0"), dec("0"))
    );
}

#[test]
fn nothing_is_paid_out_of_what_was_not_paid() {
    let whole = || issue_note(paid_out(credit(&[part(1, "10")]), 1));
    let refusal = billed().refuses_note(1, &whole(), "NOTHING_TO_PAY_OUT");
    assert_eq!(
        (
            refusal.figures["free"].as_str(),
            refusal.figures["paid"].as_str()
        ),
        ("0", "0")
    );
    // Where it is open, what is credited settles it.
    let some = issue_note(paid_out(credit(&[part(1, "2")]), 1));
    billed()
        .paid(1, "60")
        .refuses_note(1, &some, "NOTHING_TO_PAY_OUT");
    // A goodwill that credits no invoice was never paid.
    let shop = billed().paid(1, "100");
    let free = paid_out(credit_lines(CUSTOMER, Currency::EUR, words_at("30")), 1);
    shop.refuses_note(1, &issue_note(free), "NOTHING_TO_PAY_OUT");
}

#[test]
fn a_part_that_was_written_off_is_never_paid_out() {
    let mut shop = billed().paid(1, "60");
    let item = shop.ledger().invoices[&invoice(1)].items[0];
    shop.accounts(Do::RequestWriteOff {
        item,
        amount: None,
        reason: "insolvent".into(),
    });
    let no = *shop.ledger().write_offs.keys().next().unwrap();
    shop = shop.managed();
    shop.accounts(Do::ApproveWriteOff(no));
    let shop = shop
        .credited(1, paid_out(credit(&[part(1, "5")]), 1))
        .credited(2, paid_out(credit(&[part(1, "4")]), 2));
    assert_eq!(
        (shop.paid_back(1).0, shop.paid_back(2).0),
        (dec("50"), dec("10"))
    );
    assert_eq!(shop.free_of_note(2), dec("30"), "the rest is credit");
    let last = issue_note(paid_out(credit(&[part(1, "1")]), 3));
    let refusal = shop.refuses_note(3, &last, "NOTHING_TO_PAY_OUT");
    assert_eq!(
        (
            refusal.figures["free"].as_str(),
            refusal.figures["paid"].as_str()
        ),
        ("10", "0")
    );
}

#[test]
fn over_two_returns_never_more_than_was_paid_is_paid_out() {
    let shop = billed().paid(1, "100");
    let shop = shop
        .came_back_for_money(1, &[part(1, "4")])
        .credited(1, paid_out(credit_return(1), 1))
        .came_back_for_money(2, &[part(1, "6")])
        .credited(2, paid_out(credit_return(2), 2));
    assert_eq!(
        (shop.paid_back(1).0, shop.paid_back(2).0),
        (dec("40"), dec("60"))
    );
    assert_eq!(shop.ledger().owed, dec("0"));
    assert_eq!(shop.ledger().refundable(invoice(1)), dec("0"));
}

#[test]
fn a_discount_for_paying_early_is_not_paid_out() {
    use guanxi_events::sales::{
        DueRule, EarlyPayment, PaymentTermsDefined, PaymentTermsDefinition, PaymentTermsId, Portion,
    };
    let terms = PaymentTermsId(Uuid::from_u128(9));
    let defined = PaymentTermsDefined {
        version: 1,
        definition: PaymentTermsDefinition {
            name: "Net 30".into(),
            portions: vec![Portion {
                percent: dec("100"),
                due: DueRule::DaysAfterInvoice(30),
            }],
            early_payment: Some(EarlyPayment {
                percent: dec("2"),
                days: 10,
            }),
        },
    };
    let place = order::Place {
        terms: Some(terms),
        ..confirmed(vec![goods("10", "10")])
    };
    let shop = Shop::open()
        .given::<crate::domain::payment_terms::PaymentTerms>(terms, defined)
        .ordered(1, place)
        .billed(1, of_order(None))
        .paid(1, "98")
        .credited(1, paid_out(credit(&[part(1, "10")]), 1));
    assert_eq!(
        (shop.paid_back(1).0, shop.free_of_note(1)),
        (dec("98"), dec("2"))
    );
}

#[test]
fn money_goes_back_at_the_rate_at_which_it_was_billed() {
    let shop = Shop::open()
        .with_rate(Currency::USD, "2026-01-01", "0.9")
        .with_rate(Currency::USD, "2026-02-01", "1.2")
        .ordered(1, confirmed_in(Currency::USD, vec![goods("10", "10")]))
        .billed(1, of_order(None))
        .received(receive(1, money("100", Currency::USD)))
        .on("2026-02-02")
        .credited(1, paid_out(credit(&[part(1, "3")]), 1));
    assert_eq!(shop.paid_back(1), (dec("30"), dec("27")));
    assert_eq!(shop.ledger().owed, dec("0"), "no gain and no loss");
}

#[test]
fn money_that_was_taken_off_an_invoice_is_not_what_was_paid_on_it() {
    let shop = billed().paid(1, "100").unsettled(1);
    // All is open again: the note settles it, the payment is a credit of its own.
    let whole = issue_note(paid_out(credit(&[part(1, "10")]), 1));
    shop.refuses_note(1, &whole, "NOTHING_TO_PAY_OUT");
    let shop = shop.credited(1, credit(&[part(1, "10")]));
    assert_eq!(shop.free_of_payment(1), dec("100"));
}

#[test]
fn a_refund_is_made_once() {
    let shop = billed()
        .paid(1, "100")
        .credited(1, paid_out(credit(&[part(1, "4")]), 1));
    let again = issue_note(paid_out(credit(&[part(1, "4")]), 1));
    shop.refuses_note(2, &again, "REFUND_EXISTS");
    // What is kept as credit can still be paid out later, by the account.
    let mut kept = shop.credited(2, credit(&[part(1, "4")]));
    kept.accounts(Do::Refund {
        grant: None,
        from: Shop::credit_of(2),
        amount: None,
        payout: Payout {
            refund: refund(2),
            method: guanxi_events::sales::PaymentMethod::Cash,
            reference: None,
        },
    });
    assert_eq!(kept.paid_back(2).0, dec("40"));
}
