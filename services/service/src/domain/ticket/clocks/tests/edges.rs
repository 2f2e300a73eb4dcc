//! The edge cases of time.

use super::*;

#[test]
fn a_ticket_of_a_holiday_starts_its_time_with_the_next_opening() {
    let mut calendar = office();
    calendar.holidays.push(Holiday {
        date: "2026-12-25".parse().unwrap(),
        name: "Christmas".into(),
    });
    let story = Story::by(calendar, vec![policy()]).then("2026-12-25T11:00:00Z", open(false));
    // It is a Friday.
    assert_eq!(story.due(), Some(at("2026-12-28T10:00:00Z")));
}

#[test]
fn a_reply_out_of_hours_took_no_time() {
    let story = Story::opened("2026-11-08T20:00:00Z").then("2026-11-08T23:00:00Z", answer());
    assert_eq!(story.score(SlaClock::FirstResponse), Some((true, hours(0))));
    // But what was due at closing time was due then.
    let story = Story::opened("2026-11-09T16:00:00Z").then("2026-11-09T20:00:00Z", answer());
    assert_eq!(
        story.misses(),
        [(SlaClock::FirstResponse, at("2026-11-09T18:00:00Z"))]
    );
    assert_eq!(
        story.score(SlaClock::FirstResponse),
        Some((false, hours(2)))
    );
}

#[test]
fn a_pause_from_a_minute_before_a_holiday_leaves_all_but_that_minute() {
    let all_day = vec![Hours {
        from: 0,
        until: 86_400,
    }];
    let mut calendar = office();
    calendar.week.thursday.clone_from(&all_day);
    calendar.week.friday.clone_from(&all_day);
    calendar.week.saturday = all_day;
    calendar.holidays.push(Holiday {
        date: "2026-12-25".parse().unwrap(),
        name: "Christmas".into(),
    });
    let until = "2026-12-26T00:01:00Z";
    let story = Story::by(calendar, vec![policy()])
        .then("2026-12-24T23:00:00Z", open(false))
        .then("2026-12-24T23:59:00Z", waits(Some(until)))
        .until(until);
    // 59 minutes of the 2 hours are used.
    assert_eq!(story.due(), Some(at("2026-12-26T01:02:00Z")));
}

#[test]
fn two_agents_who_answer_at_once_gave_one_first_response() {
    let now = "2026-11-09T10:00:00Z";
    let story = Story::opened("2026-11-09T09:00:00Z")
        .then(now, answer())
        .then(now, answer());
    let first = |score: &&SlaScore| score.clock == SlaClock::FirstResponse;
    assert_eq!(story.scores().iter().filter(first).count(), 1);
    assert_eq!(story.score(SlaClock::NextResponse), None);
}

#[test]
fn a_reply_at_the_very_instant_is_in_time() {
    let due = "2026-11-09T11:00:00Z";
    let story = Story::opened("2026-11-09T09:00:00Z")
        .until(due)
        .then(due, answer());
    assert_eq!(story.misses(), []);
    assert_eq!(story.score(SlaClock::FirstResponse), Some((true, hours(2))));
}

#[test]
fn a_pause_at_the_very_instant_leaves_no_time_for_afterwards() {
    let due = "2026-11-09T11:00:00Z";
    let story = Story::opened("2026-11-09T09:00:00Z")
        .then(due, waits(None))
        .then("2026-11-09T12:00:00Z", Command::Resume)
        .until("2026-11-09T12:00:00Z");
    assert_eq!(
        story.misses(),
        [(SlaClock::FirstResponse, at("2026-11-09T12:00:00Z"))]
    );
}

#[test]
fn clocks_survive_a_snapshot() {
    let story = Story::opened("2026-11-09T09:00:00Z")
        .then("2026-11-09T09:30:00Z", waits(Some("2026-11-10T09:00:00Z")))
        .then("2026-11-09T16:00:00Z", urgent(Priority::Critical));
    let state = story.state();
    let json = serde_json::to_vec(&state).unwrap();
    let again: Option<crate::domain::ticket::Work> = serde_json::from_slice(&json).unwrap();
    assert_eq!(again, state);
}
