//! When clocks run, pause and stop, and what follows when they are not stopped (V-05, V-07).

use guanxi_events::service::ticket::{SlaRung, SlaTold};

use super::*;

// 2026-11-09 is a Monday.

#[test]
fn a_warning_comes_an_hour_of_working_time_before_and_not_at_night() {
    let four = SlaTargets::from([(SlaClock::Resolution, target(hours(4), &[hours(1)]))]);
    let policy = SlaPolicy {
        targets: [(Priority::Medium, four)].into(),
        ..policy()
    };
    let story = Story::by(office(), vec![policy])
        .then("2026-11-09T17:00:00Z", open(false))
        .until("2026-11-10T10:59:59Z");
    let warned = story.log.iter().filter_map(|event| match event {
        TicketEvent::SlaWarned(warned) => Some((warned.at, warned.due_at)),
        _ => None,
    });
    assert_eq!(
        warned.collect::<Vec<_>>(),
        [(at("2026-11-10T10:00:00Z"), Some(at("2026-11-10T11:00:00Z")))]
    );
    assert_eq!(story.misses(), []);
    let story = story.until("2026-11-10T11:00:00Z");
    assert_eq!(
        story.misses(),
        [(SlaClock::Resolution, at("2026-11-10T11:00:00Z"))]
    );
}

#[test]
fn the_first_public_reply_of_an_agent_is_the_first_response() {
    let story = Story::opened("2026-11-09T09:00:00Z").then("2026-11-09T10:30:00Z", answer());
    let took = SignedDuration::from_mins(90);
    assert_eq!(story.score(SlaClock::FirstResponse), Some((true, took)));
    assert_eq!(story.score(SlaClock::Resolution), None);
}

#[test]
fn a_note_and_a_message_of_the_customer_are_no_response() {
    let Command::Reply(note) = answer() else {
        unreachable!()
    };
    let story = Story::opened("2026-11-09T09:00:00Z")
        .then("2026-11-09T09:30:00Z", Command::Note(note))
        .then("2026-11-09T10:00:00Z", asks());
    assert_eq!(story.scores(), []);
    assert_eq!(story.due(), Some(at("2026-11-09T11:00:00Z")));
}

#[test]
fn every_message_of_the_customer_after_it_wants_a_next_response() {
    let story = Story::opened("2026-11-09T09:00:00Z")
        .then("2026-11-09T09:30:00Z", answer())
        .then("2026-11-09T10:00:00Z", asks())
        .then("2026-11-09T11:00:00Z", asks())
        .then("2026-11-09T12:00:00Z", answer())
        .then("2026-11-09T12:30:00Z", answer())
        .then("2026-11-09T13:00:00Z", asks())
        .until("2026-11-10T07:00:00Z");
    let next = |met, took| (SlaClock::NextResponse, met, hours(took));
    let scores = story.scores();
    let scores: Vec<_> = scores.iter().map(|s| (s.clock, s.met, s.elapsed)).collect();
    let first = (SlaClock::FirstResponse, true, SignedDuration::from_mins(30));
    assert_eq!(scores, [first, next(true, 2)]);
    let missed = (SlaClock::NextResponse, at("2026-11-09T17:00:00Z"));
    assert_eq!(
        story.misses(),
        [missed, (SlaClock::Resolution, at("2026-11-09T17:00:00Z"))]
    );
    let late = story.then("2026-11-10T09:00:00Z", answer());
    assert_eq!(late.score(SlaClock::NextResponse), Some((false, hours(6))));
}

#[test]
fn a_miss_is_dated_when_it_was_due_however_late_it_is_noticed_and_counted_once() {
    let story = Story::opened("2026-11-09T09:00:00Z")
        .then("2026-11-20T09:00:00Z", answer())
        .then("2026-11-21T09:00:00Z", resolve());
    assert_eq!(
        story.misses(),
        [
            (SlaClock::FirstResponse, at("2026-11-09T11:00:00Z")),
            (SlaClock::Resolution, at("2026-11-09T17:00:00Z")),
        ]
    );
    assert_eq!(
        story.score(SlaClock::FirstResponse),
        Some((false, hours(90)))
    );
    assert_eq!(story.score(SlaClock::Resolution), Some((false, hours(99))));
}

#[test]
fn it_goes_from_the_agent_to_the_lead_to_the_manager() {
    let assign = Command::Assign {
        to: Some("anna".parse().unwrap()),
    };
    let story = Story::opened("2026-11-09T08:00:00Z")
        .then("2026-11-09T08:00:00Z", assign)
        .then("2026-11-09T08:30:00Z", answer())
        .until("2026-11-30T00:00:00Z");
    let told: Vec<(Timestamp, SlaTold)> = story
        .log
        .iter()
        .filter_map(|event| match event {
            TicketEvent::SlaWarned(warned) => Some((warned.at, warned.told.clone())),
            TicketEvent::SlaBreached(breached) => {
                Some((breached.breached_at, breached.told.clone()))
            }
            TicketEvent::SlaEscalated(escalated) => Some((escalated.at, escalated.told.clone())),
            _ => None,
        })
        .collect();
    let who = |when: &str, rung, person: &str| {
        let told = SlaTold {
            rung,
            person: Some(person.parse().unwrap()),
            queue: QueueId::OF_TENANT,
        };
        (at(when), told)
    };
    assert_eq!(
        told,
        [
            who("2026-11-09T15:00:00Z", SlaRung::Agent, "anna"),
            who("2026-11-09T16:00:00Z", SlaRung::Lead, "lena"),
            who("2026-11-09T18:00:00Z", SlaRung::Manager, "max"),
        ]
    );
}

