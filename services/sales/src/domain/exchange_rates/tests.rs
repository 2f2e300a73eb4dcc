//! The rules of exchange rates as given / when / then, and the look-up against a naive one.

use std::sync::Arc;

use guanxi_decider::{Actor, AnyState, Home, testing::Scenario};
use guanxi_events::{
    DomainEvent, Money,
    sales::{BOOK_RATES, exchange_rates_id},
};
use jiff::{ToSpan, civil::date};
use proptest::prelude::*;

use super::*;
use crate::domain::limits;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// So many euros for a dollar.
fn set(on: Date, rate: &str) -> ExchangeRateSet {
    ExchangeRateSet {
        source: BOOK_RATES.into(),
        from: Currency::USD,
        to: Currency::EUR,
        on,
        rate: decimal(rate),
    }
}

fn scenario() -> Scenario<ExchangeRates> {
    Scenario::new(book_rates(Currency::USD))
}

fn rates(sets: impl IntoIterator<Item = ExchangeRateSet>) -> Rates {
    let events = sets.into_iter().map(ExchangeRatesEvent::from);
    events.fold(Rates::default(), |rates, event| {
        ExchangeRates::evolve(rates, &event)
    })
}

/// A tenant that counts in euros, and the book rates of the dollar.
fn context(rates: Rates) -> Context {
    let actor = Actor {
        person: "anna".parse().unwrap(),
        may_backdate: false,
        manages: false,
    };
    let now = "2026-01-15T12:00:00Z".parse().unwrap();
    let home = Home {
        currency: Currency::EUR,
        ..Home::default()
    };
    let mut context = Context::new(
        "acme".parse().unwrap(),
        uuid::Uuid::now_v7(),
        actor,
        now,
        home,
    );
    context.add(
        ExchangeRatesEvent::CATEGORY,
        book_rates(Currency::USD),
        Arc::new(rates) as AnyState,
    );
    context
}

#[test]
fn a_rate_is_set_for_a_day() {
    scenario()
        .when(Command::Set(set(date(2026, 1, 1), "0.91")))
        .then([set(date(2026, 1, 1), "0.91").into()]);
}

#[test]
fn another_rate_of_the_same_day_replaces_it_and_the_same_again_changes_nothing() {
    let first = set(date(2026, 1, 1), "0.91");
    let corrected = set(date(2026, 1, 1), "0.92");
    scenario()
        .given([first.clone().into()])
        .when(Command::Set(corrected.clone()))
        .then([corrected.clone().into()]);
    assert_eq!(
        rates([first.clone(), corrected.clone()]).rate_on(Currency::EUR, date(2026, 1, 1)),
        Some((date(2026, 1, 1), decimal("0.92")))
    );
    scenario()
        .given([first.into(), corrected.clone().into()])
        .when(Command::Set(corrected))
        .then_nothing();
}

#[test]
fn no_currency_has_a_rate_in_itself() {
    let itself = ExchangeRateSet {
        to: Currency::USD,
        ..set(date(2026, 1, 1), "1")
    };
    scenario()
        .when(Command::Set(itself))
        .then_invalid(["to_currency_code"]);
}

#[test]
fn a_rate_holds_from_its_day_on_until_the_next_one() {
    let rates = rates([set(date(2026, 1, 1), "0.91"), set(date(2026, 2, 1), "0.95")]);
    let on = |day| Some(rates.rate_on(Currency::EUR, day)?.1.to_string());
    assert_eq!(on(date(2025, 12, 31)), None);
    assert_eq!(on(date(2026, 1, 1)).unwrap(), "0.91");
    assert_eq!(on(date(2026, 1, 31)).unwrap(), "0.91");
    assert_eq!(on(date(2026, 2, 1)).unwrap(), "0.95");
    assert_eq!(on(date(2036, 2, 1)).unwrap(), "0.95");
    assert_eq!(rates.rate_on(Currency::JPY, date(2026, 2, 1)), None);
}

#[test]
fn each_source_and_each_currency_has_rates_of_its_own_and_its_targets_share_them() {
    let book = exchange_rates_id(BOOK_RATES, Currency::USD);
    assert_eq!(book, book_rates(Currency::USD));
    assert_ne!(book, exchange_rates_id("ecb", Currency::USD));
    assert_ne!(book, exchange_rates_id(BOOK_RATES, Currency::JPY));
    let yen = ExchangeRateSet {
        to: Currency::JPY,
        ..set(date(2026, 1, 1), "156.8")
    };
    let rates = rates([set(date(2026, 1, 1), "0.91"), yen]);
    let day = date(2026, 1, 2);
    assert_eq!(
        rates.rate_on(Currency::EUR, day).unwrap().1,
        decimal("0.91")
    );
    assert_eq!(
        rates.rate_on(Currency::JPY, day).unwrap().1,
        decimal("156.8")
    );
}

#[test]
fn a_snapshot_is_read_as_it_was_written() {
    let rates = rates([set(date(2026, 1, 1), "0.9100000001")]);
    let snapshot = serde_json::to_vec(&rates).unwrap();
    assert_eq!(serde_json::from_slice::<Rates>(&snapshot).unwrap(), rates);
}

