//! What counts is when things were, not when they became known: history that is told later comes to
//! the same scores and misses as one that was lived.

use proptest::prelude::*;

use super::*;
use crate::domain::working_time::{self, Pauses};

/// Long after everything.
const TODAY: &str = "2027-06-01T12:00:00Z";

#[test]
fn a_reply_that_is_entered_after_its_target_was_missed_takes_the_miss_back() {
    let missed = Story::opened("2026-11-09T09:00:00Z").until("2026-11-09T12:00:00Z");
    assert_eq!(missed.misses().len(), 1);
    let (now, said) = ("2026-11-09T12:30:00Z", "2026-11-09T10:30:00Z");
    let story = missed.told(at(now), at(said), answer());
    assert_eq!(story.misses(), []);
    let took = SignedDuration::from_mins(90);
    assert_eq!(story.score(SlaClock::FirstResponse), Some((true, took)));
}

#[test]
fn a_wait_that_is_entered_late_takes_back_what_was_missed_in_it() {
    let missed = Story::opened("2026-11-09T09:00:00Z").until("2026-11-09T12:00:00Z");
    let (now, since) = ("2026-11-09T12:30:00Z", "2026-11-09T10:30:00Z");
    let story = missed.told(at(now), at(since), waits(None));
    assert_eq!((story.misses(), story.due()), (vec![], None));
    let story = story.then("2026-11-10T09:00:00Z", Command::Resume);
    assert_eq!(story.due(), Some(at("2026-11-10T09:30:00Z")));
}

#[test]
fn a_ticket_of_years_ago_that_was_never_resolved_missed_its_targets_then() {
    let then = at("2017-01-02T09:00:00Z");
    let story =
        Story::new()
            .told(at(TODAY), then, open(true))
            .told(at(TODAY), then + hours(1), answer());
    assert_eq!(
        (story.misses(), story.due()),
        (vec![], None),
        "while it is told"
    );
    let end = at("2017-02-01T00:00:00Z");
    let story = story.told(at(TODAY), end, Command::EndReplay);
    assert_eq!(
        story.misses(),
        [(SlaClock::Resolution, at("2017-01-02T17:00:00Z"))]
    );
}

/// Something that is asked of a ticket, so many minutes after the thing before.
type Step = (i64, u8);

fn command(kind: u8, when: Timestamp) -> Command {
    match kind {
        0 | 1 => answer(),
        2 | 3 => asks(),
        4 => waits(None),
        5 => Command::Wait {
            pending: PendingFor::Date,
            until: Some(when + SignedDuration::from_mins(700)),
            reason: None,
        },
        6 => Command::Resume,
        7 => urgent(Priority::Critical),
        8 => urgent(Priority::Medium),
        9 => urgent(Priority::Low),
        10 => Command::Transfer {
            queue: SECOND,
            to: None,
            reason: None,
        },
        11 => Command::Reopen { reason: None },
        _ => resolve(),
    }
}

/// Tells a history; what the ticket refuses then is left out.
fn tell(
    mut story: Story,
    steps: &[Step],
    mut tell: impl FnMut(Story, Timestamp, Command) -> Story,
) -> Story {
    let mut when = at("2026-11-06T15:00:00Z");
    for (minutes, kind) in std::iter::once(&(0, u8::MAX)).chain(steps) {
        when += SignedDuration::from_mins(*minutes);
        let command = if *kind == u8::MAX {
            open(false)
        } else {
            command(*kind, when)
        };
        story = tell(story, when, command);
    }
    story
}

/// The same, or nothing when the ticket refuses it.
fn attempt(story: Story, now: Timestamp, of: Timestamp, command: Command) -> Story {
    let scenario = story.scenario().at(&now.to_string()).dated(&of.to_string());
    let outcome = scenario.when(command.clone());
    if outcome.result.is_err() {
        return story;
    }
    story.told(now, of, command)
}

