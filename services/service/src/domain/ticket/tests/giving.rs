//! Whose work a ticket is (V-03).

use guanxi_events::service::{
    QueueId, QueueMember, QueueMemberSet, QueueVersion, TicketEvent,
    ticket::{Given, TicketAssigned, TicketStarted, TicketTransferred},
};

use super::{super::*, world::*};

fn given(world: &mut World, id: TicketId) -> Option<String> {
    world.done(id, open(RING));
    let assignee = world.work(id).assignee.as_ref();
    assignee.map(ToString::to_string)
}

fn ticket(n: u128) -> TicketId {
    TicketId(uuid::Uuid::from_u128(100 + n))
}

fn set(world: &mut World, name: &str, capacity: Option<u16>, available: bool) {
    let member = QueueMember {
        person: person(name),
        capacity,
        available,
    };
    world.queue_event(RING, QueueMemberSet { member });
}

#[test]
fn tickets_are_given_in_turn_past_who_is_away_or_full_and_lie_in_the_pool_when_nobody_can() {
    let mut world = World::new();
    set(&mut world, "bob", Some(2), false);
    let turns: Vec<Option<String>> = (1..=5).map(|n| given(&mut world, ticket(n))).collect();
    let names: Vec<Option<&str>> = turns.iter().map(Option::as_deref).collect();
    assert_eq!(
        names,
        [Some("anna"), Some("carl"), Some("anna"), Some("carl"), None]
    );
    assert_eq!(world.status(ticket(1)), Status::Open);
    assert_eq!(world.status(ticket(5)), Status::New);

    // The queue still gives nothing by itself, but when it is asked after bob came back.
    world.refused(ticket(5), Command::Assign { to: None }, "NOBODY_FREE");
    set(&mut world, "bob", Some(2), true);
    world.done(ticket(5), Command::Assign { to: None });
    assert_eq!(world.work(ticket(5)).assignee, Some(person("bob")));
}

#[test]
fn who_resolves_has_room_again_and_a_reopened_ticket_counts_again() {
    let mut world = World::new();
    set(&mut world, "bob", None, false);
    set(&mut world, "carl", None, false);
    for n in 1..=2 {
        assert!(given(&mut world, ticket(n)).is_some());
    }
    assert_eq!(given(&mut world, ticket(3)), None);
    world.done(ticket(1), resolve());
    assert_eq!(world.load(RING, "anna"), 1);
    assert_eq!(given(&mut world, ticket(4)).as_deref(), Some("anna"));
    world.done(ticket(1), reopen());
    assert_eq!(world.load(RING, "anna"), 3);
}

#[test]
fn by_hand_a_ticket_is_given_to_a_member_whatever_the_room_and_to_nobody_else() {
    let mut world = World::new();
    for n in 1..=3 {
        world.done(ticket(n), open(DESK));
        world.done(ticket(n), transfer(RING));
        world.done(ticket(n), assign("anna"));
    }
    assert_eq!(world.load(RING, "anna"), 3);
    world.refused(ticket(1), assign("zoe"), "NOT_QUEUE_MEMBER");
    world.done(ticket(4), open(DESK));
    world.done(ticket(4), assign("zoe"));
    world.refused(
        ticket(4),
        Command::Assign { to: None },
        "QUEUE_GIVES_BY_HAND",
    );
}

#[test]
fn what_was_given_by_hand_does_not_move_the_turn() {
    let mut world = World::new();
    world.done(ticket(1), open(DESK));
    let to_anna = Command::Transfer {
        queue: RING,
        to: Some(person("anna")),
        reason: None,
    };
    world.done(ticket(1), to_anna);
    assert_eq!(given(&mut world, ticket(2)).as_deref(), Some("anna"));
    assert_eq!(given(&mut world, ticket(3)).as_deref(), Some("bob"));
}

#[test]
fn a_transfer_leaves_the_old_assignee_and_names_the_versions_that_decided() {
    let mut world = World::new().opened(T1).after(T1, assign("zoe"));
    assert_eq!(world.load(DESK, "zoe"), 1);
    let events = world.later(1).done(T1, transfer(RING));
    let now = world.now;
    let ring = QueueVersion {
        id: RING,
        version: 1,
    };
    let moved = TicketTransferred {
        at: now,
        from: DESK,
        to: ring,
        from_assignee: Some(person("zoe")),
        reason: None,
    };
    let assigned = TicketAssigned {
        at: now,
        to: person("anna"),
        from: None,
        given: Given::RoundRobin,
        queue: ring,
    };
    assert_eq!(events, [TicketEvent::from(moved), assigned.into()]);
    assert_eq!((world.load(DESK, "zoe"), world.load(RING, "anna")), (0, 1));
    // The clocks: nothing but that another target may hold from here.
    let points: Vec<_> = events.iter().filter_map(Point::of).collect();
    assert_eq!(points, [(Point::Regraded, now)]);
}

#[test]
fn the_first_to_have_a_new_ticket_begins_the_work() {
    let mut world = World::new().opened(T1);
    let events = world.done(T1, assign("anna"));
    let started = TicketStarted { at: world.now };
    assert_eq!(events.last(), Some(&started.into()));
    assert_eq!(world.done(T1, assign("bob")).len(), 1);
    assert_eq!(world.done(T1, Command::Unassign { reason: None }).len(), 1);
    assert_eq!((world.load(DESK, "anna"), world.load(DESK, "bob")), (0, 0));
    assert_eq!(world.status(T1), Status::Open);
}

#[test]
fn the_tenants_own_queue_takes_what_names_none_before_anybody_opened_it() {
    let mut world = World::new();
    world.done(T1, open(QueueId::OF_TENANT));
    world.done(T1, assign("anna"));
    assert_eq!(world.load(QueueId::OF_TENANT, "anna"), 1);
}
