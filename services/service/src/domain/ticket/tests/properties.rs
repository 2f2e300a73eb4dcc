//! Whatever happens in whatever order: the state machine, both sides of every relation, the queues'
//! counts, the clocks' points.

use std::collections::BTreeMap;

use guanxi_events::{
    PersonId,
    service::{Priority, QueueId, TicketEvent, ticket::PendingFor},
};
use jiff::SignedDuration;
use proptest::prelude::*;

use super::{super::*, world::*};

const TICKETS: [TicketId; 3] = [T1, T2, T3];

#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) hours: i64,
    ticket: usize,
    other: usize,
    pub(super) what: u8,
}

pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0..60_i64, 0..3_usize, 0..3_usize, 0..24_u8);
    let step = step.prop_map(|(hours, ticket, other, what)| Step {
        hours,
        ticket,
        other,
        what,
    });
    prop::collection::vec(step, 0..60)
}

pub(super) fn command(step: &Step, world: &World) -> Command {
    let other = TICKETS[step.other];
    let name = ["anna", "bob", "carl"][step.other];
    let queue = [DESK, RING, QueueId::OF_TENANT][step.other];
    let later = world.now + SignedDuration::from_hours(1 + step.hours);
    match step.what {
        0 => open(queue),
        1 => assign(name),
        2 => Command::Assign { to: None },
        3 => Command::Unassign { reason: None },
        4 | 5 => transfer(queue),
        6 => agent_says(),
        7 | 8 => customer_says(),
        9 => wait(PendingFor::Customer, None),
        10 => wait(PendingFor::Date, Some(later)),
        11 => Command::Resume,
        12..=14 => resolve(),
        15 => Command::Close,
        16 => reopen(),
        17 => Command::Merge { into: other },
        18 => Command::Unmerge,
        19 => Command::Link { other },
        20 => Command::Unlink { other },
        21 => Command::SetParent {
            parent: (step.hours > 10).then_some(other),
        },
        22 => Command::Prioritise {
            to: [Priority::Low, Priority::High, Priority::Critical][step.other],
            reason: None,
        },
        _ => Command::Note(say(Speaker::Agent)),
    }
}

/// A small world in which the tenant's own queue closes after seven days.
fn run(steps: &[Step]) -> World {
    let mut world = World::new().opened(T1).opened(T2);
    for step in steps {
        world.later(step.hours);
        let command = command(step, &world);
        let refused = world.ask(TICKETS[step.ticket], command).err();
        if let Some(refusal) = refused {
            assert_ne!(refusal.code, "INTERNAL", "{refusal}");
        }
    }
    world
}

/// How far a ticket may come by one event, from where it was.
fn allowed(from: Status, event: &TicketEvent, to: Status) -> bool {
    use Status::{Closed, New, Open, Pending, Resolved};
    match event {
        TicketEvent::Started(_) => from == New && to == Open,
        TicketEvent::PendingSet(_) => {
            matches!((from, to), (Open | Pending { .. }, Pending { .. }))
        }
        TicketEvent::PendingEnded(_) => matches!((from, to), (Pending { .. }, Open)),
        TicketEvent::Resolved(_) => !matches!(from, Resolved | Closed) && to == Resolved,
        TicketEvent::Closed(_) => from == Resolved && to == Closed,
        TicketEvent::Reopened(_) => matches!(from, Resolved | Closed) && to == Open,
        _ => from == to,
    }
}

/// The loads as the tickets say them, by a walk over all of them.
fn counted(world: &World) -> BTreeMap<(QueueId, PersonId), u32> {
    let mut counted = BTreeMap::new();
    for (queue, person) in world.tickets.values().filter_map(Work::holder) {
        *counted.entry((queue, person.clone())).or_default() += 1;
    }
    counted
}

