//! What is said, and what that makes of a ticket (V-02, V-04).

use guanxi_events::service::{
    Author, TicketEvent,
    ticket::{PendingEnded, PendingFor, Reopened},
};

use super::{super::*, world::*};

#[test]
fn an_agents_first_public_word_is_the_first_response_and_no_later_one_is() {
    let mut world = World::new().opened(T1);
    let note = Command::Note(say(Speaker::Agent));
    world.later(1).done(T1, note);
    assert_eq!(world.work(T1).conversation.first_response_at, None);
    assert_eq!(world.status(T1), Status::New);
    let first = world.later(1).done(T1, agent_says());
    let [TicketEvent::Replied(replied), TicketEvent::Started(_)] = &first[..] else {
        panic!("{first:?}");
    };
    assert!(replied.first_response);
    assert_eq!(replied.message.author, Author::Agent(person("anna")));
    let second = world.later(1).done(T1, agent_says());
    assert_eq!(
        Point::of(&second[0]).unwrap().0,
        Point::AgentSpoke { first: false }
    );
    let said = &world.work(T1).conversation;
    assert_eq!(said.first_response_at, Some(at("2026-03-02T11:00:00Z")));
    assert_eq!((said.agent_replies, said.notes), (2, 1));
}

#[test]
fn a_customer_waits_from_the_first_unanswered_word_on() {
    let mut world = World::new().opened(T1);
    world.later(1).done(T1, customer_says());
    world.later(1).done(T1, customer_says());
    let since = |world: &World| world.work(T1).conversation.waiting_since;
    assert_eq!(since(&world), Some(at("2026-03-02T10:00:00Z")));
    world.later(1).done(T1, agent_says());
    assert_eq!(since(&world), None);
}

#[test]
fn a_customers_word_ends_the_waiting_whatever_it_is_for() {
    let until = Some(at("2026-03-09T00:00:00Z"));
    for (pending, until) in [
        (PendingFor::Customer, None),
        (PendingFor::ThirdParty, None),
        (PendingFor::Date, until),
    ] {
        let mut world = World::new().opened(T1).after(T1, wait(pending, until));
        let events = world.later(1).done(T1, customer_says());
        let [TicketEvent::Replied(_), TicketEvent::PendingEnded(ended)] = &events[..] else {
            panic!("{events:?}");
        };
        assert_eq!(ended.because, PendingEnded::CustomerReplied);
        assert_eq!(world.status(T1), Status::Open);
    }
}

#[test]
fn a_customers_word_reopens_what_is_resolved_or_closed_within_the_days() {
    for close in [false, true] {
        let mut world = World::new().opened(T1).after(T1, resolve());
        if close {
            world.done(T1, Command::Close);
        }
        let events = world.later(24 * 7).done(T1, customer_says());
        let [TicketEvent::Replied(_), TicketEvent::Reopened(reopened)] = &events[..] else {
            panic!("{events:?}");
        };
        assert_eq!(reopened.because, Reopened::CustomerReplied);
        assert_eq!(world.work(T1).resolution, None);
    }
}

#[test]
fn a_word_that_comes_too_late_becomes_a_new_ticket_once() {
    let mut world = World::new().opened(T1).after(T1, resolve());
    world.later(24 * 7 + 1);
    let events = world.done(T1, customer_says());
    let [TicketEvent::RepliedLate(late)] = &events[..] else {
        panic!("{events:?}");
    };
    assert_eq!(late.follow_up, T1.after(late.message.id));
    assert_eq!(late.opening, details("no heat"));
    assert_eq!(world.status(T1), Status::Resolved);
    let refusal = world.refused(T1, customer_says(), "TICKET_FOLLOWED_UP");
    assert_eq!(refusal.figures["follow_up"], late.follow_up.to_string());

    let mut follow_up = opening(DESK);
    follow_up.follow_up_of = Some(T1);
    world.done(late.follow_up, Command::Open(Box::new(follow_up)));
    assert!(world.work(late.follow_up).links.contains(&T1));
    assert!(world.work(T1).links.contains(&late.follow_up));
}

#[test]
fn a_word_said_before_the_latest_change_changes_the_ticket_no_earlier_than_that() {
    let mut world = World::new().opened(T1);
    world.later(3).done(T1, resolve());
    let events = world
        .later(1)
        .dated("2026-03-02T11:00:00Z")
        .done(T1, customer_says());
    let [
        TicketEvent::Replied(replied),
        TicketEvent::Reopened(reopened),
    ] = &events[..]
    else {
        panic!("{events:?}");
    };
    assert_eq!(replied.message.said_at, at("2026-03-02T11:00:00Z"));
    assert_eq!(replied.at, at("2026-03-02T12:00:00Z"));
    assert_eq!(reopened.at, replied.at);
}

#[test]
fn what_is_said_on_a_merged_ticket_is_sent_to_the_survivor() {
    let mut world = World::new().opened(T1).opened(T2);
    world.done(T1, Command::Merge { into: T2 });
    for command in [agent_says(), customer_says()] {
        let refusal = world.refused(T1, command, "TICKET_MERGED");
        assert_eq!(refusal.figures["survivor"], T2.to_string());
    }
}
