//! The worked examples, the clock changes, and every random calendar against the brute force.

use guanxi_events::service::{CalendarDefinition, Holiday, Hours, SpecialDay, Week};
use jiff::{SignedDuration, Timestamp, civil::Date};
use proptest::prelude::*;

use super::{
    oracle::{Oracle, later},
    *,
};

const MINUTE: u32 = 60;
const HOUR: u32 = 3600;

fn at(text: &str) -> Timestamp {
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

fn definition(zone: &str, week: Week, holidays: &[&str]) -> CalendarDefinition {
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

fn calendar(zone: &str, week: Week, holidays: &[&str]) -> Calendar {
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
        due(at("2026-11-09T23:00:00Z"), hours(48), &office, &Pauses::NONE),
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
        due(at("2026-11-13T09:00:00Z"), hours(18), &office, &Pauses::NONE),
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
    assert_eq!(due(sunday, SignedDuration::ZERO, &office, &Pauses::NONE), Some(sunday));
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
    assert_eq!(due(at("9999-01-01T00:00:00Z"), hours(10_000), &rarely, &Pauses::NONE), None);
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

/// 1 to 3 intervals at whole minutes that do not touch.
fn some_hours() -> impl Strategy<Value = Vec<Hours>> {
    prop::collection::btree_set(0_u32..=1440, 2..=6).prop_map(|bounds| {
        let bounds: Vec<u32> = bounds.into_iter().collect();
        let pairs = bounds.chunks_exact(2);
        pairs
            .map(|pair| Hours {
                from: pair[0] * MINUTE,
                until: pair[1] * MINUTE,
            })
            .collect()
    })
}

fn a_week() -> impl Strategy<Value = Week> {
    let day = || prop_oneof![1 => Just(Vec::new()), 3 => some_hours()];
    (some_hours(), [day(), day(), day(), day(), day(), day()]).prop_map(|(always, days)| {
        let [monday, tuesday, wednesday, thursday, friday, saturday] = days;
        Week {
            monday,
            tuesday,
            wednesday,
            thursday,
            friday,
            saturday,
            // The clocks change on Sundays.
            sunday: always,
        }
    })
}

/// A zone, and an instant less than two days before its clock changes, if it does.
fn a_place() -> impl Strategy<Value = (&'static str, Timestamp)> {
    let changes = prop::sample::select(vec![
        ("Europe/Berlin", "2026-03-29T01:00:00Z"),
        ("Europe/Berlin", "2026-10-25T01:00:00Z"),
        ("America/New_York", "2026-03-08T07:00:00Z"),
        ("America/New_York", "2026-11-01T06:00:00Z"),
        ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),
        ("Australia/Lord_Howe", "2026-10-03T15:30:00Z"),
        ("America/Havana", "2026-11-01T05:00:00Z"),
        ("Pacific/Apia", "2011-12-30T10:00:00Z"),
        ("Asia/Shanghai", "2026-02-17T00:00:00Z"),
    ]);
    (changes, 0_i64..2 * 86_400)
        .prop_map(|((zone, change), before)| (zone, later(at(change), -before)))
}

/// How long the oracle looks.
const WINDOW: i64 = 3 * 86_400;

fn some_pauses() -> impl Strategy<Value = Vec<(i64, Option<i64>)>> {
    let length = prop_oneof![6 => (0_i64..40_000).prop_map(Some), 1 => Just(None)];
    prop::collection::vec((-5_000_i64..WINDOW, length), 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn due_and_elapsed_are_what_a_walk_second_by_second_finds(
        week in a_week(),
        (zone, start) in a_place(),
        off in prop::option::weighted(0.3, 0_i64..3),
        special in prop::option::weighted(0.3, (0_i64..3, some_hours())),
        pauses in some_pauses(),
        moments in prop::collection::vec(0_usize..=usize::try_from(WINDOW).unwrap(), 30),
    ) {
        let mut definition = definition(zone, week, &[]);
        let day = |days: i64| {
            let zone = jiff::tz::TimeZone::get(zone).unwrap();
            zone.to_datetime(later(start, days * 86_400)).date()
        };
        definition.holidays.extend(off.map(|days| Holiday { date: day(days), name: String::new() }));
        definition.special_days.extend(special.map(|(days, hours)| SpecialDay {
            date: day(days), name: String::new(), hours,
        }));
        let calendar = Calendar::of(&definition).unwrap();
        let spans: Vec<Pause> = pauses.iter().map(|(from, length)| Pause {
            from: later(start, *from),
            until: length.map(|length| later(start, from + length)),
        }).collect();
        let oracle = Oracle::look(&calendar, &spans, start, WINDOW);
        let pauses = Pauses::of(spans);
        for moment in moments {
            let t = later(start, i64::try_from(moment).unwrap());
            let passed = elapsed(start, t, &calendar, &pauses);
            prop_assert_eq!(passed, oracle.elapsed(moment));
            prop_assert_eq!(due(start, passed, &calendar, &pauses), oracle.due(passed));
            if oracle.ends_work(moment) {
                prop_assert_eq!(due(start, passed, &calendar, &pauses), Some(t));
            }
        }
    }

    #[test]
    fn spans_add_up_wherever_they_are_cut(
        week in a_week(),
        (zone, start) in a_place(),
        cuts in prop::collection::btree_set(0_i64..40 * 86_400_000, 2..8),
    ) {
        let calendar = calendar(zone, week, &[]);
        let cuts: Vec<_> = cuts.into_iter().map(|ms| start + SignedDuration::from_millis(ms)).collect();
        let whole = elapsed(cuts[0], cuts[cuts.len() - 1], &calendar, &Pauses::NONE);
        let parts = cuts.windows(2).map(|cut| elapsed(cut[0], cut[1], &calendar, &Pauses::NONE));
        prop_assert_eq!(parts.fold(SignedDuration::ZERO, |sum, part| sum + part), whole);
    }
}