proptest! {
    #[test]
    fn a_ticket_only_goes_where_the_state_machine_lets_it(steps in steps()) {
        let world = run(&steps);
        let mut states: BTreeMap<TicketId, Option<Work>> = BTreeMap::new();
        for (id, event) in &world.told {
            let before = states.remove(id).flatten();
            let after = Ticket::evolve(before.clone(), event).unwrap();
            if let Some(before) = before {
                prop_assert!(allowed(before.status, event, after.status), "{before:?} {event:?}");
                prop_assert!(before.changed_at <= after.changed_at);
                // A merged ticket does nothing until it comes back.
                let relation = matches!(
                    event,
                    TicketEvent::Unmerged(_) | TicketEvent::Absorbed(_) | TicketEvent::Separated(_)
                        | TicketEvent::Linked(_) | TicketEvent::Unlinked(_)
                        | TicketEvent::ChildAdded(_) | TicketEvent::ChildRemoved(_)
                );
                prop_assert!(before.merged_into.is_none() || relation, "{event:?}");
            }
            states.insert(*id, Some(after));
        }
        for (id, work) in &world.tickets {
            prop_assert_eq!(states[id].as_ref(), Some(work));
        }
    }

    #[test]
    fn the_queues_count_exactly_what_their_people_have(steps in steps()) {
        let world = run(&steps);
        let mut said = BTreeMap::new();
        for (queue, desk) in &world.queues {
            for (person, tickets) in &desk.load {
                said.insert((*queue, person.clone()), *tickets);
            }
        }
        prop_assert_eq!(said, counted(&world));
    }

    #[test]
    fn both_sides_of_every_relation_say_the_same(steps in steps()) {
        let world = run(&steps);
        let work = |id: &TicketId| world.tickets.get(id);
        for (id, ticket) in &world.tickets {
            let follow_up = ticket.follow_up;
            for link in ticket.links.iter().filter(|link| Some(**link) != follow_up) {
                prop_assert!(work(link).unwrap().links.contains(id));
            }
            for child in &ticket.children {
                prop_assert_eq!(work(child).unwrap().parent, Some(*id));
            }
            for absorbed in &ticket.absorbed {
                prop_assert_eq!(work(absorbed).unwrap().merged_into, Some(*id));
            }
            if let Some(parent) = ticket.parent {
                prop_assert!(work(&parent).unwrap().children.contains(id));
                prop_assert!(ticket.children.is_empty(), "a case has cases");
            }
            if let Some(survivor) = ticket.merged_into {
                prop_assert!(work(&survivor).unwrap().absorbed.contains(id));
            }
            // Whoever follows the survivors comes to one that is not merged.
            let mut at = *id;
            for _ in 0..=TICKETS.len() {
                match work(&at).unwrap().merged_into {
                    Some(next) => at = next,
                    None => break,
                }
            }
            prop_assert!(work(&at).unwrap().merged_into.is_none(), "a ring of merges");
        }
    }

    #[test]
    fn merge_and_unmerge_leave_everything_as_it_was(steps in steps()) {
        let mut world = run(&steps);
        world.wake(T1);
        world.wake(T2);
        let before = world.clone();
        if world.ask(T1, Command::Merge { into: T2 }).is_ok_and(|events| !events.is_empty()) {
            world.done(T1, Command::Unmerge);
            let changed_at = world.work(T1).changed_at;
            let expected = Work { changed_at, ..before.work(T1).clone() };
            prop_assert_eq!(world.work(T1), &expected);
            prop_assert_eq!(world.work(T2), before.work(T2));
            prop_assert_eq!(&world.queues, &before.queues);
        }
    }

    #[test]
    fn the_clocks_points_tell_when_a_ticket_ticks(steps in steps()) {
        let world = run(&steps);
        for id in TICKETS {
            // A model of the clock that knows the points alone: what pauses is counted, for a
            // ticket may wait and be merged at once.
            let (mut state, mut running, mut last) = (None, false, None);
            for (_, event) in world.told.iter().filter(|(of, _)| *of == id) {
                state = Ticket::evolve(state, event);
                let ticks = state.as_ref().unwrap().ticks();
                match Point::of(event) {
                    None => {}
                    Some((point, at)) => {
                        prop_assert!(last.is_none_or(|last| last <= at), "{event:?} goes back");
                        last = Some(at);
                        running = match point {
                            Point::Opened | Point::Reopened => true,
                            Point::Paused | Point::Resolved => false,
                            Point::Resumed => ticks,
                            _ => running,
                        };
                    }
                }
                prop_assert_eq!(running, ticks, "after {:?}", event);
            }
        }
    }

    #[test]
    fn a_state_survives_its_snapshot(steps in steps()) {
        for work in run(&steps).tickets.values() {
            let json = serde_json::to_string(work).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Work>(&json).unwrap(), work);
        }
    }
}