#[test]
fn the_pending_states_pause_every_clock_and_nothing_is_due_in_them() {
    let story = Story::opened("2026-11-09T09:00:00Z").then("2026-11-09T10:00:00Z", waits(None));
    assert_eq!(story.due(), None);
    let story = story
        .then("2026-11-11T09:00:00Z", Command::Resume)
        .then("2026-11-11T09:30:00Z", answer())
        .then("2026-11-11T10:00:00Z", resolve());
    let ninety = SignedDuration::from_mins(90);
    assert_eq!(story.score(SlaClock::FirstResponse), Some((true, ninety)));
    assert_eq!(story.score(SlaClock::Resolution), Some((true, hours(2))));
}

#[test]
fn a_wait_that_ends_by_itself_starts_the_clocks_as_of_its_time_also_after_downtime() {
    let until = "2026-11-10T09:00:00Z";
    let waiting =
        Story::opened("2026-11-09T09:00:00Z").then("2026-11-09T10:00:00Z", waits(Some(until)));
    assert_eq!(waiting.due(), Some(at(until)));
    // Nothing ran for a day and a half.
    let story = waiting.clone().until("2026-11-11T20:00:00Z");
    assert_eq!(
        story.misses(),
        [
            (SlaClock::FirstResponse, at("2026-11-10T10:00:00Z")),
            (SlaClock::Resolution, at("2026-11-10T16:00:00Z")),
        ]
    );
    let by_hand = waiting.then("2026-11-09T12:00:00Z", Command::Resume);
    assert_eq!(by_hand.due(), Some(at("2026-11-09T13:00:00Z")));
}

#[test]
fn a_resolution_is_the_last_response_to_what_was_never_answered() {
    let story = Story::opened("2026-11-09T09:00:00Z").then("2026-11-09T10:00:00Z", resolve());
    assert_eq!(story.score(SlaClock::FirstResponse), Some((true, hours(1))));
    assert_eq!(story.score(SlaClock::Resolution), Some((true, hours(1))));
    let again = story
        .then("2026-11-09T11:00:00Z", Command::Reopen { reason: None })
        .then("2026-11-09T12:00:00Z", answer());
    assert_eq!(again.score(SlaClock::FirstResponse), Some((true, hours(1))));
}

#[test]
fn a_reopened_tickets_resolution_goes_on_from_what_it_had_used() {
    let story = Story::opened("2026-11-09T09:00:00Z")
        .then("2026-11-09T10:00:00Z", answer())
        .then("2026-11-09T12:00:00Z", resolve())
        .then("2026-11-10T09:00:00Z", asks());
    assert_eq!(story.score(SlaClock::Resolution), Some((true, hours(3))));
    // 3 of the 8 hours are used; the customer's message is to be answered in 4.
    let story = story.until("2026-11-10T18:00:00Z");
    assert_eq!(
        story.misses(),
        [
            (SlaClock::NextResponse, at("2026-11-10T13:00:00Z")),
            (SlaClock::Resolution, at("2026-11-10T14:00:00Z")),
        ]
    );
    let story = story.then("2026-11-11T08:00:00Z", resolve());
    assert_eq!(story.score(SlaClock::Resolution), Some((false, hours(12))));
}

#[test]
fn what_no_policy_is_for_is_not_measured() {
    let story = Story::by(office(), Vec::new())
        .then("2026-11-09T09:00:00Z", open(false))
        .then("2026-12-09T09:00:00Z", answer())
        .then("2026-12-09T10:00:00Z", resolve());
    assert_eq!(story.of_clocks(), []);
}

#[test]
fn a_merged_tickets_clocks_stand_still_until_it_is_on_its_own_again() {
    let other = TicketId(Uuid::from_u128(0x72));
    let mut story = Story::opened("2026-11-09T09:00:00Z");
    let survivor = Story::opened("2026-11-09T09:00:00Z").log;
    for (now, command) in [
        ("2026-11-09T10:00:00Z", Command::Merge { into: other }),
        ("2026-11-16T10:00:00Z", Command::Unmerge),
    ] {
        let scenario = story.scenario().at(now);
        let scenario = scenario.reading::<Ticket>(other, survivor.clone());
        story = story.take(scenario, command);
    }
    assert_eq!(story.misses(), []);
    assert_eq!(story.due(), Some(at("2026-11-16T11:00:00Z")));
}

#[test]
fn one_that_was_merged_while_it_waited_goes_on_when_its_time_comes() {
    let other = TicketId(Uuid::from_u128(0x72));
    let mut story = Story::opened("2026-11-09T09:00:00Z")
        .then("2026-11-09T10:00:00Z", waits(Some("2026-11-10T09:00:00Z")));
    let survivor = Story::opened("2026-11-09T09:00:00Z").log;
    for (now, command) in [
        ("2026-11-09T11:00:00Z", Command::Merge { into: other }),
        ("2026-11-12T10:00:00Z", Command::Unmerge),
    ] {
        let scenario = story.scenario().at(now);
        let scenario = scenario.reading::<Ticket>(other, survivor.clone());
        story = story.take(scenario, command);
    }
    let story = story.until("2026-11-12T10:30:00Z");
    assert_eq!(story.due(), Some(at("2026-11-12T11:00:00Z")));
}
