//! Credit notes of billed parts of an order.

use super::*;

#[test]
fn order_and_account_are_written_in_the_same_decision() {
    let mut shop = billed();
    let decision = shop.credit_notes(1, &issue_note(credit(&[part(1, "4")])));
    assert_eq!(decision.events[0].1, ["CN-2026"]);
    let CreditNoteEvent::Issued(issued) = &decision.events[0].0 else {
        panic!("{decision:?}");
    };
    assert_eq!(issued.invoice, Some(invoice(1)));
    assert_eq!(issued.reason, "because");
    let orders = decision.elsewhere_of::<OrderEvent>();
    let [(_, OrderEvent::Credited(credited))] = orders.as_slice() else {
        panic!("{orders:?}");
    };
    assert_eq!(credited.credit_note, credit_note(1));
    assert_eq!(credited.lines[0].net, dec("40"));
    let account = decision.elsewhere_of::<AccountEvent>();
    let [
        (_, AccountEvent::CreditNotePosted(posted)),
        (_, AccountEvent::Allocated(used)),
    ] = account.as_slice()
    else {
        panic!("{account:?}");
    };
    assert_eq!(posted.booked.amount, dec("40"));
    assert_eq!(used.settled.amount, dec("40"));
    assert_eq!(shop.note(1).number.as_deref(), Some("CN-2026-00001"));
    assert_eq!(
        (shop.open_of(1), shop.free_of_note(1)),
        (dec("60"), dec("0"))
    );
    assert_eq!(shop.ledger().exposure(), dec("60"));
}

#[test]
fn what_is_more_than_what_is_open_is_free_credit() {
    let shop = billed().paid(1, "80").credited(1, credit(&[part(1, "4")]));
    assert_eq!(
        (shop.open_of(1), shop.free_of_note(1)),
        (dec("0"), dec("20"))
    );
    assert_eq!(shop.ledger().owed, dec("-20"));
}

#[test]
fn a_payment_then_a_credit_note_leaves_all_of_it_free() {
    let shop = billed()
        .paid(1, "100")
        .credited(1, credit(&[part(1, "10")]));
    assert_eq!(
        (shop.open_of(1), shop.free_of_note(1)),
        (dec("0"), dec("100"))
    );
    assert_eq!(shop.ledger().owed, dec("-100"));
}

#[test]
fn an_over_payment_then_a_credit_note_leaves_both_free() {
    let shop = billed().paid(1, "130").credited(1, credit(&[part(1, "2")]));
    assert_eq!(
        (shop.free_of_payment(1), shop.free_of_note(1)),
        (dec("30"), dec("20"))
    );
    // The next invoice can be settled with either.
    let shop = shop.billed(2, bills::Asked::Lines(of_lines(words_at("50"))));
    let mut settled = shop;
    for from in [Shop::credit_of(1), account::Source::Payment(payment(1))] {
        let (to, how) = (account::Use::OldestFirst, account::How::default());
        settled.accounts(account::Command::Allocate { from, to, how });
    }
    assert_eq!(settled.open_of(2), dec("0"));
    assert_eq!(settled.ledger().owed, dec("0"));
}

#[test]
fn never_more_is_credited_than_was_billed_line_by_line() {
    let shop = Shop::with_order(vec![goods("10", "10"), words("postage", "5")])
        .billed(1, of_order(Some(&[part(1, "6"), part(2, "1")])))
        .credited(1, credit(&[part(1, "4")]));
    let more = credit(&[part(1, "2.0001"), part(2, "1.5")]);
    let refusal = shop.refuses_note(2, &issue_note(more), "CREDITED_TOO_MUCH");
    assert_eq!(refusal.reasons.len(), 2, "each line is named: {refusal:?}");
    assert_eq!(refusal.figures["left"], "2");
    let none = credit(&[]);
    shop.refuses_note(2, &issue_note(none), "NOTHING_TO_CREDIT");
    shop.refuses_note(2, &issue_note(credit(&[part(3, "1")])), "LINE_UNKNOWN");
    let shop = shop.credited(2, credit(&[part(1, "2"), part(2, "1")]));
    assert_eq!(shop.open_of(1), dec("0"));
    let empty = Shop::open();
    empty.refuses_note(1, &issue_note(credit(&[part(1, "1")])), "ORDER_UNKNOWN");
}

