//! The rules of queues (V-03).

use guanxi_decider::testing::Scenario;
use guanxi_events::service::{
    QueueTicketLeft, QueueTicketTaken, Strategy, TicketId, ticket::Given,
};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const QUEUE: Uuid = Uuid::from_u128(1);

fn person(name: &str) -> PersonId {
    name.parse().unwrap()
}

fn member(name: &str, capacity: Option<u16>) -> QueueMember {
    QueueMember {
        person: person(name),
        capacity,
        available: true,
    }
}

fn opened(strategy: Strategy, members: &[QueueMember]) -> QueueOpened {
    QueueOpened {
        settings: QueueSettings {
            strategy,
            ..Desk::default().settings
        },
        members: members.to_vec(),
    }
}

fn trio(strategy: Strategy) -> QueueEvent {
    let members = ["anna", "bob", "carl"].map(|name| member(name, Some(9)));
    opened(strategy, &members).into()
}

fn scenario() -> Scenario<Queue> {
    Scenario::new(QUEUE)
}

fn taken(name: &str, given: bool) -> QueueEvent {
    QueueTicketTaken {
        ticket: TicketId(Uuid::from_u128(5)),
        person: person(name),
        given,
    }
    .into()
}

fn left(name: &str) -> QueueEvent {
    QueueTicketLeft {
        ticket: TicketId(Uuid::from_u128(5)),
        person: person(name),
    }
    .into()
}

fn after(events: impl IntoIterator<Item = QueueEvent>) -> Desk {
    let events = events.into_iter();
    events.fold(Desk::default(), |desk, event| Queue::evolve(desk, &event))
}

fn next(desk: &Desk) -> Option<&str> {
    desk.next().map(|(person, _)| person.as_str())
}

#[test]
fn a_queue_is_opened_once_with_each_member_once() {
    let ring = opened(Strategy::RoundRobin, &[member("anna", None)]);
    scenario()
        .when(Command::Open(ring.clone()))
        .then([ring.clone().into()]);
    scenario()
        .given([ring.clone().into()])
        .when(Command::Open(ring))
        .then_refused("QUEUE_EXISTS");
    let twice = opened(
        Strategy::ByHand,
        &[
            member("anna", None),
            member("bob", None),
            member("anna", Some(1)),
        ],
    );
    scenario()
        .when(Command::Open(twice))
        .then_invalid(["members[2].person"]);
}

#[test]
fn each_change_of_the_settings_is_a_version_and_the_same_again_is_none() {
    let changed = QueueSettings {
        name: "repairs".into(),
        ..Desk::default().settings
    };
    scenario()
        .given([trio(Strategy::ByHand)])
        .when(Command::Change(changed.clone()))
        .then([QueueChanged {
            version: 2,
            settings: changed.clone(),
        }
        .into()]);
    scenario()
        .given([trio(Strategy::ByHand)])
        .when(Command::Change(Desk::default().settings))
        .then_nothing();
    scenario()
        .when(Command::Change(changed.clone()))
        .then_refused("NOT_FOUND");
    // The tenant's own is there before anybody opened it.
    Scenario::<Queue>::new(QueueId::OF_TENANT)
        .when(Command::Change(changed.clone()))
        .then([QueueChanged {
            version: 1,
            settings: changed,
        }
        .into()]);
}

#[test]
fn a_member_says_for_oneself_whether_one_is_there_and_who_manages_for_others() {
    let away = |name: Option<&str>| Command::SetAvailability {
        person: name.map(person),
        available: false,
    };
    let gone = |name: &str| {
        let member = QueueMember {
            available: false,
            ..member(name, Some(9))
        };
        QueueEvent::from(QueueMemberSet { member })
    };
    let given = || scenario().given([trio(Strategy::ByHand)]);
    given().when(away(None)).then([gone("anna")]);
    given().when(away(Some("bob"))).then_refused("NOT_YOURS");
    given()
        .by_manager()
        .when(away(Some("bob")))
        .then([gone("bob")]);
    given()
        .by("zoe")
        .when(away(None))
        .then_refused("NOT_QUEUE_MEMBER");
    given()
        .given([gone("anna")])
        .when(away(None))
        .then_nothing();
}

#[test]
fn members_come_last_in_turn_and_go_without_upsetting_the_turn() {
    let desk = after([trio(Strategy::RoundRobin), taken("anna", true)]);
    assert_eq!(next(&desk), Some("bob"));
    let without = |name: &str| {
        let left = QueueMemberLeft {
            person: person(name),
        };
        Queue::evolve(desk.clone(), &left.into())
    };
    assert_eq!(next(&without("anna")), Some("bob"));
    assert_eq!(next(&without("bob")), Some("carl"));
    assert_eq!(next(&without("carl")), Some("bob"));
    let new = QueueMemberSet {
        member: member("dora", None),
    };
    let desk = Queue::evolve(desk, &new.into());
    let desk = Queue::evolve(desk, &taken("carl", true));
    assert_eq!(next(&desk), Some("dora"));
    scenario()
        .given([trio(Strategy::ByHand)])
        .when(Command::RemoveMember {
            person: person("zoe"),
        })
        .then_nothing();
    let crowd: Vec<QueueMember> = (0..MAX_MEMBERS)
        .map(|n| member(&format!("p{n}"), None))
        .collect();
    scenario()
        .given([opened(Strategy::ByHand, &crowd).into()])
        .when(Command::SetMember(member("zoe", None)))
        .then_refused("TOO_MANY_MEMBERS");
}

#[test]
fn the_least_loaded_has_it_next_and_equals_have_it_in_turn() {
    let least = || trio(Strategy::LeastLoaded);
    assert_eq!(next(&after([least()])), Some("anna"));
    assert_eq!(next(&after([least(), taken("anna", true)])), Some("bob"));
    let busy = [
        least(),
        taken("anna", false),
        taken("bob", false),
        taken("carl", false),
    ];
    let desk = after(busy.into_iter().chain([left("carl")]));
    assert_eq!(desk.next().unwrap(), (&person("carl"), Given::LeastLoaded));
    assert_eq!(next(&after([trio(Strategy::ByHand)])), None);
}

proptest! {
    /// Against a ring of names that is turned by hand.
    #[test]
    fn round_robin_is_the_next_of_the_ring_who_is_there_and_has_room(
        members in prop::collection::vec((prop::option::of(0_u16..4), any::<bool>()), 0..6),
        tickets in 0..25_usize,
    ) {
        let members: Vec<QueueMember> = members
            .into_iter()
            .enumerate()
            .map(|(n, (capacity, available))| QueueMember {
                available,
                ..member(&format!("p{n}"), capacity)
            })
            .collect();
        let mut desk = after([opened(Strategy::RoundRobin, &members).into()]);
        let mut ring: std::collections::VecDeque<QueueMember> = members.into();
        let mut has: BTreeMap<PersonId, u16> = BTreeMap::new();
        for _ in 0..tickets {
            let free = ring.iter().position(|m| {
                m.available && m.capacity.is_none_or(|most| has.get(&m.person).copied().unwrap_or(0) < most)
            });
            let wanted = free.map(|place| {
                ring.rotate_left(place + 1);
                ring.back().unwrap().person.clone()
            });
            let given = desk.next().map(|(person, _)| person.clone());
            prop_assert_eq!(&given, &wanted);
            let Some(given) = given else { break };
            *has.entry(given.clone()).or_default() += 1;
            desk = Queue::evolve(desk, &taken(given.as_str(), true));
        }
    }
}
