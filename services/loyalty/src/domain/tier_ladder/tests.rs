//! The rules of ladders, and of their windows.

use guanxi_events::loyalty::{Downgrade, Fall, TierWindow};
use jiff::civil::date;
use uuid::Uuid;

use super::*;
use crate::domain::in_memory::{Club, PROGRAM, ladder};

const TIERS: [(&str, i64); 2] = [("silver", 0), ("gold", 100)];

fn yearly(grace_days: u16) -> Option<Downgrade> {
    Some(Downgrade {
        fall: Fall::OneStep,
        grace_days,
    })
}

fn define(club: &mut Club, ladder: TierLadderDefinition) -> Result<u32, Refusal> {
    club.ask::<TierLadder>(PROGRAM, &Command::Define(ladder))?;
    Ok(club.state::<TierLadder>(PROGRAM).unwrap().version)
}

#[test]
fn each_change_makes_a_version_and_the_same_again_makes_none() {
    let mut club = Club::open();
    let first = ladder(TierWindow::CalendarYear, &TIERS, None);
    assert_eq!(define(&mut club, first.clone()), Ok(1));
    assert_eq!(define(&mut club, first), Ok(1));
    let second = ladder(TierWindow::CalendarYear, &TIERS, yearly(30));
    assert_eq!(define(&mut club, second), Ok(2));
    let unknown = Uuid::from_u128(99);
    let command = Command::Define(ladder(TierWindow::LifeTime, &TIERS, None));
    let refused = club.ask::<TierLadder>(unknown, &command).unwrap_err();
    assert_eq!(refused.code, "PROGRAM_UNKNOWN");
}

#[test]
fn the_tiers_rise_and_each_is_there_once() {
    let mut club = Club::open();
    let turned = [("gold", 100), ("silver", 100), ("gold", 200)];
    let refused = define(&mut club, ladder(TierWindow::LifeTime, &turned, None)).unwrap_err();
    let fields: Vec<_> = refused
        .violations
        .iter()
        .map(|v| v.field.as_str())
        .collect();
    assert_eq!(
        fields,
        ["definition.tiers[1].threshold", "definition.tiers[2].key"]
    );
}

#[test]
fn a_tier_is_lost_at_the_end_of_a_period_that_is_longer_than_its_grace() {
    let mut club = Club::open();
    let mut code = |window, grace| {
        let defined = define(&mut club, ladder(window, &TIERS, yearly(grace)));
        defined.map_err(|refusal| refusal.code)
    };
    assert_eq!(
        code(TierWindow::LifeTime, 0),
        Err("DOWNGRADE_WITHOUT_PERIOD")
    );
    assert_eq!(code(TierWindow::RollingDays(30), 30), Err("GRACE_TOO_LONG"));
    assert_eq!(
        code(TierWindow::RollingMonths(1), 28),
        Err("GRACE_TOO_LONG")
    );
    assert_eq!(code(TierWindow::RollingMonths(1), 27), Ok(1));
}

#[test]
fn a_member_enjoys_what_its_tier_is_good_for() {
    let mut definition = ladder(TierWindow::LifeTime, &TIERS, None);
    definition.tiers[1].privileges.earning_factor = Decimal::TWO;
    let ladder = Ladder {
        version: 1,
        definition,
    };
    let factor = |tier: Option<&str>| {
        let key = tier.map(|tier| tier.parse().unwrap());
        ladder.privileges(key.as_ref()).earning_factor
    };
    assert_eq!(factor(Some("gold")), Decimal::TWO);
    assert_eq!(factor(Some("silver")), Decimal::ONE);
    assert_eq!(factor(Some("gone")), Decimal::ONE);
    assert_eq!(factor(None), Decimal::ONE);
}

#[test]
fn windows_and_periods_are_counted_by_the_calendar() {
    let months = TierWindow::RollingMonths;
    assert_eq!(
        first_day(months(12), date(2026, 3, 15)),
        Some(date(2025, 3, 16))
    );
    assert_eq!(
        first_day(months(1), date(2026, 3, 31)),
        Some(date(2026, 3, 1))
    );
    assert_eq!(
        first_day(months(1), date(2024, 3, 30)),
        Some(date(2024, 3, 1))
    );
    assert_eq!(
        first_day(months(12), date(2024, 2, 29)),
        Some(date(2023, 3, 1))
    );
    let days = TierWindow::RollingDays;
    assert_eq!(first_day(days(1), date(2026, 3, 1)), Some(date(2026, 3, 1)));
    assert_eq!(
        first_day(days(30), date(2026, 3, 1)),
        Some(date(2026, 1, 31))
    );
    let year = TierWindow::CalendarYear;
    assert_eq!(first_day(year, date(2026, 12, 31)), Some(date(2026, 1, 1)));
    assert_eq!(first_day(TierWindow::LifeTime, date(2026, 1, 1)), None);
    assert_eq!(period_end(year, date(2026, 12, 31)), Some(date(2027, 1, 1)));
    assert_eq!(
        period_end(months(1), date(2026, 1, 31)),
        Some(date(2026, 2, 28))
    );
    assert_eq!(
        period_end(days(30), date(2026, 1, 31)),
        Some(date(2026, 3, 2))
    );
    assert_eq!(period_end(TierWindow::LifeTime, date(2026, 1, 1)), None);
}
