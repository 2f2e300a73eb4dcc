//! A calendar's versions, and what is no calendar.

use guanxi_decider::testing::Scenario;
use guanxi_events::service::{Holiday, Hours, SpecialDay, Week};
use jiff::civil::date;
use uuid::Uuid;

use super::*;

const NINE_TO_FIVE: Hours = Hours {
    from: 9 * 3600,
    until: 17 * 3600,
};

fn office() -> CalendarDefinition {
    CalendarDefinition {
        name: "Office".into(),
        zone: "Europe/Berlin".into(),
        week: Week {
            monday: vec![NINE_TO_FIVE],
            ..Week::default()
        },
        holidays: vec![holiday(2026, 12, 25)],
        special_days: Vec::new(),
    }
}

fn holiday(year: i16, month: i8, day: i8) -> Holiday {
    Holiday {
        date: date(year, month, day),
        name: String::new(),
    }
}

fn defined(version: u32, definition: CalendarDefinition) -> CalendarEvent {
    CalendarDefined {
        version,
        definition,
    }
    .into()
}

fn scenario() -> Scenario<Calendar> {
    Scenario::new(Uuid::from_u128(7))
}

#[test]
fn a_calendar_is_defined_and_each_change_makes_a_version_while_the_old_ones_stay_known() {
    let mut longer = office();
    longer.week.tuesday = vec![NINE_TO_FIVE];
    scenario()
        .when(Command::Define(office()))
        .then([defined(1, office())]);
    let changed = || {
        scenario()
            .given([defined(1, office())])
            .when(Command::Define(longer.clone()))
    };
    changed().then([defined(2, longer.clone())]);
    let versions = changed().state();
    assert_eq!(versions.latest(), Some((2, &longer)));
    assert_eq!(versions.0[&1], office());
}

#[test]
fn the_same_calendar_again_changes_nothing_whatever_the_order_of_its_days() {
    let mut two = office();
    two.holidays.push(holiday(2026, 12, 26));
    let mut turned = two.clone();
    turned.holidays.reverse();
    scenario()
        .given([defined(1, two)])
        .when(Command::Define(turned))
        .then_nothing();
}

#[test]
fn a_calendar_without_working_hours_in_its_week_is_refused() {
    let mut never = office();
    never.week = Week::default();
    never.special_days.push(SpecialDay {
        date: date(2026, 12, 24),
        name: String::new(),
        hours: vec![NINE_TO_FIVE],
    });
    scenario()
        .when(Command::Define(never))
        .then_refused("CALENDAR_NEVER_OPEN");
}

#[test]
fn every_bad_field_of_a_calendar_is_named() {
    let hours = |from, until| Hours { from, until };
    let mut bad = office();
    bad.zone = "Mars/Olympus".into();
    bad.week.monday = vec![hours(3600, 7200), hours(7199, 8000)];
    bad.week.tuesday = vec![hours(3600, 3600)];
    bad.week.sunday = vec![hours(0, 86_401)];
    bad.holidays.push(holiday(2026, 12, 25));
    bad.special_days.push(SpecialDay {
        date: date(2026, 12, 24),
        name: String::new(),
        hours: Vec::new(),
    });
    scenario().when(Command::Define(bad)).then_invalid([
        "definition.monday",
        "definition.tuesday",
        "definition.sunday",
        "definition.holidays",
        "definition.special_days[0].hours",
        "definition.time_zone",
    ]);
}

#[test]
fn hours_that_meet_are_no_overlap() {
    let mut day = office();
    let (morning, afternoon) = ((0, 43_200), (43_200, 86_400));
    let hours = |(from, until)| Hours { from, until };
    day.week.monday = vec![hours(afternoon), hours(morning)];
    let state = scenario().when(Command::Define(day)).state();
    let (_, sound) = state.latest().unwrap();
    assert_eq!(sound.week.monday, [hours(morning), hours(afternoon)]);
}
