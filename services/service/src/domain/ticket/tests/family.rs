//! Cases, links, merge and unmerge (V-01).

use guanxi_events::service::{TicketEvent, ticket::PendingFor};
use uuid::Uuid;

use super::{super::*, world::*};

fn parent(of: TicketId) -> Command {
    Command::SetParent { parent: Some(of) }
}

fn merge(into: TicketId) -> Command {
    Command::Merge { into }
}

fn three() -> World {
    World::new().opened(T1).opened(T2).opened(T3)
}

#[test]
fn a_case_and_its_parent_know_each_other_until_the_case_has_another() {
    let mut world = three().after(T1, parent(T2));
    assert_eq!(world.work(T2).children, [T1].into());
    assert_eq!(world.done(T1, parent(T2)), []);
    world.done(T1, parent(T3));
    assert_eq!(world.work(T2).children, [].into());
    assert_eq!(world.work(T3).children, [T1].into());
    world.done(T1, Command::SetParent { parent: None });
    assert_eq!(world.work(T3).children, [].into());
}

#[test]
fn cases_have_no_cases_so_no_ring_of_them_is_possible() {
    let mut world = three().after(T1, parent(T2));
    world.refused(T3, parent(T1), "PARENT_IS_A_CASE");
    world.refused(T2, parent(T3), "HAS_CASES");
    world.refused(T1, parent(T1), "SAME_TICKET");
    let nobody = TicketId(Uuid::from_u128(99));
    world.refused(T3, parent(nobody), "TICKET_UNKNOWN");
    world.refused(T3, Command::Link { other: T3 }, "SAME_TICKET");
    world.refused(T3, merge(T3), "SAME_TICKET");
}

#[test]
fn links_are_of_both_and_are_undone_from_either_side() {
    let mut world = three().after(T1, Command::Link { other: T2 });
    assert_eq!(world.done(T2, Command::Link { other: T1 }), []);
    world.done(T2, Command::Unlink { other: T1 });
    assert!(world.work(T1).links.is_empty() && world.work(T2).links.is_empty());
    assert_eq!(world.done(T1, Command::Unlink { other: T2 }), []);
}

#[test]
fn a_merged_ticket_is_nobodys_work_and_comes_back_as_it_was() {
    let mut world = three()
        .after(T1, assign("anna"))
        .after(T1, wait(PendingFor::Customer, None));
    let before = world.work(T1).clone();
    world.later(1).done(T1, merge(T2));
    assert_eq!(world.load(DESK, "anna"), 0);
    assert_eq!(world.work(T2).absorbed, [T1].into());
    assert_eq!(world.done(T1, merge(T2)), []);
    world.refused(T1, merge(T3), "TICKET_MERGED");
    world.later(1).done(T1, Command::Unmerge);
    let changed_at = world.now;
    assert_eq!(
        *world.work(T1),
        Work {
            changed_at,
            ..before
        }
    );
    assert!(world.work(T2).absorbed.is_empty());
    assert_eq!(world.load(DESK, "anna"), 1);
    // It still waits: unmerging does not make its clocks run.
    assert!(!world.work(T1).ticks());
}

#[test]
fn nothing_merges_into_what_is_merged_or_closed() {
    let mut world = three().after(T1, merge(T2));
    let refusal = world.refused(T3, merge(T1), "SURVIVOR_MERGED");
    assert_eq!(refusal.figures["survivor"], T2.to_string());
    world.refused(T3, parent(T1), "PARENT_MERGED");
    let mut world = three().after(T2, resolve()).after(T2, Command::Close);
    world.refused(T1, merge(T2), "SURVIVOR_CLOSED");
}

#[test]
fn a_date_that_passed_while_a_ticket_was_merged_comes_when_it_is_unmerged() {
    let until = at("2026-03-03T09:00:00Z");
    let mut world = three().after(T1, wait(PendingFor::Date, Some(until)));
    world.done(T1, merge(T2));
    world.later(24 * 9);
    assert_eq!(world.wake(T1), []);
    world.done(T1, Command::Unmerge);
    let events = world.wake(T1);
    let [TicketEvent::PendingEnded(ended)] = &events[..] else {
        panic!("{events:?}");
    };
    assert_eq!(ended.at, world.now);
}
