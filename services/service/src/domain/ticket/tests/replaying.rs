//! History from elsewhere, told again: it comes out as it is told (V-02).

use guanxi_events::service::{
    QueueChanged, QueueSettings, RatingRules, Strategy as Gives, TicketEvent,
    ticket::{Closed, PendingEnded, PendingFor, TicketOpened, TicketRepliedLate},
};

use proptest::prelude::*;

use super::{
    super::*,
    properties::{Step, command, steps},
    world::*,
};

fn replay(queue: guanxi_events::service::QueueId) -> Command {
    Command::Open(Box::new(Open {
        replay: true,
        ..opening(queue)
    }))
}

/// A queue that closes after three days and asks for ratings.
fn world() -> World {
    let mut world = World::new().by_importer();
    let changed = QueueChanged {
        version: 2,
        settings: QueueSettings {
            close_days: Some(3),
            rating: Some(RatingRules {
                low_score: 2,
                answer_days: 5,
            }),
            ..settings(Gives::ByHand)
        },
    };
    world.queue_event(DESK, changed);
    world
}

#[test]
fn only_an_importer_tells_history() {
    World::new().refused(T1, replay(DESK), "NOT_IMPORTER");
}

#[test]
fn a_year_old_ticket_is_told_as_its_file_says_and_nothing_of_it_is_due_today() {
    let mut world = world();
    world.dated("2025-01-02T09:00:00Z").done(T1, replay(DESK));
    world.dated("2025-01-02T10:00:00Z").done(T1, assign("bob"));
    let until = Some(at("2025-01-05T00:00:00Z"));
    world
        .dated("2025-01-03T10:00:00Z")
        .done(T1, wait(PendingFor::Customer, until));
    // It was to wait longer, but the customer came.
    assert_eq!(world.wake(T1), []);
    world
        .dated("2025-01-04T10:00:00Z")
        .done(T1, customer_says());
    assert_eq!(world.status(T1), Status::Open);
    assert_eq!(world.work(T1).changed_at, at("2025-01-04T10:00:00Z"));
    let resolved = world.dated("2025-01-06T10:00:00Z").done(T1, resolve());
    let [TicketEvent::Resolved(resolved)] = &resolved[..] else {
        panic!("{resolved:?}");
    };
    assert_eq!(
        (resolved.rating.as_ref(), resolved.agent.as_str()),
        (None, "bob")
    );
    // By the queue it would have closed after three days; the file says after ten.
    assert_eq!(world.wake(T1), []);
    let closed = world.dated("2025-01-16T10:00:00Z").done(T1, Command::Close);
    let [TicketEvent::Closed(closed)] = &closed[..] else {
        panic!("{closed:?}");
    };
    assert_eq!(
        (closed.at, closed.because),
        (at("2025-01-16T10:00:00Z"), Closed::ByHand)
    );
}

#[test]
fn a_date_that_history_waited_for_came_before_what_is_told_next() {
    let mut world = world();
    world.dated("2025-01-02T09:00:00Z").done(T1, replay(DESK));
    let until = at("2025-01-05T00:00:00Z");
    world
        .dated("2025-01-03T10:00:00Z")
        .done(T1, wait(PendingFor::Date, Some(until)));
    let events = world.dated("2025-01-06T10:00:00Z").done(T1, agent_says());
    let TicketEvent::PendingEnded(ended) = &events[0] else {
        panic!("{events:?}");
    };
    assert_eq!((ended.at, ended.because), (until, PendingEnded::TimeCame));
    assert_eq!(events.len(), 2);
}

#[test]
fn history_counts_for_nobodys_room_and_is_given_to_nobody_by_itself() {
    let mut world = world();
    world.dated("2025-01-02T09:00:00Z").done(T1, replay(RING));
    assert_eq!(world.work(T1).assignee, None);
    world.dated("2025-01-02T10:00:00Z").done(T1, assign("bob"));
    assert_eq!(world.load(RING, "bob"), 0);
}

#[test]
fn when_its_history_is_complete_a_ticket_lives_by_todays_clock() {
    let mut world = world();
    world.dated("2025-01-02T09:00:00Z").done(T1, replay(RING));
    world.dated("2025-01-02T10:00:00Z").done(T1, assign("bob"));
    world.done(T1, Command::EndReplay);
    assert_eq!(world.load(RING, "bob"), 1);
    assert_eq!(world.done(T1, Command::EndReplay), []);

    world.dated("2025-01-02T09:00:00Z").done(T2, replay(DESK));
    world.dated("2025-01-06T10:00:00Z").done(T2, resolve());
    world.done(T2, Command::EndReplay);
    let events = world.wake(T2);
    let [TicketEvent::Closed(closed)] = &events[..] else {
        panic!("{events:?}");
    };
    // Not before the last that was told of it.
    assert_eq!((closed.at, closed.because), (world.now, Closed::TimeCame));
}

#[test]
fn without_a_replay_what_is_overdue_by_today_has_happened() {
    let mut world = world();
    world.dated("2025-01-02T09:00:00Z").done(T1, open(DESK));
    world.dated("2025-01-06T10:00:00Z").done(T1, resolve());
    assert_eq!(world.done(T1, Command::Close), []);
    let (_, last) = world.told.last().unwrap();
    let TicketEvent::Closed(closed) = last else {
        panic!("{last:?}");
    };
    assert_eq!(
        (closed.at, closed.because),
        (at("2025-01-09T10:00:00Z"), Closed::TimeCame)
    );
}

/// What a ticket's own history may hold: no other tickets, no queue that gives by itself.
fn is_its_own(step: &Step) -> bool {
    matches!(step.what, 1 | 3 | 6..=16 | 22 | 23)
}

/// What happened to the ticket, without the word that it was told again.
fn told(world: World) -> Vec<TicketEvent> {
    let events = world.told.into_iter().map(|(_, event)| match event {
        TicketEvent::Opened(opened) => TicketOpened {
            replay: false,
            ..opened
        }
        .into(),
        TicketEvent::RepliedLate(late) => TicketRepliedLate {
            replay: false,
            ..late
        }
        .into(),
        other => other,
    });
    events.collect()
}

proptest! {
    #[test]
    fn history_told_a_year_later_is_what_was_lived(steps in steps()) {
        let mut lived = World::new();
        lived.done(T1, open(DESK));
        let mut told_again = World::new().by_importer();
        let began = told_again.now;
        told_again.later(24 * 365);
        told_again.dated = Some(began);
        told_again.done(T1, replay(DESK));
        for step in steps.iter().filter(|step| is_its_own(step)) {
            lived.later(step.hours);
            let command = command(step, &lived);
            told_again.dated = Some(lived.now);
            let code = |result: Result<_, guanxi_decider::Refusal>| result.err().map(|r| r.code);
            prop_assert_eq!(
                code(told_again.ask(T1, command.clone())),
                code(lived.ask(T1, command))
            );
            prop_assert_eq!(told_again.wake(T1), []);
        }
        prop_assert_eq!(told(told_again), told(lived));
    }
}
