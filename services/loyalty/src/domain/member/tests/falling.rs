//! Down only at the end of a period (L-05).

use guanxi_decider::Decider;
use guanxi_events::loyalty::{Downgrade, Fall, TierReason, TierWindow};
use jiff::{
    civil::{Date, date},
    tz::TimeZone,
};

use super::*;
use crate::domain::in_memory::ladder;

const TIERS: [(&str, i64); 3] = [("silver", 0), ("gold", 1000), ("platinum", 3000)];

/// A member who was platinum in 2025 and earned this much in 2026.
fn platinum(window: TierWindow, fall: Fall, grace_days: u16) -> (Club, MemberId) {
    let mut club = Club::open().at("2025-06-01T12:00:00Z");
    let downgrade = Some(Downgrade { fall, grace_days });
    club.define(ladder(window, &TIERS, downgrade));
    let id = club.enrol(1);
    club.earn(id, date(2025, 6, 1), 3000);
    assert_eq!(club.tier(id).as_deref(), Some("platinum"));
    (club, id)
}

/// What the runtime does when the day has come.
fn review(club: &mut Club, id: MemberId, day: Date) -> Vec<MemberEvent> {
    club.noon(day);
    let due = Member::waiting(&Some(club.member(id)));
    if due.is_none_or(|due| due > club.now) {
        return Vec::new();
    }
    let decision = club.ask::<Member>(id, &Command::ReviewTier).unwrap();
    decision
        .events
        .into_iter()
        .map(|(event, _)| event)
        .collect()
}

#[test]
fn a_tier_of_the_year_is_held_through_the_next_and_lost_at_its_end() {
    let (mut club, id) = platinum(TierWindow::CalendarYear, Fall::ToBalance, 0);
    assert!(review(&mut club, id, date(2025, 12, 31)).is_empty());
    // 2025 was enough.
    let confirmed = review(&mut club, id, date(2026, 1, 1));
    assert!(matches!(
        confirmed.as_slice(),
        [MemberEvent::TierConfirmed(_)]
    ));
    assert_eq!(club.member(id).review.unwrap().on, date(2027, 1, 1));
    club.earn(id, date(2026, 5, 1), 1200);
    assert_eq!(club.tier(id).as_deref(), Some("platinum"));
    let lost = review(&mut club, id, date(2027, 1, 1));
    let [MemberEvent::TierChanged(change)] = lost.as_slice() else {
        panic!("{lost:?}")
    };
    assert_eq!(club.tier(id).as_deref(), Some("gold"));
    assert_eq!(change.on, date(2027, 1, 1));
    let TierReason::Reviewed(by) = &change.reason else {
        panic!("{change:?}")
    };
    assert_eq!(
        (by.from, by.until),
        (Some(date(2026, 1, 1)), date(2026, 12, 31))
    );
    assert_eq!(by.total, 1200.into());
}

#[test]
fn one_step_is_one_step_whatever_the_total() {
    let (mut club, id) = platinum(TierWindow::CalendarYear, Fall::OneStep, 0);
    review(&mut club, id, date(2026, 1, 1));
    review(&mut club, id, date(2027, 1, 1));
    assert_eq!(club.tier(id).as_deref(), Some("gold"));
    review(&mut club, id, date(2028, 1, 1));
    assert_eq!(club.tier(id).as_deref(), Some("silver"));
    assert_eq!(
        club.member(id).review,
        None,
        "there is nothing left to lose"
    );
    let (mut club, id) = platinum(TierWindow::CalendarYear, Fall::ToBalance, 0);
    review(&mut club, id, date(2027, 1, 1));
    assert_eq!(
        club.tier(id).as_deref(),
        Some("silver"),
        "two reviews were due"
    );
}

#[test]
fn grace_holds_the_tier_and_what_comes_in_on_its_days_still_counts() {
    let (mut club, id) = platinum(TierWindow::CalendarYear, Fall::ToBalance, 31);
    assert_eq!(club.member(id).review.unwrap().on, date(2026, 2, 1));
    review(&mut club, id, date(2026, 2, 1));
    // The next period is the next year, not one that begins with the review.
    assert_eq!(club.member(id).review.unwrap().from, date(2026, 1, 1));
    assert_eq!(club.member(id).review.unwrap().on, date(2027, 2, 1));
    club.earn(id, date(2026, 12, 31), 2000);
    assert!(review(&mut club, id, date(2027, 1, 31)).is_empty());
    club.earn(id, date(2027, 1, 31), 1000);
    review(&mut club, id, date(2027, 2, 1));
    assert_eq!(club.tier(id).as_deref(), Some("platinum"));
    let (mut club, id) = platinum(TierWindow::CalendarYear, Fall::ToBalance, 31);
    review(&mut club, id, date(2026, 2, 1));
    club.earn(id, date(2026, 12, 31), 2000);
    review(&mut club, id, date(2027, 2, 1));
    assert_eq!(club.tier(id).as_deref(), Some("gold"));
}

