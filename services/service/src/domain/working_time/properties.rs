//! Random calendars around clock changes against the brute force, and what every span keeps.

use guanxi_events::service::{Holiday, Hours, SpecialDay, Week};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::{
    oracle::{Oracle, later},
    tests::{MINUTE, at, calendar, definition},
    *,
};

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

/// A zone, and an instant less than a day and a half before its clock changes, if it does.
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
    (changes, 0_i64..129_600)
        .prop_map(|((zone, change), before)| (zone, later(at(change), -before)))
}

/// How long the oracle looks.
const WINDOW: i64 = 2 * 86_400;

fn some_pauses() -> impl Strategy<Value = Vec<(i64, Option<i64>)>> {
    let length = prop_oneof![6 => (0_i64..40_000).prop_map(Some), 1 => Just(None)];
    prop::collection::vec((-5_000_i64..WINDOW, length), 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

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
