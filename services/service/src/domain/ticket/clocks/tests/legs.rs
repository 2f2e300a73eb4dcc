//! Other terms mid-way: each leg is scored under its own version (V-05).

use super::*;

fn critical() -> Command {
    urgent(Priority::Critical)
}

#[test]
fn a_more_urgent_ticket_is_due_when_the_shorter_time_is_used_up_from_its_start() {
    let story = Story::opened("2026-11-09T09:00:00Z")
        .then("2026-11-09T09:15:00Z", answer())
        .then("2026-11-09T10:00:00Z", critical());
    assert_eq!(
        story.due(),
        Some(at("2026-11-09T10:00:00Z")),
        "the warning, late already"
    );
    let story = story.until("2026-11-09T18:00:00Z");
    assert_eq!(
        story.misses(),
        [(SlaClock::Resolution, at("2026-11-09T11:00:00Z"))]
    );
    let story = story.then("2026-11-10T08:00:00Z", resolve());
    let score = story.scores().pop().unwrap();
    let legs: Vec<_> = score
        .legs
        .iter()
        .map(|leg| (leg.terms.priority, leg.target, leg.elapsed, leg.met))
        .collect();
    assert_eq!(
        legs,
        [
            (Priority::Medium, hours(8), hours(1), true),
            (Priority::Critical, hours(2), hours(8), false),
        ]
    );
    assert_eq!((score.met, score.elapsed), (false, hours(9)));
}

#[test]
fn what_has_used_up_the_new_time_already_is_missed_at_once() {
    let story = Story::opened("2026-11-09T09:00:00Z")
        .then("2026-11-09T09:15:00Z", answer())
        .then("2026-11-09T14:00:00Z", critical())
        .until("2026-11-09T14:00:00Z");
    assert_eq!(
        story.misses(),
        [(SlaClock::Resolution, at("2026-11-09T14:00:00Z"))]
    );
}

#[test]
fn what_was_missed_under_one_version_stays_missed_and_is_not_missed_again() {
    let mut opening = open(false);
    if let Command::Open(open) = &mut opening {
        open.priority = Priority::Critical;
    }
    let story = Story::new()
        .then("2026-11-09T09:00:00Z", opening)
        .then("2026-11-09T09:10:00Z", answer())
        .then("2026-11-09T12:00:00Z", urgent(Priority::Medium))
        .then("2026-11-09T13:00:00Z", resolve());
    assert_eq!(
        story.misses(),
        [(SlaClock::Resolution, at("2026-11-09T11:00:00Z"))]
    );
    let score = story.scores().pop().unwrap();
    let met: Vec<bool> = score.legs.iter().map(|leg| leg.met).collect();
    assert_eq!((score.met, met), (false, vec![false, true]));
}

#[test]
fn a_policy_that_is_edited_changes_no_clock_until_the_terms_are_chosen_anew() {
    let mut story = Story::opened("2026-11-09T09:00:00Z").then("2026-11-09T09:15:00Z", answer());
    let mut stricter = policy();
    for targets in stricter.targets.values_mut() {
        targets.insert(SlaClock::Resolution, target(hours(1), &[]));
    }
    story.policies.push(vec![stricter]);
    let story = story
        .then("2026-11-09T11:00:00Z", waits(None))
        .then("2026-11-09T12:00:00Z", Command::Resume)
        .then("2026-11-09T13:00:00Z", resolve());
    assert_eq!(story.misses(), []);
    let versions = |story: &Story| -> Vec<u32> {
        let score = story.scores().pop().unwrap();
        score
            .legs
            .iter()
            .map(|leg| leg.terms.policy.version)
            .collect()
    };
    assert_eq!(versions(&story), [1]);
    let again = story
        .then("2026-11-09T14:00:00Z", Command::Reopen { reason: None })
        .then("2026-11-09T15:00:00Z", resolve());
    assert_eq!(versions(&again), [1, 2]);
    assert_eq!(
        again.misses(),
        [(SlaClock::Resolution, at("2026-11-09T14:00:00Z"))]
    );
}

