//! Voiding a credit note: only what is not used, and everything is as before.

use super::*;
use crate::domain::account::Command as Do;

/// Everything that the `n`th note is used for is taken off.
fn unused(mut shop: Shop, n: u128) -> Shop {
    let ledger = shop.ledger();
    let item = ledger.credit_notes[&credit_note(n)];
    for (allocation, _) in ledger.allocations_of(&[item]) {
        shop.taken_off(allocation);
    }
    shop
}

#[test]
fn a_voided_credit_note_leaves_order_account_and_return_as_they_were() {
    let before = billed().came_back(1, &[part(1, "3")]);
    let shop = before.clone().credited(1, credit_return(1));
    let mut shop = unused(shop, 1);
    shop.credit_notes(1, &void_note());
    assert_eq!(shop.sale(1), before.sale(1));
    assert_eq!(shop.goods_return(1), before.goods_return(1));
    assert_eq!(shop.open_of(1), dec("100"));
    assert_eq!(shop.ledger().exposure(), before.ledger().exposure());
    assert_eq!(
        shop.note(1).voided,
        Some((day("2026-01-15"), "because".into()))
    );
    // The return waits for its value again.
    let shop = shop.credited(2, credit_return(1));
    assert_eq!(shop.note(2).number.as_deref(), Some("CN-2026-00002"));
    assert_eq!(shop.open_of(1), dec("70"));
}

#[test]
fn what_is_used_is_not_voided_and_the_refusal_names_what_for() {
    let shop = billed().credited(1, credit(&[part(1, "3")]));
    let refusal = shop.refuses_note(1, &void_note(), "CREDIT_NOTE_USED");
    assert_eq!(refusal.figures["settled_by"], "allocation 1");
}

#[test]
fn what_was_paid_out_is_voided_after_the_money_came_back() {
    let mut shop = billed()
        .paid(1, "100")
        .came_back_for_money(1, &[part(1, "3")])
        .credited(1, paid_out(credit_return(1), 1));
    shop.refuses_note(1, &void_note(), "CREDIT_NOTE_USED");
    shop.accounts(Do::ReturnRefund {
        refund: refund(1),
        reason: "account closed".into(),
    });
    shop.credit_notes(1, &void_note());
    assert_eq!(shop.goods_return(1).status, ReturnStatus::Received);
    assert_eq!(shop.ledger().owed, dec("0"));
    assert_eq!(shop.sale(1).lines[0].to_credit(), dec("3"));
}

#[test]
fn nothing_happens_to_a_credit_note_before_its_own_day() {
    let free = credit_lines(CUSTOMER, Currency::EUR, words_at("5"));
    let mut shop = billed().credited(1, free);
    shop.dated = Some("2026-01-14T12:00:00Z".parse().unwrap());
    let refusal = shop.refuses_note(1, &void_note(), "DATED_BEFORE_THE_DOCUMENT");
    assert_eq!(refusal.figures["document"], "2026-01-15");
}

#[test]
fn goods_of_a_voided_credit_note_are_not_committed_again_while_they_are_billed() {
    let shop = billed()
        .came_back(1, &[part(1, "2")])
        .credited(1, credit_return(1));
    assert_eq!(
        (shop.committed(1), shop.ledger().owed),
        (dec("0"), dec("80"))
    );
    let mut shop = unused(shop, 1);
    shop.credit_notes(1, &void_note());
    assert_eq!(
        (shop.committed(1), shop.ledger().owed),
        (dec("0"), dec("100"))
    );
}
