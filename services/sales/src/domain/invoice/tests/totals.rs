//! What an invoice comes to, by tax rate.

use super::*;

fn totals(shop: &Shop, n: u128) -> Vec<(String, Decimal, Decimal)> {
    let totals = shop.bill(n).issued.unwrap().totals;
    let totals = totals.into_iter();
    totals
        .map(|total| (total.rate.to_string(), total.net, total.tax))
        .collect()
}

fn by_rate(parts: &[(&str, &str, &str)]) -> Vec<(String, Decimal, Decimal)> {
    let parts = parts.iter();
    parts
        .map(|(rate, net, tax)| ((*rate).to_owned(), dec(net), dec(tax)))
        .collect()
}

#[test]
fn each_rate_is_summed_apart_however_it_is_written() {
    let lines = vec![
        taxed("1", "100", "19"),
        taxed("1", "10", "7"),
        taxed("2", "50", "19.0"),
        taxed("1", "1", "0"),
    ];
    let shop = Shop::with_order(lines.clone()).billed(1, of_order(None));
    let wanted = by_rate(&[("0", "1", "0"), ("7", "10", "0.70"), ("19", "200", "38.00")]);
    assert_eq!(totals(&shop, 1), wanted);
    assert_eq!(shop.open_of(1), dec("249.70"));
    let own = Shop::open().billed(1, Asked::Lines(of_lines(lines)));
    assert_eq!(totals(&own, 1), wanted);
}

#[test]
fn prices_with_tax_and_discount_are_billed_in_parts_that_add_up_to_the_line() {
    let line = SaleLineInput {
        discount_percent: dec("5"),
        ..taxed("3", "9.99", "19")
    };
    let place = Place {
        prices_include_tax: true,
        ..confirmed(vec![line])
    };
    // 28.4715 → 28.47, of which the net is 23.92 (23.9243…).
    let shop = Shop::open().ordered(1, place);
    assert_eq!(shop.committed(1), dec("28.47"));
    let shop = (1..=3).fold(shop, |shop, n| {
        shop.billed(n, of_order(Some(&[part(1, "1")])))
    });
    let opens = [shop.open_of(1), shop.open_of(2), shop.open_of(3)];
    assert_eq!(opens, [dec("9.49"), dec("9.49"), dec("9.49")]);
    let sum = |of: fn(&TaxTotal) -> Decimal| -> Decimal {
        (1..=3)
            .map(|n| of(&shop.bill(n).issued.unwrap().totals[0]))
            .sum()
    };
    assert_eq!(
        (sum(|t| t.net), sum(|t| t.tax)),
        (dec("23.92"), dec("4.55"))
    );
}

#[test]
fn an_invoice_that_comes_to_nothing_is_issued_and_owes_nothing() {
    let free = SaleLineInput {
        discount_percent: dec("100"),
        ..taxed("1", "10", "19")
    };
    let shop = Shop::with_order(vec![free]).billed(1, of_order(None));
    assert_eq!(totals(&shop, 1), by_rate(&[("19", "0", "0")]));
    assert_eq!(shop.due(1), []);
    assert_eq!(shop.bill(1).number.as_deref(), Some("IN-2026-00001"));
    assert_eq!(shop.sale(1).status(), OrderStatus::Billed);
    // It is voided as any other.
    let mut voided = shop;
    voided.invoices(1, &void_invoice());
    assert_eq!(voided.sale(1).status(), OrderStatus::Confirmed);
}

#[test]
fn a_discount_line_lowers_the_total_and_is_never_billed_alone() {
    let lines = vec![
        taxed("1", "100", "19"),
        SaleLineInput {
            tax_rate: dec("19"),
            ..words("voucher", "-20")
        },
    ];
    let shop = Shop::with_order(lines).billed(1, of_order(None));
    assert_eq!(totals(&shop, 1), by_rate(&[("19", "80", "15.20")]));

    let shop = Shop::with_order(vec![goods("1", "100"), words("voucher", "-20")]);
    for command in [request, issue] {
        let alone = command(of_order(Some(&[part(2, "1")])));
        let refusal = shop.refuses_invoice(1, &alone, "TOTAL_BELOW_ZERO");
        assert_eq!(refusal.figures["total"], "-20");
    }
}

#[test]
fn currencies_have_their_own_places() {
    for (currency, price, total) in [
        // 33.5 → 34, its tax 3.4 → 3.
        (Currency::JPY, "33.5", "37"),
        // 1.2345 → 1.235, its tax 0.1235 → 0.124.
        (Currency::KWD, "1.2345", "1.359"),
    ] {
        let shop = Shop::open()
            .with_rate(currency, "2026-01-01", "2")
            .ordered(1, confirmed_in(currency, vec![taxed("1", price, "10")]))
            .billed(1, of_order(None));
        assert_eq!(shop.open_of(1), dec(total), "{}", currency.code());
    }
}
