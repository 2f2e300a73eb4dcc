//! Credit at billing (S-10): an order's invoice asks for nothing more than its order did.

use guanxi_events::sales::account::CreditOverride;

use super::*;

fn granting(asked: Asked) -> Command {
    Command::Issue {
        asked: Some(Box::new(asked)),
        grant: Some(Grant {
            reason: "pays tomorrow".into(),
        }),
    }
}

#[test]
fn lines_without_an_order_ask_for_credit() {
    let shop = Shop::open().limited("100");
    let asked = |price| Asked::Lines(of_lines(vec![words("advice", price)]));
    let refusal = shop.refuses_invoice(1, &issue(asked("100.01")), "CREDIT_LIMIT_EXCEEDED");
    assert_eq!(refusal.figures["limit"], "100.00 EUR");
    assert_eq!(refusal.figures["exposure"], "0.00 EUR");
    assert_eq!(refusal.figures["adds"], "100.01 EUR");
    assert_eq!(refusal.figures["above"], "0.01 EUR");
    let mut shop = shop;
    let decision = shop.invoices(1, &issue(asked("100")));
    let credit = issued(&decision).credit.unwrap();
    assert_eq!((credit.exposure, credit.adds), (eur("0"), eur("100")));
    assert_eq!(issued(&decision).granted, None);
    let again = shop.refuses_invoice(2, &issue(asked("1")), "CREDIT_LIMIT_EXCEEDED");
    assert_eq!(again.figures["exposure"], "100.00 EUR");
}

#[test]
fn a_request_asks_for_no_credit_and_issuing_it_does() {
    let mut shop = Shop::open().limited("100");
    shop.invoices(
        1,
        &request(Asked::Lines(of_lines(vec![words("advice", "101")]))),
    );
    shop.refuses_invoice(1, &issue_requested(), "CREDIT_LIMIT_EXCEEDED");
}

#[test]
fn a_manager_grants_more_and_the_invoice_says_who_and_why() {
    let asked = || granting(Asked::Lines(of_lines(vec![words("advice", "150")])));
    let shop = Shop::open().limited("100");
    let refusal = shop.refuses_invoice(1, &asked(), "OVERRIDE_NOT_ALLOWED");
    assert_eq!(refusal.kind, guanxi_decider::RefusalKind::Forbidden);
    let decision = shop.managed().invoices(1, &asked());
    let wanted = CreditOverride {
        by: "mara".parse().unwrap(),
        reason: "pays tomorrow".into(),
        above: eur("50"),
    };
    assert_eq!(issued(&decision).granted, Some(wanted));
}

#[test]
fn an_invoice_of_an_order_asks_for_nothing_more_even_after_the_limit_was_lowered() {
    let mut shop = Shop::open()
        .limited("105")
        .ordered(1, confirmed(lines()))
        .limited("10");
    assert_eq!(shop.ledger().exposure(), dec("105"));
    for (n, parts) in [
        (1, vec![part(1, "4")]),
        (2, vec![part(1, "6"), part(2, "1")]),
    ] {
        let decision = shop.invoices(n, &issue(of_order(Some(&parts))));
        let bill = issued(&decision);
        assert_eq!((&bill.credit, &bill.granted), (&None, &None));
        assert_eq!(shop.ledger().exposure(), dec("105"), "before as after");
    }
    assert_eq!(
        (shop.ledger().owed, shop.ledger().committed),
        (dec("105"), dec("0"))
    );
}

#[test]
fn parts_of_an_order_in_another_currency_do_not_ask_for_the_cents_of_their_rounding() {
    // Three pieces of 1.00 USD: 3 × 0.905 = 2.715 → 2.72 committed, and 0.91 + 0.91 + 0.91 owed.
    let shop = Shop::open()
        .with_rate(Currency::USD, "2026-01-01", "0.905")
        .ordered(1, confirmed_in(Currency::USD, vec![goods("3", "1")]))
        .limited("1");
    let shop = (1..=3).fold(shop, |shop, n| {
        shop.billed(n, of_order(Some(&[part(1, "1")])))
    });
    assert_eq!(shop.committed(1), dec("0"));
    assert_eq!(shop.ledger().owed, dec("2.73"));
}

#[test]
fn where_the_rate_rose_between_order_and_invoice_the_difference_asks_for_credit() {
    let shop = Shop::open()
        .with_rate(Currency::USD, "2026-01-01", "0.9")
        .with_rate(Currency::USD, "2026-02-01", "1.2")
        .limited("90")
        .ordered(1, confirmed_in(Currency::USD, vec![goods("10", "10")]))
        .on("2026-02-02");
    assert_eq!(shop.ledger().exposure(), dec("90.00"));
    let refusal = shop.refuses_invoice(1, &issue(of_order(None)), "CREDIT_LIMIT_EXCEEDED");
    assert_eq!(refusal.figures["adds"], "30.00 EUR");
    let mut granted = shop.clone().managed();
    let decision = granted.invoices(1, &granting(of_order(None)));
    assert_eq!(issued(&decision).granted.as_ref().unwrap().above, eur("30"));
    let mut enough = shop.limited("120");
    let decision = enough.invoices(1, &issue(of_order(None)));
    assert_eq!(issued(&decision).credit.as_ref().unwrap().adds, eur("30"));
    let ledger = enough.ledger();
    assert_eq!((ledger.owed, ledger.committed), (dec("120"), dec("0")));
}

#[test]
fn where_the_rate_fell_nothing_is_asked_for() {
    let mut shop = Shop::open()
        .with_rate(Currency::USD, "2026-01-01", "0.9")
        .with_rate(Currency::USD, "2026-02-01", "0.8")
        .ordered(1, confirmed_in(Currency::USD, vec![goods("10", "10")]))
        .limited("1")
        .on("2026-02-02");
    let decision = shop.invoices(1, &issue(of_order(None)));
    assert_eq!(issued(&decision).credit, None);
    assert_eq!(shop.ledger().exposure(), dec("80.00"));
}

#[test]
fn goods_billed_without_their_discount_ask_for_what_the_order_did_not() {
    let voucher = || vec![goods("1", "100"), words("voucher", "-20")];
    let shop = Shop::open().limited("80").ordered(1, confirmed(voucher()));
    assert_eq!(shop.ledger().exposure(), dec("80"));
    let alone = issue(of_order(Some(&[part(1, "1")])));
    let refusal = shop.refuses_invoice(1, &alone, "CREDIT_LIMIT_EXCEEDED");
    assert_eq!(refusal.figures["adds"], "20.00 EUR");
    assert_eq!(
        shop.billed(1, of_order(None)).ledger().exposure(),
        dec("80")
    );
}

#[test]
fn an_invoice_in_a_currency_without_a_rate_is_refused() {
    let own = OwnLines {
        currency: Currency::USD,
        ..of_lines(vec![words("advice", "1")])
    };
    let refusal = Shop::open().refuses_invoice(1, &issue(Asked::Lines(own)), "NO_RATE");
    assert_eq!(refusal.figures["from"], "USD");
}
