//! The worked examples, the clock changes, and what has no due time.

use guanxi_events::service::{CalendarDefinition, Holiday, Hours, SpecialDay, Week};
use jiff::{SignedDuration, Timestamp, civil::Date};

use super::*;

pub(super) const MINUTE: u32 = 60;
const HOUR: u32 = 3600;

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

fn open(from: u32, until: u32) -> Vec<Hours> {
    vec![Hours {
        from: from * HOUR,
        until: until * HOUR,
    }]
}

fn every_day(hours: &[Hours]) -> Week {
    Week {
        saturday: hours.to_vec(),
        sunday: hours.to_vec(),
        ..weekdays(hours)
    }
}

fn weekdays(hours: &[Hours]) -> Week {
    Week {
        monday: hours.to_vec(),
        tuesday: hours.to_vec(),
        wednesday: hours.to_vec(),
        thursday: hours.to_vec(),
        friday: hours.to_vec(),
        ..Week::default()
    }
}

pub(super) fn definition(zone: &str, week: Week, holidays: &[&str]) -> CalendarDefinition {
    let holiday = |date: &&str| Holiday {
        date: date.parse().unwrap(),
        name: String::new(),
    };
    CalendarDefinition {
        name: "Office".into(),
        zone: zone.into(),
        week,
        holidays: holidays.iter().map(holiday).collect(),
        special_days: Vec::new(),
    }
}

pub(super) fn calendar(zone: &str, week: Week, holidays: &[&str]) -> Calendar {
    Calendar::of(&definition(zone, week, holidays)).unwrap()
}

fn pause(from: &str, until: Option<&str>) -> Pause {
    Pause {
        from: at(from),
        until: until.map(at),
    }
}

#[test]
fn forty_eight_hours_at_twelve_a_day_skip_the_holidays() {
    let office = calendar(
        "UTC",
        every_day(&open(9, 21)),
        &["2026-11-11", "2026-11-13"],
    );
    assert_eq!(
        due(
            at("2026-11-09T23:00:00Z"),
            hours(48),
            &office,
            &Pauses::NONE
        ),
        Some(at("2026-11-15T21:00:00Z"))
    );
}

#[test]
fn four_hours_from_five_in_the_evening_end_the_next_morning_and_so_does_the_warning() {
    // 2026-11-09 is a Monday.
    let office = calendar("UTC", weekdays(&open(8, 18)), &[]);
    let start = at("2026-11-09T17:00:00Z");
    let due = |span| due(start, hours(span), &office, &Pauses::NONE);
    assert_eq!(due(4), Some(at("2026-11-10T11:00:00Z")));
    assert_eq!(due(3), Some(at("2026-11-10T10:00:00Z")));
}

#[test]
fn eighteen_hours_at_nine_a_day_are_two_working_days() {
    let office = calendar("UTC", weekdays(&open(9, 18)), &[]);
    // From Friday's opening to Monday's closing.
    assert_eq!(
        due(
            at("2026-11-13T09:00:00Z"),
            hours(18),
            &office,
            &Pauses::NONE
        ),
        Some(at("2026-11-16T18:00:00Z"))
    );
}

#[test]
fn a_start_on_a_holiday_waits_for_the_next_opening() {
    let office = calendar("UTC", weekdays(&open(9, 17)), &["2026-12-25"]);
    let start = at("2026-12-25T11:00:00Z");
    assert_eq!(
        due(start, hours(1), &office, &Pauses::NONE),
        Some(at("2026-12-28T10:00:00Z"))
    );
    let monday = at("2026-12-28T09:00:00Z");
    assert_eq!(elapsed(start, monday, &office, &Pauses::NONE), hours(0));
}

#[test]
fn a_special_day_goes_before_its_weekday_and_before_a_holiday() {
    let mut special = definition("Asia/Shanghai", weekdays(&open(9, 18)), &["2026-10-10"]);
    let make_up = SpecialDay {
        date: "2026-10-10".parse().unwrap(),
        name: "调休".into(),
        hours: open(9, 12),
    };
    special.special_days.push(make_up);
    let office = Calendar::of(&special).unwrap();
    let whole_day = elapsed(
        at("2026-10-10T00:00:00+08:00"),
        at("2026-10-11T00:00:00+08:00"),
        &office,
        &Pauses::NONE,
    );
    assert_eq!(whole_day, hours(3));
}

#[test]
fn a_pause_from_a_minute_before_a_holiday_costs_that_minute_only() {
    let always = calendar("UTC", every_day(&open(0, 24)), &["2026-12-25"]);
    let pauses = Pauses::of([pause("2026-12-24T23:59:00Z", Some("2026-12-26T00:01:00Z"))]);
    // 23:00 to 23:59 on the 24th, nothing on the 25th, and the 26th from 0:01.
    assert_eq!(
        due(at("2026-12-24T23:00:00Z"), hours(1), &always, &pauses),
        Some(at("2026-12-26T00:02:00Z"))
    );
}

