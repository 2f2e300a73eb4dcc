//! Opening a ticket, and what is told about it (V-01).

use guanxi_events::{
    customers::CustomerId,
    service::{QueueId, TicketEvent},
};
use uuid::Uuid;

use super::{super::*, world::*};

#[test]
fn a_ticket_draws_a_number_and_lies_in_its_queues_pool() {
    let outcome =
        guanxi_decider::testing::Scenario::<Ticket>::new(T1).when(open(QueueId::OF_TENANT));
    let decision = outcome.decision();
    let [(TicketEvent::Opened(opened), numbers)] = &decision.events[..] else {
        panic!("{decision:?}");
    };
    assert_eq!(*numbers, ["TK"]);
    assert_eq!(
        (opened.queue.id, opened.queue.version),
        (QueueId::OF_TENANT, 0)
    );
    assert!(decision.elsewhere.is_empty());
}

#[test]
fn its_queue_and_its_customer_must_be_known() {
    let mut world = World::new();
    let nowhere = QueueId(Uuid::from_u128(99));
    world.refused(T1, open(nowhere), "QUEUE_UNKNOWN");
    let mut stranger = opening(DESK);
    stranger.details.customer = Some(CustomerId(Uuid::from_u128(98)));
    world.refused(T1, Command::Open(Box::new(stranger)), "CUSTOMER_UNKNOWN");
    let mut known = opening(DESK);
    known.details.customer = Some(CUSTOMER);
    world.done(T1, Command::Open(Box::new(known)));
    let stranger = Patch {
        customer: Some(Some(CustomerId(Uuid::from_u128(98)))),
        ..Patch::default()
    };
    world.refused(T1, Command::Change(Box::new(stranger)), "CUSTOMER_UNKNOWN");
}

#[test]
fn what_is_not_said_stays_and_the_same_again_is_nothing() {
    let mut world = World::new().opened(T1);
    let patch = || {
        Command::Change(Box::new(Patch {
            category: Some(Some("heating".into())),
            ..Patch::default()
        }))
    };
    world.done(T1, patch());
    let expected = guanxi_events::service::TicketDetails {
        category: Some("heating".into()),
        ..details("no heat")
    };
    assert_eq!(world.work(T1).details, expected);
    assert_eq!(world.done(T1, patch()), []);
}

#[test]
fn who_watches_is_written_once() {
    let mut world = World::new().opened(T1);
    let watch = |add: &[&str], remove: &[&str]| Command::Watch {
        add: add.iter().map(|name| person(name)).collect(),
        remove: remove.iter().map(|name| person(name)).collect(),
    };
    assert_eq!(world.done(T1, watch(&["anna", "bob"], &["carl"])).len(), 1);
    assert_eq!(world.done(T1, watch(&["anna"], &["carl"])), []);
    // In both lists: as it was.
    assert_eq!(
        world.done(T1, watch(&["bob", "carl"], &["bob", "carl"])),
        []
    );
    world.done(T1, watch(&[], &["bob"]));
    assert_eq!(world.work(T1).watchers, [person("anna")].into());
    let crowd: Vec<String> = (0..MAX_WATCHERS).map(|n| format!("p{n}")).collect();
    let crowd: Vec<&str> = crowd.iter().map(String::as_str).collect();
    world.refused(T1, watch(&crowd, &[]), "TOO_MANY_WATCHERS");
}

#[test]
fn nothing_is_dated_before_the_change_before_it_nor_in_the_future() {
    let mut world = World::new().opened(T1);
    world.later(2).done(T1, assign("anna"));
    world
        .dated("2026-03-02T10:00:00Z")
        .refused(T1, resolve(), "DATED_BEFORE_LAST_CHANGE");
    world
        .dated("2026-03-02T08:00:00Z")
        .refused(T1, agent_says(), "DATED_BEFORE_OPENING");
    world
        .dated("2026-03-02T13:00:00Z")
        .refused(T1, resolve(), "DATED_IN_THE_FUTURE");
    world.dated("2026-03-02T11:00:00Z").done(T1, resolve());
}

#[test]
fn a_machine_whose_clock_is_behind_dates_nothing_backwards() {
    let mut world = World::new().opened(T1);
    world.now -= jiff::SignedDuration::from_millis(20);
    world.done(T1, assign("anna"));
    let work = world.work(T1);
    assert_eq!(work.changed_at, work.opened_at);
}