#[test]
fn a_calendar_that_is_edited_while_tickets_are_open_holds_for_them_from_their_next_terms_on() {
    let mut story = Story::opened("2026-11-09T09:00:00Z");
    let mut tuesdays_off = office();
    tuesdays_off.week.tuesday = Vec::new();
    story.calendars.push(tuesdays_off);
    let story = story
        .then("2026-11-09T10:00:00Z", answer())
        .then("2026-11-09T16:00:00Z", waits(None))
        .then("2026-11-09T17:30:00Z", Command::Resume);
    let resolution_due = |story: Story| story.until("2026-12-01T00:00:00Z").misses().pop();
    let missed = |when: &str| Some((SlaClock::Resolution, at(when)));
    // 7 hours were used by 16:00; Monday's last half hour and Tuesday's first one are left.
    assert_eq!(
        resolution_due(story.clone()),
        missed("2026-11-10T08:30:00Z")
    );
    let changed = Command::Change(Box::new(crate::domain::ticket::Patch {
        subject: Some("Where is it now?".into()),
        ..Default::default()
    }));
    let story = story.then("2026-11-09T17:30:00Z", changed);
    assert_eq!(
        resolution_due(story.clone()),
        missed("2026-11-11T08:30:00Z")
    );
    let story = story.then("2026-11-11T08:10:00Z", resolve());
    let score = story.scores().pop().unwrap();
    let legs: Vec<_> = score
        .legs
        .iter()
        .map(|leg| leg.terms.calendar.version)
        .collect();
    assert_eq!((score.met, legs), (true, vec![1, 2]));
}

#[test]
fn a_policy_that_is_changed_while_the_ticket_waits_leaves_the_pause_out_of_both_legs() {
    let until = "2026-11-10T09:00:00Z";
    for ends in [None, Some(until)] {
        let story = Story::opened("2026-11-09T09:00:00Z")
            .then("2026-11-09T09:15:00Z", answer())
            .then("2026-11-09T09:30:00Z", waits(ends))
            .then("2026-11-09T16:00:00Z", critical())
            .until("2026-11-10T08:59:59Z");
        assert_eq!(story.misses(), []);
        let story = match ends {
            None => story.then(until, Command::Resume),
            Some(_) => story,
        };
        let story = story.then("2026-11-10T10:00:00Z", resolve());
        assert_eq!(story.misses(), []);
        let score = story.scores().pop().unwrap();
        let elapsed: Vec<_> = score.legs.iter().map(|leg| leg.elapsed).collect();
        let half = SignedDuration::from_mins(30);
        assert_eq!((score.met, elapsed), (true, vec![half, hours(1)]));
    }
}

#[test]
fn a_ticket_in_another_queue_keeps_what_it_used_and_runs_by_that_queues_policy() {
    let special = SlaPolicy {
        key: "second".into(),
        condition: SlaCondition {
            queues: [SECOND].into(),
            ..SlaCondition::default()
        },
        targets: [(
            Priority::Medium,
            SlaTargets::from([(SlaClock::Resolution, target(hours(3), &[]))]),
        )]
        .into(),
        ..policy()
    };
    let transfer = || Command::Transfer {
        queue: SECOND,
        to: None,
        reason: None,
    };
    let story = Story::by(office(), vec![special, policy()])
        .then("2026-11-09T09:00:00Z", open(false))
        .then("2026-11-09T11:00:00Z", transfer())
        .until("2026-11-10T00:00:00Z");
    let misses: BTreeSet<_> = story.misses().into_iter().collect();
    // The second queue measures no first response.
    assert_eq!(
        misses,
        [(SlaClock::Resolution, at("2026-11-09T12:00:00Z"))].into()
    );
    let same = Story::opened("2026-11-09T09:00:00Z")
        .then("2026-11-09T10:00:00Z", transfer())
        .until("2026-11-10T00:00:00Z");
    let stayed = Story::opened("2026-11-09T09:00:00Z").until("2026-11-10T00:00:00Z");
    assert_eq!(same.misses(), stayed.misses());
}

#[test]
fn clocks_start_when_the_priority_gets_targets() {
    let mut opening = open(false);
    if let Command::Open(open) = &mut opening {
        open.priority = Priority::Low;
    }
    let story = Story::new()
        .then("2026-11-09T09:00:00Z", opening)
        .then("2026-11-09T12:00:00Z", urgent(Priority::Medium));
    assert_eq!(story.due(), Some(at("2026-11-09T14:00:00Z")));
    let story = story.then("2026-11-09T13:00:00Z", urgent(Priority::Low));
    assert_eq!(story.due(), None, "and are measured no more without");
}
