//! Up at once (L-05).

use guanxi_events::loyalty::{
    Downgrade, Fall, MemberTierChanged, QualifyingCause, QualifyingSums, TierMeasure, TierReason,
    TierWindow,
};
use jiff::civil::date;

use super::*;
use crate::domain::{in_memory::ladder, tier_ladder::TierLadder};

const TIERS: [(&str, i64); 3] = [("silver", 0), ("gold", 1000), ("platinum", 3000)];

fn club(window: TierWindow) -> (Club, MemberId) {
    let mut club = Club::open();
    club.define(ladder(window, &TIERS, None));
    let id = club.enrol(1);
    (club, id)
}

fn changed(events: &[MemberEvent]) -> Vec<&MemberTierChanged> {
    let changes = events.iter().filter_map(|event| match event {
        MemberEvent::TierChanged(changed) => Some(changed),
        _ => None,
    });
    changes.collect()
}

#[test]
fn the_tier_that_takes_nothing_is_every_members_from_the_first_day() {
    let (club, id) = club(TierWindow::CalendarYear);
    assert_eq!(club.tier(id).as_deref(), Some("silver"));
    let mut without = Club::open();
    let id = without.enrol(1);
    assert_eq!(without.tier(id), None);
    without.define(ladder(TierWindow::LifeTime, &TIERS[1..], None));
    let id = without.enrol(2);
    assert_eq!(without.tier(id), None);
}

#[test]
fn a_member_rises_with_the_earning_that_is_enough_and_the_event_says_by_what() {
    let (mut club, id) = club(TierWindow::CalendarYear);
    let day = date(2026, 1, 10);
    assert!(changed(&club.earn(id, day, 999)).is_empty());
    let events = club.earn(id, date(2026, 1, 12), 1);
    let changes = changed(&events);
    let [change] = changes.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!(change.to.as_ref().unwrap().as_str(), "gold");
    assert_eq!(change.ladder.version, 1);
    assert_eq!(change.on, date(2026, 1, 12));
    let TierReason::Qualified(by) = &change.reason else {
        panic!("{change:?}")
    };
    assert_eq!(
        (by.measure, by.total),
        (TierMeasure::TierPoints, 1000.into())
    );
    assert_eq!(by.from, Some(date(2026, 1, 1)));
    assert_eq!(by.until, date(2026, 1, 12));
    assert!(matches!(by.cause, Some(QualifyingCause::Purchase(_))));
}

#[test]
fn one_earning_may_be_enough_for_two_tiers() {
    let (mut club, id) = club(TierWindow::CalendarYear);
    let events = club.earn(id, date(2026, 1, 10), 3000);
    assert_eq!(changed(&events).len(), 1);
    assert_eq!(club.tier(id).as_deref(), Some("platinum"));
}

#[test]
fn what_is_taken_back_takes_no_tier() {
    let (mut club, id) = club(TierWindow::CalendarYear);
    club.earn(id, date(2026, 1, 10), 1000);
    let events = club.earn(id, date(2026, 1, 11), -1000);
    assert!(changed(&events).is_empty());
    assert_eq!(club.tier(id).as_deref(), Some("gold"));
    // What comes next begins below: it takes as much again.
    club.earn(id, date(2026, 1, 12), 2999);
    assert_eq!(club.tier(id).as_deref(), Some("gold"));
    club.earn(id, date(2026, 1, 13), 1);
    assert_eq!(club.tier(id).as_deref(), Some("platinum"));
}

#[test]
fn a_window_of_days_and_months_forgets_what_is_older() {
    for window in [TierWindow::RollingDays(31), TierWindow::RollingMonths(1)] {
        let (mut club, id) = club(window);
        club.earn(id, date(2025, 3, 1), 500);
        club.earn(id, date(2025, 4, 1), 500);
        assert_eq!(club.tier(id).as_deref(), Some("silver"), "{window:?}");
        club.earn(id, date(2025, 5, 1), 500);
        assert_eq!(
            club.tier(id).as_deref(),
            Some("gold")
                .filter(|_| window == TierWindow::RollingDays(31))
                .or(Some("silver")),
            "{window:?}"
        );
    }
    let (mut club, id) = club(TierWindow::LifeTime);
    club.earn(id, date(2010, 3, 1), 500);
    club.earn(id, date(2025, 4, 1), 500);
    assert_eq!(club.tier(id).as_deref(), Some("gold"));
}

