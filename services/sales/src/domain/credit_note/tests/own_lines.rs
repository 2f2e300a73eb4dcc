//! Credit notes of lines of their own: a goodwill, a price that was wrong.

use super::*;

#[test]
fn it_settles_the_invoice_that_it_names_and_the_excess_is_free() {
    let shop = billed().credited(1, goodwill("30"));
    assert_eq!(
        (shop.open_of(1), shop.free_of_note(1)),
        (dec("70"), dec("0"))
    );
    let larger = billed().credited(1, goodwill("130"));
    assert_eq!(
        (larger.open_of(1), larger.free_of_note(1)),
        (dec("0"), dec("30"))
    );
    assert_eq!(larger.ledger().owed, dec("-30"));
    assert_eq!(larger.sale(1), billed().sale(1), "the order is left alone");
}

#[test]
fn without_an_invoice_it_is_free_credit() {
    let issue = credit_lines(CUSTOMER, Currency::EUR, words_at("30"));
    let shop = billed().credited(1, issue);
    assert_eq!(
        (shop.open_of(1), shop.free_of_note(1)),
        (dec("100"), dec("30"))
    );
    assert_eq!(shop.note(1).invoice, None);
}

#[test]
fn an_invoice_and_a_credit_note_that_cancel_out_are_netted_without_cash() {
    let issue = credit_lines(CUSTOMER, Currency::EUR, words_at("100"));
    let mut shop = billed().credited(1, issue);
    shop.accounts(account::Command::Allocate {
        from: Shop::credit_of(1),
        to: account::Use::OldestFirst,
        how: account::How::default(),
    });
    assert_eq!(
        (shop.open_of(1), shop.free_of_note(1)),
        (dec("0"), dec("0"))
    );
}

#[test]
fn the_invoice_must_be_the_customers_stand_and_be_in_the_same_currency() {
    let naming = |n, currency| Issue {
        invoice: Some(invoice(n)),
        ..credit_lines(CUSTOMER, currency, words_at("30"))
    };
    let shop = billed().with_rate(Currency::USD, "2026-01-01", "0.9");
    shop.refuses_note(1, &issue_note(naming(7, Currency::EUR)), "NOT_FOUND");
    let other = issue_note(naming(1, Currency::USD));
    let refusal = shop.refuses_note(1, &other, "CURRENCIES_DIFFER");
    assert_eq!(refusal.figures["currency"], "EUR");
    // Money that was paid in EUR is not paid out in USD either.
    let paid = shop.clone().paid(1, "100");
    let out = issue_note(paid_out(naming(1, Currency::USD), 1));
    paid.refuses_note(1, &out, "CURRENCIES_DIFFER");
    let mut voided = shop;
    voided.invoices(1, &void_invoice());
    let gone = issue_note(naming(1, Currency::EUR));
    voided.refuses_note(1, &gone, "INVOICE_VOIDED");
}

#[test]
fn what_it_names_must_be_known() {
    let to = |customer, lines| issue_note(credit_lines(customer, Currency::EUR, lines));
    let stranger = CustomerId(Uuid::from_u128(77));
    let shop = Shop::open();
    shop.refuses_note(1, &to(stranger, words_at("1")), "CUSTOMER_UNKNOWN");
    shop.refuses_note(1, &to(CUSTOMER, words_at("-1")), "TOTAL_BELOW_ZERO");
    let nothing = SaleLineInput {
        product: Some(guanxi_events::sales::ProductId(Uuid::from_u128(78))),
        ..goods("1", "1")
    };
    shop.refuses_note(1, &to(CUSTOMER, vec![nothing]), "PRODUCTS_NOT_SOLD");
    let dollars = credit_lines(CUSTOMER, Currency::USD, words_at("1"));
    shop.refuses_note(1, &issue_note(dollars), "NO_RATE");
}

#[test]
fn goods_that_are_not_sold_any_more_can_be_credited() {
    let retired = guanxi_events::sales::ProductRetired { reason: None };
    let shop = Shop::open().given::<crate::domain::product::Product>(GOODS, retired);
    let issue = credit_lines(CUSTOMER, Currency::EUR, vec![goods("1", "10")]);
    let shop = shop.credited(1, issue);
    let Credited::Lines(lines) = shop.note(1).subject else {
        panic!("it has lines of its own");
    };
    assert!(matches!(
        &lines[..],
        [SaleLine {
            product: Some(GOODS),
            ..
        }]
    ));
}