#[test]
fn a_rolling_tier_is_held_for_its_months() {
    let (mut club, id) = platinum(TierWindow::RollingMonths(12), Fall::ToBalance, 0);
    let due = club.member(id).review.unwrap();
    assert_eq!((due.from, due.on), (date(2025, 6, 1), date(2026, 6, 1)));
    club.earn(id, date(2025, 8, 1), 100);
    // What made the tier counts for the period that it opens.
    review(&mut club, id, date(2026, 6, 1));
    assert_eq!(club.tier(id).as_deref(), Some("platinum"));
    let due = club.member(id).review.unwrap();
    assert_eq!((due.from, due.on), (date(2026, 6, 1), date(2027, 6, 1)));
    review(&mut club, id, date(2027, 6, 1));
    assert_eq!(club.tier(id).as_deref(), Some("silver"));
}

#[test]
fn a_review_that_is_overdue_comes_before_what_is_earned() {
    let (mut club, id) = platinum(TierWindow::CalendarYear, Fall::ToBalance, 0);
    // Nobody looked for two years; the purchase of 3 January 2027 does.
    club.noon(date(2027, 1, 3));
    let member = club.member(id);
    let state = club.state::<crate::domain::tier_ladder::TierLadder>(PROGRAM);
    let context = club.context(id);
    let current = tiers::current(&member, state.as_ref(), &context).unwrap();
    assert_eq!(
        current.as_str(),
        "silver",
        "it earns as what it is, not as what it was"
    );
    let events = club.earn(id, date(2027, 1, 3), 1000);
    let kinds: Vec<&str> = events
        .iter()
        .map(|event| match event {
            MemberEvent::TierConfirmed(_) => "confirmed",
            MemberEvent::TierChanged(_) => "changed",
            MemberEvent::Qualified(_) => "qualified",
            _ => "other",
        })
        .collect();
    assert_eq!(kinds, ["confirmed", "changed", "qualified", "changed"]);
    assert_eq!(club.tier(id).as_deref(), Some("gold"));
}

#[test]
fn a_day_begins_where_the_tenant_is_at_home() {
    let mut club = Club::open().at("2025-06-01T12:00:00Z");
    club.zone = TimeZone::get("Asia/Shanghai").unwrap();
    let yearly = Downgrade {
        fall: Fall::ToBalance,
        grace_days: 0,
    };
    club.define(ladder(TierWindow::CalendarYear, &TIERS, Some(yearly)));
    let id = club.enrol(1);
    club.earn(id, date(2025, 6, 1), 3000);
    let due = Member::waiting(&Some(club.member(id))).unwrap();
    assert_eq!(due.to_string(), "2025-12-31T16:00:00Z");
}

#[test]
fn a_ladder_that_takes_nothing_away_any_more_reviews_no_more() {
    let (mut club, id) = platinum(TierWindow::CalendarYear, Fall::ToBalance, 0);
    club.define(ladder(TierWindow::CalendarYear, &TIERS, None));
    review(&mut club, id, date(2027, 1, 1));
    assert_eq!(club.tier(id).as_deref(), Some("platinum"));
    assert_eq!(club.member(id).review, None);
}

#[test]
fn a_tier_that_the_ladder_has_no_more_becomes_what_the_total_is_enough_for() {
    let (mut club, id) = platinum(TierWindow::CalendarYear, Fall::OneStep, 0);
    let yearly = Downgrade {
        fall: Fall::OneStep,
        grace_days: 0,
    };
    let renamed = [("basic", 0), ("premium", 2000)];
    club.define(ladder(TierWindow::CalendarYear, &renamed, Some(yearly)));
    review(&mut club, id, date(2026, 1, 1));
    assert_eq!(club.tier(id).as_deref(), Some("premium"));
}

#[test]
fn who_left_is_looked_at_no_more() {
    let (mut club, id) = platinum(TierWindow::CalendarYear, Fall::ToBalance, 0);
    club.ask::<Member>(id, &close()).unwrap();
    assert_eq!(Member::waiting(&Some(club.member(id))), None);
}
