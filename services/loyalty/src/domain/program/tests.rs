//! The rules of programs as tests.

use guanxi_decider::testing::Scenario;
use guanxi_events::loyalty::SpendingRules;
use iso_currency::Currency;
use jiff::{Timestamp, tz::TimeZone};
use uuid::Uuid;

use super::*;
use crate::domain::in_memory::{dec, rules};

fn opened() -> ProgramEvent {
    ProgramOpened {
        shop: None,
        rules: rules(),
    }
    .into()
}

fn scenario() -> Scenario<Program> {
    Scenario::new(Uuid::from_u128(1))
}

#[test]
fn a_program_is_opened_once_and_each_change_makes_a_version() {
    scenario()
        .when(Command::Open {
            shop: None,
            rules: rules(),
        })
        .then([opened()]);
    scenario()
        .given([opened()])
        .when(Command::Open {
            shop: None,
            rules: rules(),
        })
        .then_refused("PROGRAM_EXISTS");
    let shorter = ProgramRules {
        expiry: ExpiryRule::Months(6),
        ..rules()
    };
    scenario()
        .given([opened()])
        .when(Command::Change(shorter.clone()))
        .then([ProgramChanged {
            version: 2,
            rules: shorter,
        }
        .into()]);
    scenario()
        .given([opened()])
        .when(Command::Change(rules()))
        .then_nothing();
    scenario()
        .when(Command::Change(rules()))
        .then_refused("NOT_FOUND");
}

#[test]
fn points_that_exist_keep_their_places_and_their_currency() {
    let two = ProgramRules {
        scale: 2,
        ..rules()
    };
    let opened_with_two = ProgramEvent::from(ProgramOpened {
        shop: Some("north".into()),
        rules: two,
    });
    scenario()
        .given([opened_with_two])
        .when(Command::Change(rules()))
        .then_refused("SCALE_LOWERED");
    scenario()
        .given([opened()])
        .when(Command::Change(ProgramRules {
            currency: Currency::USD,
            ..rules()
        }))
        .then_refused("CURRENCY_FIXED");
}

#[test]
fn every_rule_that_makes_no_sense_is_named() {
    let bad = ProgramRules {
        scale: 3,
        from: Some("2026-02-01".parse().unwrap()),
        until: Some("2026-01-31".parse().unwrap()),
        expiry: ExpiryRule::Days(0),
        spending: SpendingRules {
            minimum: dec("-1"),
            step: Decimal::ZERO,
            max_share_percent: dec("100.01"),
        },
        adjustment_limit: Some(dec("-1")),
        ..rules()
    };
    scenario()
        .when(Command::Open {
            shop: None,
            rules: bad,
        })
        .then_invalid([
            "rules.scale",
            "rules.until",
            "rules.expiry",
            "rules.spending.step",
            "rules.spending.minimum",
            "rules.spending.max_share_percent",
            "rules.adjustment_limit",
        ]);
}

fn expires(rule: ExpiryRule, first: &str, zone: &str) -> Option<Timestamp> {
    let zone = TimeZone::get(zone).unwrap();
    life::expires_at(rule, first.parse().unwrap(), &zone)
}

fn instant(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

#[test]
fn a_month_after_31_january_is_the_end_of_february_leap_years_included() {
    let month = ExpiryRule::Months(1);
    let utc = |first| expires(month, first, "UTC");
    assert_eq!(utc("2026-01-31"), instant("2026-03-01T00:00:00Z"));
    assert_eq!(utc("2028-01-31"), instant("2028-03-01T00:00:00Z"));
    assert_eq!(utc("2028-01-29"), instant("2028-03-01T00:00:00Z"));
    assert_eq!(utc("2026-01-27"), instant("2026-02-28T00:00:00Z"));
}

#[test]
fn points_live_to_the_end_of_a_day_a_month_or_a_year_or_for_ever() {
    let utc = |rule| expires(rule, "2026-05-10", "UTC");
    assert_eq!(utc(ExpiryRule::Days(1)), instant("2026-05-12T00:00:00Z"));
    assert_eq!(
        utc(ExpiryRule::MonthEnd(0)),
        instant("2026-06-01T00:00:00Z")
    );
    assert_eq!(
        utc(ExpiryRule::MonthEnd(12)),
        instant("2027-06-01T00:00:00Z")
    );
    assert_eq!(utc(ExpiryRule::YearEnd(0)), instant("2027-01-01T00:00:00Z"));
    assert_eq!(utc(ExpiryRule::YearEnd(2)), instant("2029-01-01T00:00:00Z"));
    assert_eq!(utc(ExpiryRule::Never), None);
    assert_eq!(
        expires(ExpiryRule::YearEnd(9000), "2026-05-10", "UTC"),
        None
    );
}

#[test]
fn days_end_in_the_tenants_time_zone_also_when_the_clock_changes() {
    let berlin = |rule, first| expires(rule, first, "Europe/Berlin");
    assert_eq!(
        berlin(ExpiryRule::Days(1), "2026-03-28"),
        instant("2026-03-29T22:00:00Z"),
        "the day has 23 hours"
    );
    assert_eq!(
        berlin(ExpiryRule::MonthEnd(0), "2026-10-01"),
        instant("2026-10-31T23:00:00Z")
    );
}

#[test]
fn points_are_pending_until_the_return_window_of_the_purchase_is_over() {
    let zone = TimeZone::UTC;
    let at: Timestamp = "2026-01-10T15:00:00Z".parse().unwrap();
    let of = |days, bought: &str| {
        let rules = ProgramRules {
            return_window_days: days,
            expiry: ExpiryRule::Days(30),
            ..rules()
        };
        life::of_purchase(&rules, bought.parse().unwrap(), at, &zone)
    };
    let same_day = of(14, "2026-01-10");
    assert_eq!(Some(same_day.active_at), instant("2026-01-25T00:00:00Z"));
    assert_eq!(
        same_day.expires_at,
        instant("2026-02-25T00:00:00Z"),
        "30 days from the first on which they can be spent"
    );
    assert_eq!(of(0, "2026-01-10").active_at, at);
    assert_eq!(of(14, "2025-12-01").active_at, at, "paid late: at once");
}