#[test]
fn what_comes_in_late_counts_for_the_windows_of_its_day() {
    let (mut club, id) = club(TierWindow::CalendarYear);
    club.earn(id, date(2025, 11, 1), 600);
    club.earn(id, date(2026, 1, 2), 300);
    assert_eq!(club.tier(id).as_deref(), Some("silver"));
    let events = club.earn(id, date(2025, 10, 1), 400);
    let changes = changed(&events);
    assert_eq!(changes[0].to.as_ref().unwrap().as_str(), "gold");
    assert_eq!(changes[0].on, date(2025, 11, 1), "when it was enough");
}

#[test]
fn a_referral_lifts_who_brought_the_member_in() {
    let mut club = Club::open();
    let mut by_referrals = ladder(TierWindow::LifeTime, &[("friend", 0), ("fan", 2)], None);
    by_referrals.measure = TierMeasure::Referrals;
    club.define(by_referrals);
    let id = club.enrol(1);
    let sent = || Enrolment {
        referrer: Some(id),
        ..enrolment()
    };
    club.enrol_as(2, sent()).unwrap();
    assert_eq!(club.tier(id).as_deref(), Some("friend"));
    club.enrol_as(3, sent()).unwrap();
    assert_eq!(club.tier(id).as_deref(), Some("fan"));
    let counted = QualifyingSums {
        referrals: 2,
        ..QualifyingSums::default()
    };
    assert_eq!(club.member(id).totals.life_time(), counted);
}

#[test]
fn a_tier_by_hand_is_one_of_the_ladder_and_names_who_and_why() {
    let (mut club, id) = club(TierWindow::CalendarYear);
    let set = |tier: &str| Command::SetTier {
        tier: Some(tier.parse().unwrap()),
        reason: "won a contest".into(),
    };
    let refused = club.ask::<Member>(id, &set("diamond")).unwrap_err();
    assert_eq!(refused.code, "TIER_UNKNOWN");
    assert_eq!(refused.figures["ladder_version"], "1");
    let decision = club.ask::<Member>(id, &set("platinum")).unwrap();
    let (MemberEvent::TierChanged(change), _) = &decision.events[0] else {
        panic!("{decision:?}")
    };
    let by_hand = TierReason::ByHand {
        by: "mara".parse().unwrap(),
        reason: "won a contest".into(),
    };
    assert_eq!(change.reason, by_hand);
    assert!(
        club.ask::<Member>(id, &set("platinum"))
            .unwrap()
            .events
            .is_empty()
    );
    let mut without = Club::open();
    let id = without.enrol(1);
    assert_eq!(
        code(without.ask::<Member>(id, &set("gold"))),
        "NO_TIER_LADDER"
    );
}

#[test]
fn a_new_ladder_lifts_a_member_when_it_is_looked_at() {
    let (mut club, id) = club(TierWindow::CalendarYear);
    club.earn(id, date(2026, 1, 10), 800);
    let yearly = Some(Downgrade {
        fall: Fall::ToBalance,
        grace_days: 0,
    });
    let lower = [("silver", 0), ("gold", 700), ("platinum", 3000)];
    club.define(ladder(TierWindow::CalendarYear, &lower, yearly));
    assert_eq!(club.tier(id).as_deref(), Some("silver"));
    club.ask::<Member>(id, &Command::ReviewTier).unwrap();
    assert_eq!(club.tier(id).as_deref(), Some("gold"));
    assert_eq!(club.member(id).review.unwrap().on, date(2027, 1, 1));
    let again = club.ask::<Member>(id, &Command::ReviewTier).unwrap();
    assert!(again.events.is_empty());
}

#[test]
fn who_left_rises_no_more_and_what_counts_is_still_written_down() {
    let (mut club, id) = club(TierWindow::CalendarYear);
    club.ask::<Member>(id, &close()).unwrap();
    let events = club.earn(id, date(2026, 1, 10), 5000);
    assert_eq!(events.len(), 1);
    assert_eq!(club.tier(id).as_deref(), Some("silver"));
    assert!(club.state::<TierLadder>(PROGRAM).is_some());
}