fn replayed(command: Command) -> Command {
    match command {
        Command::Open(_) => open(true),
        other => other,
    }
}

/// What remains of a history when it does not matter when it was told.
fn outcome(story: &Story) -> (Vec<SlaScore>, BTreeSet<(SlaClock, Timestamp)>) {
    (story.scores(), story.misses().into_iter().collect())
}

/// The working time in which a ticket was neither pending nor resolved, until its last resolution, by
/// its own events alone.
fn worked_on(story: &Story) -> SignedDuration {
    let calendar = working_time::Calendar::of(&office()).unwrap();
    let mut spans = Vec::new();
    let mut since = None;
    let mut resolved = 0;
    for event in &story.log {
        match event {
            TicketEvent::Opened(opened) => since = Some(opened.at),
            TicketEvent::PendingEnded(ended) => since = Some(ended.at),
            TicketEvent::Reopened(reopened) => since = Some(reopened.at),
            TicketEvent::PendingSet(set) => spans.extend(since.take().map(|from| (from, set.at))),
            TicketEvent::Resolved(done) => {
                spans.extend(since.take().map(|from| (from, done.at)));
                resolved = spans.len();
            }
            _ => {}
        }
    }
    let spans = spans.iter().take(resolved);
    spans
        .map(|(from, until)| working_time::elapsed(*from, *until, &calendar, &Pauses::NONE))
        .fold(SignedDuration::ZERO, |sum, span| sum + span)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn history_that_is_told_today_comes_to_what_it_came_to_when_it_was_lived(
        steps in prop::collection::vec((0_i64..900, 0_u8..14), 0..14)
    ) {
        let today = at(TODAY);
        let lived = tell(Story::new(), &steps, |story, when, command| {
            attempt(story.until(&when.to_string()), when, when, command)
        });
        let end = at("2026-12-31T00:00:00Z");
        // Told as a replay: event for event the same.
        let replay = tell(Story::new(), &steps, |story, when, command| {
            attempt(story, today, when, replayed(command))
        });
        let replay = replay.told(today, end, Command::EndReplay);
        let lived = lived.until(&end.to_string());
        prop_assert_eq!(replay.of_clocks(), lived.of_clocks());
        // Told as it comes, with the timers between: what was missed too early is taken back. Of a
        // wait that ends by itself only a replay can tell what came before its end.
        if steps.iter().any(|(_, kind)| *kind == 5) {
            return Ok(());
        }
        let entered = tell(Story::new(), &steps, |story, when, command| {
            let story = attempt(story, today, when, command);
            story.until(TODAY)
        });
        prop_assert_eq!(outcome(&entered), outcome(&lived));
    }

    #[test]
    fn the_time_of_a_clock_is_that_of_its_legs_and_its_score_theirs(
        steps in prop::collection::vec((0_i64..900, 0_u8..14), 0..14)
    ) {
        let lived = tell(Story::new(), &steps, |story, when, command| {
            attempt(story.until(&when.to_string()), when, when, command)
        });
        for score in lived.scores() {
            let elapsed = score.legs.iter().map(|leg| leg.elapsed);
            prop_assert_eq!(elapsed.fold(SignedDuration::ZERO, |sum, leg| sum + leg), score.elapsed);
            prop_assert_eq!(score.met, score.legs.iter().all(|leg| leg.met));
            prop_assert!(score.legs.windows(2).all(|legs| legs[0].until <= legs[1].since));
        }
        if let (Some((_, elapsed)), false) = (
            lived.score(SlaClock::Resolution),
            steps.iter().any(|(_, kind)| *kind == 9),
        ) {
            prop_assert_eq!(elapsed, worked_on(&lived));
        }
        // Each clock is missed once; the next response's, once each time.
        let misses = lived.misses();
        for clock in [SlaClock::FirstResponse, SlaClock::Resolution] {
            prop_assert!(misses.iter().filter(|(missed, _)| *missed == clock).count() <= 1);
        }
    }
}