#[test]
fn an_open_pause_means_that_there_is_no_due_time_now() {
    let office = calendar("UTC", weekdays(&open(9, 17)), &[]);
    let start = at("2026-11-09T09:00:00Z");
    let pauses = Pauses::of([pause("2026-11-09T10:00:00Z", None)]);
    assert_eq!(due(start, hours(2), &office, &pauses), None);
    assert_eq!(
        due(start, hours(1), &office, &pauses),
        Some(at("2026-11-09T10:00:00Z")),
        "what was used up before it was due all the same"
    );
    let later = at("2026-11-20T10:00:00Z");
    assert_eq!(elapsed(start, later, &office, &pauses), hours(1));
}

#[test]
fn a_day_has_23_or_25_hours_where_the_clock_changes() {
    let day = |zone, from, until| {
        let always = calendar(zone, every_day(&open(0, 24)), &[]);
        elapsed(at(from), at(until), &always, &Pauses::NONE)
    };
    let spring = ("2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00");
    assert_eq!(day("Europe/Berlin", spring.0, spring.1), hours(23));
    let autumn = ("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00");
    assert_eq!(day("Europe/Berlin", autumn.0, autumn.1), hours(25));
    let half = ("2026-04-05T00:00:00+11:00", "2026-04-06T00:00:00+10:30");
    assert_eq!(
        day("Australia/Lord_Howe", half.0, half.1),
        SignedDuration::from_mins(24 * 60 + 30)
    );
}

#[test]
fn hours_that_the_clock_skips_or_repeats_have_that_much_less_or_more_time() {
    let night = vec![Hours {
        from: 2 * HOUR + 15 * MINUTE,
        until: 2 * HOUR + 45 * MINUTE,
    }];
    let berlin = calendar("Europe/Berlin", every_day(&night), &[]);
    let on = |day: &str| {
        let day: Date = day.parse().unwrap();
        let zone = berlin.zone();
        let midnight = |day: Date| day.to_zoned(zone.clone()).unwrap().timestamp();
        let (from, until) = (midnight(day), midnight(day.tomorrow().unwrap()));
        elapsed(from, until, &berlin, &Pauses::NONE)
    };
    assert_eq!(on("2026-03-29"), SignedDuration::ZERO);
    assert_eq!(on("2026-03-30"), SignedDuration::from_mins(30));
    assert_eq!(on("2026-10-25"), SignedDuration::from_mins(60));
}

#[test]
fn a_span_of_nothing_is_due_at_once() {
    let office = calendar("UTC", weekdays(&open(9, 17)), &[]);
    let sunday = at("2026-11-08T12:00:00Z");
    assert_eq!(
        due(sunday, SignedDuration::ZERO, &office, &Pauses::NONE),
        Some(sunday)
    );
}

#[test]
fn a_calendar_without_working_time_is_none() {
    let never = definition("UTC", Week::default(), &[]);
    assert_eq!(Calendar::of(&never).unwrap_err(), Unsound::NeverOpen);
    let nowhere = definition("Mars/Olympus", weekdays(&open(9, 17)), &[]);
    assert_eq!(Calendar::of(&nowhere).unwrap_err(), Unsound::UnknownZone);
}

#[test]
fn what_lies_beyond_the_horizon_has_no_due_time_and_the_walk_ends() {
    let rarely = Week {
        monday: vec![Hours { from: 0, until: 1 }],
        ..Week::default()
    };
    let rarely = calendar("Europe/Berlin", rarely, &[]);
    let start = at("2026-01-01T00:00:00Z");
    assert_eq!(due(start, hours(10_000), &rarely, &Pauses::NONE), None);
    assert_eq!(
        due(
            at("9999-01-01T00:00:00Z"),
            hours(10_000),
            &rarely,
            &Pauses::NONE
        ),
        None
    );
}

#[test]
fn pauses_are_kept_in_order_however_they_come() {
    let mut pauses = Pauses::default();
    pauses.begin(at("2026-01-01T10:00:00Z"));
    pauses.begin(at("2026-01-01T10:30:00Z"));
    assert!(pauses.open());
    pauses.end(at("2026-01-01T11:00:00Z"));
    pauses.begin(at("2026-01-01T11:00:00Z"));
    pauses.end(at("2026-01-01T12:00:00Z"));
    pauses.begin(at("2026-01-01T13:00:00Z"));
    pauses.end(at("2026-01-01T13:00:00Z"));
    let one = Pauses::of([pause("2026-01-01T10:00:00Z", Some("2026-01-01T12:00:00Z"))]);
    assert_eq!(pauses, one);
}