#[test]
fn a_document_is_booked_at_the_rate_of_its_day() {
    let context = context(rates([
        set(date(2026, 1, 1), "0.91"),
        set(date(2026, 2, 1), "0.95"),
    ]));
    let rate = book_rate(Currency::USD, date(2026, 1, 20), &context);
    assert_eq!(rate, Ok(Some(decimal("0.91"))));
}

#[test]
fn the_base_currency_needs_no_rate() {
    let context = context(Rates::default());
    let rate = book_rate(Currency::EUR, date(2026, 1, 20), &context);
    assert_eq!(rate, Ok(None));
}

#[test]
fn without_a_rate_of_the_day_or_before_the_refusal_names_pair_day_and_remedy() {
    let none = book_rate(Currency::USD, date(2026, 1, 20), &context(Rates::default()));
    let refusal = none.unwrap_err();
    assert_eq!(refusal.code, "NO_RATE");
    assert_eq!(
        refusal.message,
        "there is no book rate for USD in EUR on 2026-01-20 (no USD/EUR rate is set at all); set \
         one that begins on 2026-01-20 or before"
    );
    let later = context(rates([set(date(2026, 2, 1), "0.95")]));
    let refusal = book_rate(Currency::USD, date(2026, 1, 20), &later).unwrap_err();
    assert!(
        refusal.message.contains("begins on 2026-02-01"),
        "{}",
        refusal.message
    );
    let figures: Vec<_> = refusal.figures.values().map(String::as_str).collect();
    assert_eq!(figures, ["USD", "2026-01-20", "book", "EUR"]);
}

#[test]
fn an_amount_is_worth_in_the_base_currency_what_the_rate_says_rounded_half_up() {
    let base = |amount: &str, rate: Option<&str>, currency| {
        let booked = booked(decimal(amount), rate.map(decimal), currency).unwrap();
        assert_eq!(booked.amount, decimal(amount));
        booked.base.to_string()
    };
    assert_eq!(base("100", Some("0.91005"), Currency::EUR), "91.01");
    assert_eq!(base("100", Some("0.91004"), Currency::EUR), "91.00");
    assert_eq!(base("0.01", Some("156.849"), Currency::JPY), "2");
    assert_eq!(base("1000", Some("0.0018885"), Currency::KWD), "1.889");
    assert_eq!(base("99.95", None, Currency::EUR), "99.95");
}

#[test]
fn what_is_worth_more_than_the_limit_is_refused() {
    let rate = Some(decimal("1000000000"));
    let most = booked(decimal("1000000"), rate, Currency::EUR).unwrap();
    assert_eq!(most.base, limits::AMOUNT);
    for amount in ["1000000.01", "1000000000000000"] {
        let refusal = booked(decimal(amount), rate, Currency::EUR).unwrap_err();
        assert_eq!(refusal.code, "AMOUNT_TOO_LARGE");
        assert_eq!(refusal.figures["limit"], "1000000000000000");
    }
}

/// Whole numbers of up to so many digits, small ones as often as large ones.
fn any_size(digits: u32) -> impl Strategy<Value = i64> {
    (1..=digits).prop_flat_map(|digits| 1..10_i64.pow(digits))
}

proptest! {
    #[test]
    fn the_rate_of_a_day_is_the_last_one_set_for_the_latest_day_not_after_it(
        sets in prop::collection::vec((0_i64..40, 1_i64..1_000), 0..30),
        asked in -5_i64..50,
    ) {
        let day = |n: i64| date(2026, 1, 1).saturating_add(n.days());
        let rates = rates(sets.iter().map(|(n, rate)| {
            set(day(*n), &Decimal::new(*rate, 2).to_string())
        }));
        let before = sets.iter().enumerate().filter(|(_, (n, _))| *n <= asked);
        let latest = before.max_by_key(|(index, (n, _))| (*n, *index));
        let wanted = latest.map(|(_, (n, rate))| (day(*n), Decimal::new(*rate, 2)));
        prop_assert_eq!(rates.rate_on(Currency::EUR, day(asked)), wanted);
    }

    #[test]
    fn the_worth_is_the_exact_product_to_half_a_minor_unit(
        amount in any_size(17),
        rate in any_size(18),
    ) {
        // Cents and parts of 10^10: the product is exact in 128 bits.
        let product = i128::from(amount) * i128::from(rate);
        let result = booked(Decimal::new(amount, 2), Some(Decimal::new(rate, 10)), Currency::EUR);
        // Twelve places, of which two stay.
        let unit = 10_i128.pow(10);
        match result {
            Ok(booked) => {
                let cents = (product + unit / 2) / unit;
                let wanted = Decimal::from_i128_with_scale(cents, 2);
                prop_assert_eq!(booked.base, wanted);
                prop_assert!(Money::exact(booked.base, Currency::EUR).is_ok());
            }
            Err(refusal) => {
                prop_assert_eq!(refusal.code, "AMOUNT_TOO_LARGE");
                prop_assert!(product > 10_i128.pow(15 + 12));
            }
        }
    }
}
