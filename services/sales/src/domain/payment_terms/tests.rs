//! The rules of payment terms as given / when / then, and what every schedule keeps.

use guanxi_decider::testing::Scenario;
use guanxi_events::{
    Money,
    sales::{DueRule, EarlyPayment, Portion},
};
use iso_currency::Currency;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::account::Due;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn terms(portions: &[(&str, DueRule)]) -> PaymentTermsDefinition {
    let portion = |(percent, due): &(&str, DueRule)| Portion {
        percent: decimal(percent),
        due: *due,
    };
    PaymentTermsDefinition {
        name: "Standard".into(),
        portions: portions.iter().map(portion).collect(),
        early_payment: None,
    }
}

/// A third each after no, one and two months.
fn thirds() -> PaymentTermsDefinition {
    terms(&[
        ("33.3333", DueRule::MonthsAfterInvoice(0)),
        ("33.3333", DueRule::MonthsAfterInvoice(1)),
        ("33.3334", DueRule::MonthsAfterInvoice(2)),
    ])
}

fn defined(version: u32, definition: PaymentTermsDefinition) -> PaymentTermsEvent {
    PaymentTermsDefined {
        version,
        definition,
    }
    .into()
}

fn scenario() -> Scenario<PaymentTerms> {
    Scenario::new(Uuid::from_u128(5))
}

fn amounts(
    terms: &PaymentTermsDefinition,
    on: Date,
    total: &str,
    currency: Currency,
) -> Vec<(String, String)> {
    let due = instalments(Some(terms), on, decimal(total), currency);
    due.iter()
        .map(|part| (part.due.to_string(), part.amount.to_string()))
        .collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let pair = |(due, amount): &(&str, &str)| ((*due).to_owned(), (*amount).to_owned());
    expected.iter().map(pair).collect()
}

#[test]
fn terms_are_defined_and_each_change_makes_a_new_version() {
    let at_once = terms(&[("100", DueRule::DaysAfterInvoice(0))]);
    scenario()
        .when(Command::Define(thirds()))
        .then([defined(1, thirds())]);
    scenario()
        .given([defined(1, thirds())])
        .when(Command::Define(at_once.clone()))
        .then([defined(2, at_once)]);
}

#[test]
fn the_same_terms_again_change_nothing() {
    scenario()
        .given([defined(1, thirds())])
        .when(Command::Define(thirds()))
        .then_nothing();
}

#[test]
fn portions_that_do_not_add_up_to_100_are_refused_with_their_sum() {
    for (percents, sum) in [
        (&["33.3333", "33.3333", "33.3333"][..], "99.9999"),
        (&["60.50", "39.60"], "100.1"),
        (&[], "0"),
    ] {
        let portions: Vec<_> = percents
            .iter()
            .map(|percent| (*percent, DueRule::DaysAfterInvoice(30)))
            .collect();
        let refusal = scenario()
            .when(Command::Define(terms(&portions)))
            .then_refused("PORTIONS_DO_NOT_ADD_UP");
        assert_eq!(refusal.figures["sum"], sum);
        assert!(
            refusal.message.contains(&format!("{sum} %")),
            "{}",
            refusal.message
        );
    }
}

#[test]
fn what_is_due_by_a_rule_is_counted_from_the_invoice_or_from_its_months_end() {
    use DueRule::{DaysAfterInvoice, DaysAfterMonthEnd, MonthsAfterInvoice, MonthsAfterMonthEnd};
    for (rule, invoice, wanted) in [
        (DaysAfterInvoice(0), date(2017, 1, 31), date(2017, 1, 31)),
        (DaysAfterInvoice(30), date(2017, 1, 31), date(2017, 3, 2)),
        (DaysAfterInvoice(1), date(2016, 2, 28), date(2016, 2, 29)),
        // A month more than the 31st is the end of a shorter month, a leap year's too.
        (MonthsAfterInvoice(1), date(2017, 1, 31), date(2017, 2, 28)),
        (MonthsAfterInvoice(1), date(2016, 1, 31), date(2016, 2, 29)),
        (MonthsAfterInvoice(12), date(2016, 2, 29), date(2017, 2, 28)),
        (MonthsAfterInvoice(1), date(2017, 2, 28), date(2017, 3, 28)),
        (DaysAfterMonthEnd(0), date(2016, 2, 1), date(2016, 2, 29)),
        (DaysAfterMonthEnd(15), date(2017, 1, 31), date(2017, 2, 15)),
        (DaysAfterMonthEnd(15), date(2017, 2, 28), date(2017, 3, 15)),
        (MonthsAfterMonthEnd(0), date(2017, 2, 3), date(2017, 2, 28)),
        (MonthsAfterMonthEnd(1), date(2017, 1, 31), date(2017, 2, 28)),
        // The end of the month, not the 28th of it.
        (MonthsAfterMonthEnd(1), date(2017, 2, 28), date(2017, 3, 31)),
        (MonthsAfterMonthEnd(12), date(2015, 2, 1), date(2016, 2, 29)),
    ] {
        assert_eq!(due(rule, invoice), wanted, "{rule:?} of {invoice}");
    }
}