#[test]
fn the_invoice_that_is_named_is_settled_first_and_must_be_of_the_order() {
    let shop = Shop::with_order(vec![goods("10", "10")])
        .billed(1, of_order(Some(&[part(1, "5")])))
        .billed(2, of_order(Some(&[part(1, "5")])))
        .billed(3, bills::Asked::Lines(of_lines(words_at("1"))));
    let naming = |n| Issue {
        invoice: Some(invoice(n)),
        ..credit(&[part(1, "7")])
    };
    let named = shop.clone().credited(1, naming(2));
    assert_eq!((named.open_of(1), named.open_of(2)), (dec("30"), dec("0")));
    assert_eq!(named.note(1).invoice, Some(invoice(2)));
    let oldest = shop.clone().credited(1, credit(&[part(1, "7")]));
    assert_eq!(
        (oldest.open_of(1), oldest.open_of(2)),
        (dec("0"), dec("30"))
    );
    for other in [3, 4] {
        shop.refuses_note(1, &issue_note(naming(other)), "NOT_FOUND");
    }
}

#[test]
fn totals_are_by_tax_rate_and_all_that_was_billed_is_credited_to_the_cent() {
    let line = SaleLineInput {
        discount_percent: dec("5"),
        ..taxed("3", "9.99", "19")
    };
    let place = order::Place {
        prices_include_tax: true,
        ..confirmed(vec![line, taxed("1", "1.07", "7")])
    };
    let mut shop = Shop::open().ordered(1, place).billed(1, of_order(None));
    let bill = shop.bill(1).issued.unwrap().totals;
    for n in 1..=3 {
        shop = shop.credited(n, credit(&[part(1, "1")]));
    }
    let shop = shop.credited(4, credit(&[part(2, "1")]));
    let net = |rate: &str| -> Decimal {
        let totals = (1..=4).flat_map(|n| shop.note(n).totals);
        totals.filter(|t| t.rate == dec(rate)).map(|t| t.net).sum()
    };
    assert_eq!((net("19"), net("7")), (bill[1].net, bill[0].net));
    assert_eq!(shop.open_of(1), dec("0"));
    assert_eq!(shop.sale(1).lines[0].credited, shop.sale(1).lines[0].billed);
}

#[test]
fn a_credit_note_of_something_free_is_issued_and_voided_without_the_account() {
    let mut shop = Shop::with_order(vec![goods("1", "0")]).billed(1, of_order(None));
    let decision = shop.credit_notes(1, &issue_note(credit(&[part(1, "1")])));
    assert!(decision.elsewhere_of::<AccountEvent>().is_empty());
    let decision = shop.credit_notes(1, &void_note());
    assert!(decision.elsewhere_of::<AccountEvent>().is_empty());
    let paid = issue_note(paid_out(credit(&[part(1, "1")]), 1));
    let refusal = shop.refuses_note(2, &paid, "NOTHING_TO_PAY_OUT");
    assert_eq!(refusal.figures["free"], "0");
}

#[test]
fn what_was_credited_and_is_still_to_come_can_be_cancelled_and_stays_so() {
    let mut shop = Shop::with_order(vec![goods("10", "10")])
        .billed(1, of_order(None))
        .credited(1, credit(&[part(1, "4")]));
    shop.orders(1, cancel_rest());
    shop.orders(1, deliver_all());
    assert_eq!(shop.sale(1).status(), OrderStatus::Completed);
    assert_eq!((shop.open_of(1), shop.committed(1)), (dec("60"), dec("0")));
}

#[test]
fn goods_are_not_credited_for_more_than_was_billed_because_a_voucher_was_a_line_of_its_own() {
    let shop = Shop::with_order(vec![goods("2", "50"), words("voucher", "-20")])
        .billed(1, of_order(None))
        .paid(1, "80")
        .credited(1, credit(&[part(1, "1")]));
    let alone = issue_note(credit(&[part(1, "1")]));
    let refusal = shop.refuses_note(2, &alone, "CREDITED_MORE_THAN_BILLED");
    assert_eq!(
        (
            refusal.figures["billed"].as_str(),
            refusal.figures["credited"].as_str()
        ),
        ("80.00 EUR", "100.00 EUR")
    );
    let with_it = credit(&[part(1, "1"), part(2, "1")]);
    let shop = shop.credited(2, with_it);
    assert_eq!(shop.ledger().owed, dec("-80"), "what was paid, and no more");
}
