//! What lines come to.

use guanxi_events::sales::{OrderEvent, OrderLinesChanged};
use uuid::Uuid;

use super::*;

const GOODS: ProductId = ProductId(Uuid::from_u128(3));

const NET_EUR: Pricing = Pricing {
    currency: Currency::EUR,
    includes_tax: false,
};
const GROSS_EUR: Pricing = Pricing {
    currency: Currency::EUR,
    includes_tax: true,
};

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn goods(quantity: &str, unit_price: &str) -> SaleLineInput {
    SaleLineInput {
        product: Some(GOODS),
        text: None,
        quantity: dec(quantity),
        unit_price: dec(unit_price),
        discount_percent: Decimal::ZERO,
        tax_rate: Decimal::ZERO,
    }
}

fn taxed(quantity: &str, unit_price: &str, discount: &str, rate: &str) -> SaleLineInput {
    SaleLineInput {
        discount_percent: dec(discount),
        tax_rate: dec(rate),
        ..goods(quantity, unit_price)
    }
}

fn words(text: &str, unit_price: &str) -> SaleLineInput {
    SaleLineInput {
        product: None,
        text: Some(text.to_owned()),
        ..goods("1", unit_price)
    }
}

/// (net, tax) of the only line.
fn comes_to(pricing: Pricing, line: SaleLineInput) -> (Decimal, Decimal) {
    let priced = pricing.priced(&[line]).unwrap();
    (priced[0].net, priced[0].tax)
}

fn both(net: &str, tax: &str) -> (Decimal, Decimal) {
    (dec(net), dec(tax))
}

fn bad_fields(lines: &[SaleLineInput]) -> Vec<String> {
    let refusal = NET_EUR.priced(lines).unwrap_err();
    refusal.violations.into_iter().map(|v| v.field).collect()
}

#[test]
fn tax_is_put_on_the_rounded_net_where_prices_exclude_it() {
    assert_eq!(
        comes_to(NET_EUR, taxed("3", "33.333", "0", "19")),
        both("100.00", "19.00")
    );
    // 0.5 × 0.01 = 0.005 → 0.01: half-up.
    assert_eq!(
        comes_to(NET_EUR, taxed("0.5", "0.01", "0", "50")),
        both("0.01", "0.01")
    );
}

#[test]
fn tax_is_taken_out_of_the_rounded_gross_where_prices_include_it() {
    // 119 → 100 + 19; 10 → 8.40 + 1.60 (8.4033…).
    assert_eq!(
        comes_to(GROSS_EUR, taxed("1", "119", "0", "19")),
        both("100", "19")
    );
    assert_eq!(
        comes_to(GROSS_EUR, taxed("1", "10", "0", "19")),
        both("8.40", "1.60")
    );
}

#[test]
fn a_discount_comes_off_before_the_tax_included_or_not() {
    // 12.50 × 10 less 5 % = 118.75; tax 22.5625 → 22.56.
    assert_eq!(
        comes_to(NET_EUR, taxed("10", "12.5", "5", "19")),
        both("118.75", "22.56")
    );
    // 118.75 included: 99.789… → 99.79.
    assert_eq!(
        comes_to(GROSS_EUR, taxed("10", "12.5", "5", "19")),
        both("99.79", "18.96")
    );
    assert_eq!(
        comes_to(GROSS_EUR, taxed("10", "12.5", "100", "19")),
        both("0", "0")
    );
}

#[test]
fn amounts_have_the_places_of_their_currency() {
    let yen = |includes_tax| Pricing {
        currency: Currency::JPY,
        includes_tax,
    };
    assert_eq!(
        comes_to(yen(false), taxed("3", "33.5", "0", "10")),
        both("101", "10")
    );
    assert_eq!(
        comes_to(yen(true), taxed("3", "33.5", "0", "10")),
        both("92", "9")
    );
    let dinar = Pricing {
        currency: Currency::KWD,
        includes_tax: false,
    };
    assert_eq!(
        comes_to(dinar, taxed("0.3333", "1.5", "0", "5")),
        both("0.500", "0.025")
    );
}

#[test]
fn a_line_without_goods_may_take_off_but_the_total_never_falls_below_zero() {
    let priced = NET_EUR
        .priced(&[goods("1", "100"), words("welcome", "-100")])
        .unwrap();
    assert_eq!(priced[1].net, dec("-100"));
    assert_eq!(total(&priced).gross(), Decimal::ZERO);

    let refusal = NET_EUR
        .priced(&[goods("1", "100"), words("welcome", "-100.01")])
        .unwrap_err();
    assert_eq!(refusal.code, "TOTAL_BELOW_ZERO");
    assert_eq!(refusal.figures["total"], "-0.01");
}

#[test]
fn a_negative_line_is_rounded_away_from_zero_as_a_positive_one_is() {
    let minus = words("welcome", "-0.005");
    let priced = NET_EUR.priced(&[goods("1", "1"), minus]).unwrap();
    assert_eq!(priced[1].net, dec("-0.01"));
}

#[test]
fn goods_below_zero_and_a_line_that_says_nothing_are_named() {
    let silent = SaleLineInput {
        text: None,
        ..words("", "5")
    };
    assert_eq!(
        bad_fields(&[goods("1", "1"), goods("1", "-1"), silent]),
        ["lines[1].unit_price", "lines[2].text"]
    );
    assert_eq!(bad_fields(&[]), ["lines"]);
}

#[test]
fn amounts_and_lines_are_bounded() {
    let code = |lines: &[SaleLineInput]| NET_EUR.priced(lines).unwrap_err().code;
    assert_eq!(
        code(&vec![goods("1", "1"); MAX_LINES + 1]),
        "TOO_MANY_LINES"
    );
    assert_eq!(
        code(&[goods("1000000000", "1000000000000")]),
        "AMOUNT_TOO_LARGE"
    );
    assert_eq!(
        code(&[taxed("1000", "1000000000000", "0", "1")]),
        "AMOUNT_TOO_LARGE",
        "with its tax"
    );
    assert_eq!(
        code(&vec![goods("600", "1000000000000"); 2]),
        "AMOUNT_TOO_LARGE"
    );
}

fn with_texts(lines: usize, text: &str) -> OrderEvent {
    let line = SaleLineInput {
        text: Some(text.to_owned()),
        ..taxed("48", "12.75", "0", "20")
    };
    let lines = NET_EUR.priced(&vec![line; lines]).unwrap();
    OrderLinesChanged { lines }.into()
}

/// A real order of a wholesaler has 1 114 lines with texts like this one.
#[test]
fn the_longest_real_order_fits_into_an_event_and_lines_that_are_too_long_are_refused() {
    assert!(fits(&with_texts(1_114, "WHITE HANGING HEART T-LIGHT HOLDER")).is_ok());
    let refusal = fits(&with_texts(MAX_LINES, &"关".repeat(100))).unwrap_err();
    assert_eq!(refusal.code, "LINES_TOO_LONG");
    assert_eq!(refusal.figures["limit_bytes"], "262144");
    let bytes: usize = refusal.figures["bytes"].parse().unwrap();
    assert!(bytes > MAX_EVENT_BYTES);
}

#[test]
fn an_event_is_bounded_as_the_log_bounds_it() {
    assert_eq!(MAX_EVENT_BYTES, guanxi_eventlog::MAX_EVENT_BYTES);
}