#[test]
fn a_hundred_in_three_instalments_adds_up_whatever_the_currency() {
    let on = date(2017, 1, 31);
    for (currency, wanted) in [
        (Currency::EUR, ["33.33", "33.33", "33.34"]),
        (Currency::JPY, ["33", "33", "34"]),
        (Currency::KWD, ["33.333", "33.333", "33.334"]),
    ] {
        let [first, second, third] = wanted;
        assert_eq!(
            amounts(&thirds(), on, "100", currency),
            pairs(&[
                ("2017-01-31", first),
                ("2017-02-28", second),
                ("2017-03-31", third)
            ])
        );
    }
}

#[test]
fn instalments_come_by_due_date_and_the_last_due_takes_the_remainder() {
    let late_first = terms(&[
        ("33.3334", DueRule::DaysAfterInvoice(60)),
        ("33.3333", DueRule::DaysAfterInvoice(30)),
        ("33.3333", DueRule::DaysAfterInvoice(0)),
    ]);
    assert_eq!(
        amounts(&late_first, date(2017, 1, 1), "100.01", Currency::EUR),
        pairs(&[
            ("2017-01-01", "33.34"),
            ("2017-01-31", "33.34"),
            ("2017-03-02", "33.33")
        ])
    );
}

#[test]
fn portions_of_the_same_day_are_one_instalment() {
    let end_of_february = terms(&[
        ("25", DueRule::MonthsAfterInvoice(1)),
        ("50", DueRule::MonthsAfterMonthEnd(1)),
        ("25", DueRule::DaysAfterInvoice(90)),
    ]);
    assert_eq!(
        amounts(&end_of_february, date(2017, 1, 31), "10.01", Currency::EUR),
        pairs(&[("2017-02-28", "7.51"), ("2017-05-01", "2.50")])
    );
}

#[test]
fn a_total_of_nothing_has_no_instalments() {
    let none = instalments(
        Some(&thirds()),
        date(2017, 1, 1),
        Decimal::ZERO,
        Currency::EUR,
    );
    assert_eq!(none, []);
    assert_eq!(
        instalments(None, date(2017, 1, 1), Decimal::ZERO, Currency::EUR),
        []
    );
}

#[test]
fn a_total_too_small_for_all_portions_goes_to_the_first_ones() {
    let quarters: Vec<_> = (0..4)
        .map(|month| ("25", DueRule::MonthsAfterInvoice(month)))
        .collect();
    assert_eq!(
        amounts(&terms(&quarters), date(2017, 1, 1), "0.02", Currency::EUR),
        pairs(&[("2017-01-01", "0.01"), ("2017-02-01", "0.01")])
    );
}

#[test]
fn without_terms_all_is_due_at_once() {
    let on = date(2017, 1, 31);
    let all = Due {
        due: on,
        amount: decimal("99.95"),
        discount: None,
    };
    assert_eq!(
        instalments(None, on, decimal("99.95"), Currency::EUR),
        [all]
    );
}

fn with_discount(percent: &str, days: u16) -> PaymentTermsDefinition {
    PaymentTermsDefinition {
        early_payment: Some(EarlyPayment {
            percent: decimal(percent),
            days,
        }),
        ..terms(&[
            ("50", DueRule::DaysAfterInvoice(5)),
            ("50", DueRule::DaysAfterInvoice(30)),
        ])
    }
}

fn discounts(terms: &PaymentTermsDefinition, total: &str) -> Vec<Option<(String, String)>> {
    let due = instalments(Some(terms), date(2017, 3, 1), decimal(total), Currency::EUR);
    due.iter()
        .map(|part| {
            let discount = part.discount.as_ref()?;
            Some((discount.until.to_string(), discount.amount.to_string()))
        })
        .collect()
}

#[test]
fn an_early_payment_keeps_back_a_share_of_each_instalment_until_its_own_date() {
    let wanted: Vec<_> = pairs(&[("2017-03-06", "1.01"), ("2017-03-11", "1.01")])
        .into_iter()
        .map(Some)
        .collect();
    // 2 % of 50.25 is 1.005. The first is due before the discount ends.
    assert_eq!(discounts(&with_discount("2", 10), "100.50"), wanted);
}

