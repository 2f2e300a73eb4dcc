//! From open to closed, and what follows by itself (V-02).

use guanxi_events::service::{
    QueueChanged, RatingRules, Strategy, TicketEvent,
    ticket::{Closed, PendingEnded, PendingFor, RatingAsked, TicketClosed, TicketPendingEnded},
};
use jiff::tz::TimeZone;

use super::{super::*, world::*};

/// The queue closes after so many days and asks for a rating.
fn closing(world: &mut World, close_days: Option<u16>) {
    let rules = RatingRules {
        low_score: 2,
        answer_days: 10,
    };
    let changed = QueueChanged {
        version: 2,
        settings: guanxi_events::service::QueueSettings {
            close_days,
            rating: Some(rules),
            ..settings(Strategy::ByHand)
        },
    };
    world.queue_event(DESK, changed);
}

#[test]
fn what_waits_until_a_date_is_open_again_at_that_instant_however_late_it_is_noticed() {
    let until = at("2026-03-03T12:00:00Z");
    let mut world = World::new()
        .opened(T1)
        .after(T1, wait(PendingFor::Date, Some(until)));
    assert_eq!(world.wake(T1), []);
    world.later(24 * 30);
    let ended = TicketPendingEnded {
        at: until,
        because: PendingEnded::TimeCame,
    };
    assert_eq!(world.wake(T1), [TicketEvent::from(ended)]);
    assert_eq!(world.wake(T1), []);
}

#[test]
fn what_waits_needs_a_date_that_is_to_come_where_it_waits_for_one() {
    let mut world = World::new().opened(T1);
    world.refused(T1, wait(PendingFor::Date, None), "UNTIL_MISSING");
    let now = world.now;
    world.refused(
        T1,
        wait(PendingFor::Customer, Some(now)),
        "UNTIL_HAS_PASSED",
    );
    world.done(T1, wait(PendingFor::Customer, None));
    assert_eq!(world.done(T1, wait(PendingFor::Customer, None)), []);
}

#[test]
fn a_resolved_ticket_closes_by_itself_after_its_queues_days() {
    let mut world = World::new().opened(T1);
    closing(&mut world, Some(3));
    world.done(T1, resolve());
    let close_at = at("2026-03-05T09:00:00Z");
    assert_eq!(world.work(T1).resolution.unwrap().close_at, Some(close_at));
    world.later(24 * 10);
    let closed = TicketClosed {
        at: close_at,
        because: Closed::TimeCame,
    };
    assert_eq!(world.wake(T1), [TicketEvent::from(closed)]);
}

#[test]
fn days_are_the_tenants_own_also_when_its_clocks_change() {
    let mut world = World::new().opened(T1);
    world.zone = TimeZone::get("Europe/Berlin").unwrap();
    closing(&mut world, Some(7));
    // Two days before the clocks go forward: seven days there are 167 hours.
    world.now = at("2026-03-27T09:00:00Z");
    world.done(T1, resolve());
    let held = world.work(T1).resolution.unwrap();
    assert_eq!(held.close_at, Some(at("2026-04-03T08:00:00Z")));
    assert_eq!(held.reopen_until, at("2026-04-03T08:00:00Z"));
}

#[test]
fn a_resolution_names_who_did_it_by_which_version_and_how_the_customer_is_asked() {
    let mut world = World::new().opened(T1);
    closing(&mut world, None);
    world.done(T1, assign("bob"));
    let events = world.done(T1, resolve());
    let [TicketEvent::Resolved(resolved)] = &events[..] else {
        panic!("{events:?}");
    };
    assert_eq!(resolved.agent, person("bob"));
    assert_eq!((resolved.resolution, resolved.queue.version), (1, 2));
    let rating = RatingAsked {
        customer: None,
        contact: None,
        channel: guanxi_events::service::Channel::Email,
        low_score: 2,
        expires_at: at("2026-03-12T09:00:00Z"),
    };
    assert_eq!(resolved.rating, Some(rating));
    assert_eq!(resolved.close_at, None);

    world.done(T1, reopen());
    let events = world.done(T1, resolve());
    let [TicketEvent::Resolved(resolved)] = &events[..] else {
        panic!("{events:?}");
    };
    assert_eq!(resolved.resolution, 2);
}

#[test]
fn a_ticket_can_be_reopened_to_the_very_end_of_its_days_and_no_longer() {
    let mut world = World::new().opened(T1).after(T1, resolve());
    world.later(24 * 7);
    world.clone().done(T1, reopen());
    world.later(1);
    let refusal = world.refused(T1, reopen(), "REOPEN_WINDOW_OVER");
    assert_eq!(refusal.figures["reopen_until"], "2026-03-09T09:00:00Z");
}

#[test]
fn what_comes_after_the_close_that_was_overdue_finds_it_closed() {
    let mut world = World::new().opened(T1);
    closing(&mut world, Some(3));
    world.done(T1, resolve());
    world.later(24 * 4);
    world.refused(T1, agent_says(), "TICKET_CLOSED");
    // The customer may still reopen it.
    world.done(T1, customer_says());
    assert_eq!(world.status(T1), Status::Open);
}
