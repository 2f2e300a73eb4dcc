//! The tier against a naive oracle, over random earnings, days and ladders.

use guanxi_events::loyalty::{Downgrade, Fall, TierWindow};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use proptest::prelude::*;

use super::*;
use crate::domain::in_memory::ladder;

const TIERS: [(&str, i64); 4] = [("a", 0), ("b", 100), ("c", 250), ("d", 600)];

fn window() -> impl Strategy<Value = TierWindow> {
    prop_oneof![
        Just(TierWindow::CalendarYear),
        (20_u16..400).prop_map(TierWindow::RollingDays),
        (1_u16..14).prop_map(TierWindow::RollingMonths),
        Just(TierWindow::LifeTime),
    ]
}

/// Whether a day counts in the window that ends with another, said in another way than the code.
fn counts(window: TierWindow, day: Date, until: Date) -> bool {
    day <= until
        && match window {
            TierWindow::CalendarYear => day.year() == until.year(),
            TierWindow::RollingDays(days) => (until - day).get_days() < i32::from(days),
            TierWindow::RollingMonths(months) => {
                day > until.checked_sub(i64::from(months).months()).unwrap()
            }
            TierWindow::LifeTime => true,
        }
}

fn rank(total: i64) -> usize {
    TIERS
        .iter()
        .rposition(|(_, threshold)| *threshold <= total)
        .unwrap_or(0)
}

fn sum(window: TierWindow, earned: &[(Date, i64)], until: Date) -> i64 {
    let counted = earned.iter().filter(|(day, _)| counts(window, *day, until));
    counted.map(|(_, points)| points).sum()
}

fn earnings() -> impl Strategy<Value = Vec<(Date, i64)>> {
    let earning = (0_i64..1_000, -120_i64..300)
        .prop_map(|(day, points)| (date(2023, 1, 1).checked_add(day.days()).unwrap(), points));
    prop::collection::vec(earning, 0..25)
}

proptest! {
    /// In any order of days: after each earning the member has the highest tier that any window which
    /// holds an earning's day was ever enough for, once that earning was known.
    #[test]
    fn a_member_has_the_highest_tier_it_was_ever_enough_for(
        window in window(),
        earned in earnings(),
    ) {
        let mut club = Club::open();
        club.define(ladder(window, &TIERS, None));
        let id = club.enrol(1);
        let mut highest = 0;
        for n in 0..earned.len() {
            let (on, points) = earned[n];
            club.earn(id, on, points);
            let known = &earned[..=n];
            if points > 0 {
                let days = known.iter().map(|(day, _)| *day).filter(|day| counts(window, on, *day));
                let reached = days.map(|day| rank(sum(window, known, day))).max().unwrap_or(0);
                highest = highest.max(reached);
            }
            let tier = club.tier(id);
            prop_assert_eq!(tier.as_deref(), Some(TIERS[highest].0), "after {:?}", on);
        }
    }

    /// In the order of days, with reviews as they fall due: a walk from day to day that knows nothing
    /// but sums gives the same tiers.
    #[test]
    fn a_walk_from_day_to_day_gives_the_same_tier(
        window in window(),
        one_step in any::<bool>(),
        grace_days in 0_u16..15,
        mut earned in earnings(),
    ) {
        let life = window == TierWindow::LifeTime;
        let fall = if one_step { Fall::OneStep } else { Fall::ToBalance };
        let downgrade = (!life).then_some(Downgrade { fall, grace_days });
        earned.sort();
        let mut club = Club::open().at("2023-01-01T00:00:00Z");
        club.define(ladder(window, &TIERS, downgrade));
        let id = club.enrol(1);

        let mut tier = 0;
        let mut period: Option<Date> = None;
        let mut known = 0;
        let end = |from: Date| match window {
            TierWindow::CalendarYear => date(from.year() + 1, 1, 1),
            TierWindow::RollingDays(days) => from.checked_add(i64::from(days).days()).unwrap(),
            TierWindow::RollingMonths(months) => {
                from.checked_add(i64::from(months).months()).unwrap()
            }
            TierWindow::LifeTime => date(9999, 12, 31),
        };
        let mut today = date(2023, 1, 1);
        while today < date(2027, 1, 1) {
            let due = period.map(|from| end(from).checked_add(i64::from(grace_days).days()).unwrap());
            if due == Some(today) {
                let from = period.unwrap();
                let total = earned[..known]
                    .iter()
                    .filter(|(day, _)| *day >= from && *day < today)
                    .map(|(_, points)| points)
                    .sum();
                tier = match rank(total) {
                    enough if enough >= tier => enough,
                    _ if one_step => tier - 1,
                    enough => enough,
                };
                // The next period begins where this one ended, not where its grace did.
                period = (tier > 0).then(|| end(from));
            }
            club.noon(today);
            while earned.get(known).is_some_and(|(day, _)| *day == today) {
                let points = earned[known].1;
                known += 1;
                club.earn(id, today, points);
                let reached = rank(sum(window, &earned[..known], today));
                if points > 0 && reached > tier {
                    tier = reached;
                    let from = match window {
                        TierWindow::CalendarYear => date(today.year(), 1, 1),
                        _ => today,
                    };
                    period = (!life).then_some(from);
                }
            }
            if club.member(id).review.is_some_and(|review| review.at <= club.now) {
                club.ask::<Member>(id, &Command::ReviewTier).unwrap();
            }
            let found = club.tier(id);
            prop_assert_eq!(found.as_deref(), Some(TIERS[tier].0), "on {}", today);
            today = today.tomorrow().unwrap();
        }
    }
}