#[test]
fn a_discount_that_is_nothing_or_everything_is_none() {
    assert_eq!(discounts(&with_discount("2", 10), "0.40"), [None, None]);
    assert_eq!(discounts(&with_discount("50", 10), "0.02"), [None, None]);
}

fn any_rule() -> impl Strategy<Value = DueRule> {
    (0_u16..40).prop_flat_map(|n| {
        prop_oneof![
            Just(DueRule::DaysAfterInvoice(n)),
            Just(DueRule::MonthsAfterInvoice(n)),
            Just(DueRule::DaysAfterMonthEnd(n)),
            Just(DueRule::MonthsAfterMonthEnd(n)),
        ]
    })
}

/// Portions that add up to 100, in ten thousandths of a per cent.
fn any_terms() -> impl Strategy<Value = PaymentTermsDefinition> {
    let cuts = prop::collection::btree_set(1_i64..1_000_000, 0..12);
    let rules = prop::collection::vec(any_rule(), 12);
    let early = prop::option::of((1_i64..999_999, 0_u16..60));
    (cuts, rules, early).prop_map(|(cuts, rules, early)| {
        let ends = cuts.into_iter().chain([1_000_000]);
        let mut before = 0;
        let portions = ends.zip(rules).map(|(end, due)| {
            let percent = Decimal::new(end - before, 4);
            before = end;
            Portion { percent, due }
        });
        PaymentTermsDefinition {
            name: "Any".into(),
            portions: portions.collect(),
            early_payment: early.map(|(percent, days)| EarlyPayment {
                percent: Decimal::new(percent, 4),
                days,
            }),
        }
    })
}

fn any_day() -> impl Strategy<Value = Date> {
    (0_i64..20_000).prop_map(|days| {
        use jiff::ToSpan;
        date(1990, 1, 1).saturating_add(days.days())
    })
}

fn any_currency() -> impl Strategy<Value = (Currency, u32)> {
    prop_oneof![
        Just((Currency::EUR, 2)),
        Just((Currency::JPY, 0)),
        Just((Currency::KWD, 3)),
    ]
}

proptest! {
    #[test]
    fn terms_are_accepted_when_they_add_up_and_only_then(
        definition in any_terms(), off in prop_oneof![Just(0), -5_i64..5]
    ) {
        let mut definition = definition;
        definition.portions[0].percent += Decimal::new(off, 4);
        let result = scenario().when(Command::Define(definition)).result;
        prop_assert_eq!(result.is_ok(), off == 0);
    }

    #[test]
    fn nothing_is_due_before_the_invoice_and_a_month_end_rule_ends_a_month(
        rule in any_rule(), on in any_day()
    ) {
        let day = due(rule, on);
        prop_assert!(day >= on);
        if let DueRule::MonthsAfterMonthEnd(_) = rule {
            prop_assert_eq!(day, day.last_of_month());
        }
    }

    #[test]
    fn instalments_add_up_to_the_total_each_exact_above_0_and_of_a_day_of_its_own(
        definition in any_terms(),
        on in any_day(),
        minor in 0_i64..1_000_000_000_000_000,
        (currency, places) in any_currency(),
    ) {
        let total = Decimal::new(minor, places);
        let due = instalments(Some(&definition), on, total, currency);
        let sum: Decimal = due.iter().map(|part| part.amount).sum();
        prop_assert_eq!(sum, total);
        prop_assert!(due.iter().all(|part| part.amount > Decimal::ZERO));
        prop_assert!(due.iter().all(|part| Money::exact(part.amount, currency).is_ok()));
        prop_assert!(due.is_sorted_by(|one, next| one.due < next.due));
        for part in &due {
            if let Some(discount) = part.discount {
                prop_assert!(discount.amount > Decimal::ZERO && discount.amount < part.amount);
                prop_assert!(discount.until >= on && discount.until <= part.due);
                prop_assert!(Money::exact(discount.amount, currency).is_ok());
            }
        }
    }

    #[test]
    fn an_instalment_is_what_its_portions_say_to_half_a_minor_unit_but_for_the_last(
        definition in any_terms(),
        on in any_day(),
        // Large enough that no portion is cut off.
        minor in 1_000_000_000_i64..1_000_000_000_000,
    ) {
        let total = Decimal::new(minor, 2);
        let parts = instalments(Some(&definition), on, total, Currency::EUR);
        let half = Decimal::new(5, 3);
        for part in &parts[..parts.len() - 1] {
            let portions = definition.portions.iter().filter(|p| due(p.due, on) == part.due);
            let percent: Decimal = portions.map(|portion| portion.percent).sum();
            let off = part.amount - total * percent / Decimal::ONE_HUNDRED;
            prop_assert!(off <= half && off > -half, "{off}");
        }
    }
}
