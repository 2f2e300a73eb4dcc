//! Voiding (红冲): only what nothing stands on, and everything is as before.

use super::*;

#[test]
fn a_voided_invoice_leaves_order_and_account_as_they_were_before_it() {
    let before = Shop::with_order(lines());
    let mut shop = before.clone().billed(1, of_order(Some(&[part(1, "4")])));
    let decision = shop.invoices(1, &void_invoice());
    assert!(decision.events[0].1.is_empty(), "it draws no number");
    assert_eq!(shop.sale(1), before.sale(1));
    assert_eq!(shop.committed(1), dec("105"));
    assert_eq!(shop.ledger().owed, dec("0"));
    assert_eq!(shop.ledger().exposure(), before.ledger().exposure());
    assert_eq!(shop.bill(1).number.as_deref(), Some("IN-2026-00001"));
}

#[test]
fn what_is_settled_is_not_voided_and_the_refusal_names_what_stands_on_it() {
    let mut shop = Shop::with_order(lines())
        .billed(1, of_order(None))
        .paid(1, "30")
        .paid(2, "30");
    let refusal = shop.refuses_invoice(1, &void_invoice(), "INVOICE_SETTLED");
    assert_eq!(refusal.figures["settled_by"], "allocation 1, allocation 2");
    shop = shop.unsettled(1);
    shop.invoices(1, &void_invoice());
    assert_eq!(shop.free_of_payment(1), dec("30"));
    assert_eq!(
        (shop.committed(1), shop.ledger().owed),
        (dec("105"), dec("-60"))
    );
    assert_eq!(shop.sale(1).status(), OrderStatus::Confirmed);
}

#[test]
fn a_write_off_stands_on_it_as_well() {
    use crate::domain::account::Command as Do;
    let mut shop = Shop::with_order(lines()).billed(1, of_order(None));
    let item = shop.ledger().invoices[&invoice(1)].items[0];
    shop.accounts(Do::RequestWriteOff {
        item,
        amount: Some(eur("5")),
        reason: "small".into(),
    });
    let no = *shop.ledger().write_offs.keys().next().unwrap();
    let mut shop = shop.managed();
    shop.accounts(Do::ApproveWriteOff(no));
    let refusal = shop.refuses_invoice(1, &void_invoice(), "INVOICE_SETTLED");
    assert_eq!(refusal.figures["settled_by"], "write-off 1");
    shop.accounts(Do::TakeBackWriteOff {
        write_off: no,
        amount: None,
        on: None,
        reason: "because".into(),
    });
    shop.invoices(1, &void_invoice());
    assert_eq!(shop.ledger().owed, dec("0"));
}

#[test]
fn an_invoice_is_issued_again_after_it_was_voided() {
    let mut shop = Shop::with_order(lines())
        .paid_down(1, eur("60"))
        .billed(1, of_order(None));
    assert_eq!(shop.open_of(1), dec("45"));
    shop = shop.unsettled(1);
    shop.invoices(1, &void_invoice());
    let shop = shop.billed(2, of_order(None));
    assert_eq!(shop.open_of(2), dec("45"), "the down payment is used again");
    assert_eq!(shop.sale(1).invoices(), [invoice(2)]);
    assert_eq!(shop.bill(2).number.as_deref(), Some("IN-2026-00002"));
    assert_eq!(shop.committed(1), dec("0"));
}

#[test]
fn billed_parts_that_are_credited_are_not_voided_before_the_credit_note_is() {
    let mut shop = Shop::with_order(lines())
        .billed(1, of_order(None))
        .credited(1, credit(&[part(1, "4")]));
    shop.refuses_invoice(1, &void_invoice(), "INVOICE_CREDITED");
    shop = shop.unsettled(1);
    let refusal = shop.refuses_invoice(1, &void_invoice(), "INVOICE_CREDITED");
    assert_eq!(refusal.figures["credit_notes"], credit_note(1).to_string());
    shop.credit_notes(1, &void_note());
    shop.invoices(1, &void_invoice());
    assert_eq!(shop.sale(1).status(), OrderStatus::Confirmed);
    assert_eq!(shop.ledger().exposure(), dec("105"));
}

#[test]
fn parts_that_a_credit_note_of_another_invoice_credits_are_not_voided_either() {
    // The credit note names the first invoice, but credits more than that bills.
    let shop = Shop::with_order(lines())
        .billed(1, of_order(Some(&[part(1, "2")])))
        .billed(2, of_order(Some(&[part(1, "8"), part(2, "1")])))
        .credited(1, credit(&[part(1, "9")]))
        .unsettled(2);
    let refusal = shop.refuses_invoice(2, &void_invoice(), "BILLED_IS_CREDITED");
    assert_eq!(refusal.figures["credited"], "9");
    assert_eq!(refusal.figures["billed"], "2");
}

#[test]
fn after_the_rest_was_cancelled_a_voided_part_can_only_be_billed_again() {
    let mut shop = Shop::with_order(lines());
    shop.orders(1, deliver(&[(1, "4")]));
    shop = shop.billed(1, of_order(Some(&[part(1, "4")])));
    shop.orders(1, cancel_rest());
    assert_eq!(shop.sale(1).status(), OrderStatus::Completed);
    shop.invoices(1, &void_invoice());
    assert_eq!(shop.committed(1), dec("40"));
    let shop = shop.billed(2, of_order(None));
    assert_eq!((shop.open_of(2), shop.committed(1)), (dec("40"), dec("0")));
}

#[test]
fn what_is_left_of_the_invoices_covers_what_was_credited_also_where_a_voucher_was_billed() {
    let shop = Shop::with_order(vec![
        goods("1", "10"),
        goods("1", "10"),
        words("voucher", "-1"),
    ])
    .billed(1, of_order(Some(&[part(1, "1"), part(3, "1")])))
    .billed(2, of_order(Some(&[part(2, "1")])))
    .credited(1, credit(&[part(1, "1")]))
    .unsettled(2);
    let refusal = shop.refuses_invoice(2, &void_invoice(), "BILLED_IS_CREDITED");
    assert_eq!(
        (
            refusal.figures["credited"].as_str(),
            refusal.figures["billed"].as_str()
        ),
        ("10.00 EUR", "9.00 EUR")
    );
}
