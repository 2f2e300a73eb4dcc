//! A few tickets and queues in memory, commanded as the runtime commands them.

use std::{collections::BTreeMap, sync::Arc};

use guanxi_decider::{Actor, AnyState, Context, Decider, Home, Refusal};
use guanxi_events::{
    Category, DomainEvent, PersonId,
    customers::CustomerId,
    service::{
        CalendarEvent, Channel, CustomerCopyEvent, MessageId, Priority, QueueEvent, QueueId,
        QueueMember, QueueOpened, QueueSettings, SlaPolicyEvent, Strategy, TicketDetails,
        TicketEvent, TicketId, TicketKind, ticket::PendingFor,
    },
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use uuid::Uuid;

use super::super::{Command, Open, Say, Speaker, Status, Ticket, Work};
use crate::domain::{
    customer_copy::CustomerCopy,
    queue::{Desk, Queue},
};

pub(super) const T1: TicketId = TicketId(Uuid::from_u128(1));
pub(super) const T2: TicketId = TicketId(Uuid::from_u128(2));
pub(super) const T3: TicketId = TicketId(Uuid::from_u128(3));
/// By hand, everybody's.
pub(super) const DESK: QueueId = QueueId(Uuid::from_u128(11));
/// In turn to anna, bob and carl, at most two each.
pub(super) const RING: QueueId = QueueId(Uuid::from_u128(12));
pub(super) const CUSTOMER: CustomerId = CustomerId(Uuid::from_u128(21));

#[derive(Clone)]
pub(super) struct World {
    pub tickets: BTreeMap<TicketId, Work>,
    pub queues: BTreeMap<QueueId, Desk>,
    pub now: Timestamp,
    pub dated: Option<Timestamp>,
    pub actor: Actor,
    pub zone: TimeZone,
    /// All that happened to tickets, in order.
    pub told: Vec<(TicketId, TicketEvent)>,
}

impl World {
    /// Monday, 2026-03-02 at nine.
    pub(super) fn new() -> Self {
        let mut world = Self {
            tickets: BTreeMap::new(),
            queues: BTreeMap::new(),
            now: at("2026-03-02T09:00:00Z"),
            dated: None,
            actor: Actor {
                person: person("anna"),
                may_backdate: false,
                manages: false,
            },
            zone: TimeZone::UTC,
            told: Vec::new(),
        };
        world.queue(DESK, settings(Strategy::ByHand), Vec::new());
        let members = ["anna", "bob", "carl"].map(|name| QueueMember {
            person: person(name),
            capacity: Some(2),
            available: true,
        });
        world.queue(RING, settings(Strategy::RoundRobin), members.to_vec());
        world
    }

    pub(super) fn queue(
        &mut self,
        id: QueueId,
        settings: QueueSettings,
        members: Vec<QueueMember>,
    ) {
        self.queue_event(id, QueueOpened { settings, members });
    }

    pub(super) fn queue_event(&mut self, id: QueueId, event: impl Into<QueueEvent>) {
        let desk = self.queues.remove(&id).unwrap_or_default();
        self.queues.insert(id, Queue::evolve(desk, &event.into()));
    }

    pub(super) fn by_importer(mut self) -> Self {
        self.actor.may_backdate = true;
        self
    }

    pub(super) fn later(&mut self, hours: i64) -> &mut Self {
        self.now += SignedDuration::from_hours(hours);
        self
    }

    /// The next command is dated so.
    pub(super) fn dated(&mut self, when: &str) -> &mut Self {
        self.dated = Some(at(when));
        self
    }

    pub(super) fn work(&self, id: TicketId) -> &Work {
        &self.tickets[&id]
    }

    pub(super) fn status(&self, id: TicketId) -> Status {
        self.work(id).status
    }

    pub(super) fn load(&self, id: QueueId, name: &str) -> u32 {
        self.queues[&id].load_of(&person(name))
    }

    /// A ticket that exists, as it is with what was overdue.
    fn overdue(&self, id: TicketId) -> (Option<Work>, Vec<TicketEvent>) {
        let mut state = self.tickets.get(&id).cloned();
        let mut fired = Vec::new();
        while let Some(due) = Ticket::due(&state).filter(|due| *due <= self.now) {
            let events = Ticket::fire(&state, due);
            assert!(!events.is_empty(), "nothing fires at {due}");
            state = events.iter().fold(state, Ticket::evolve);
            fired.extend(events);
        }
        (state, fired)
    }

    /// The clock strikes: what is due happens.
    pub(super) fn wake(&mut self, id: TicketId) -> Vec<TicketEvent> {
        let (_, fired) = self.overdue(id);
        for event in &fired {
            self.happen(id, event);
        }
        fired
    }

    fn happen(&mut self, id: TicketId, event: &TicketEvent) {
        let state = self.tickets.remove(&id);
        if let Some(work) = Ticket::evolve(state, event) {
            self.tickets.insert(id, work);
        }
        self.told.push((id, event.clone()));
    }

    fn state_of(&self, category: &Category, id: Uuid) -> Option<AnyState> {
        if *category == QueueEvent::CATEGORY {
            let desk = self.queues.get(&QueueId(id))?;
            Some(Arc::new(desk.clone()))
        } else if *category == TicketEvent::CATEGORY {
            let (state, _) = self.overdue(TicketId(id));
            Some(Arc::new(state))
        } else if [SlaPolicyEvent::CATEGORY, CalendarEvent::CATEGORY].contains(category) {
            // No policy is for anything here.
            None
        } else {
            assert_eq!(*category, CustomerCopyEvent::CATEGORY);
            let known = (id == CUSTOMER.0).then(Default::default);
            let copy: <CustomerCopy as Decider>::State = known;
            Some(Arc::new(copy))
        }
    }

    /// What follows of the ticket, which has then happened; a refusal leaves nothing behind.
    pub(super) fn ask(
        &mut self,
        id: TicketId,
        command: Command,
    ) -> Result<Vec<TicketEvent>, Refusal> {
        let (state, fired) = self.overdue(id);
        let tenant = "acme".parse().unwrap();
        let home = Home {
            zone: self.zone.clone(),
            ..Home::default()
        };
        let mut context = Context::new(tenant, id.0, self.actor.clone(), self.now, home);
        context.requested_at = self.dated.take();
        let mut read = Vec::new();
        for (decider, other) in Ticket::reads(&state, &command).by(id.0) {
            let category = decider.category();
            let known = self.state_of(&category, other);
            context.add(category.clone(), other, known.unwrap_or(decider.initial()));
            read.push((category, other));
        }
        let decision = Ticket::decide(&state, &command, &context)?;
        for event in &fired {
            self.happen(id, event);
        }
        let events: Vec<TicketEvent> = decision.events.into_iter().map(|(e, _)| e).collect();
        for event in &events {
            self.happen(id, event);
        }
        for other in decision.elsewhere {
            assert!(
                read.contains(&(other.category.clone(), other.id)),
                "{} is written but was not read",
                other.category
            );
            let event = other.event.as_any();
            if let Some(event) = event.downcast_ref::<QueueEvent>() {
                self.queue_event(QueueId(other.id), event.clone());
            } else if let Some(event) = event.downcast_ref::<TicketEvent>() {
                self.happen(TicketId(other.id), event);
            } else {
                panic!("{} is written", other.category);
            }
        }
        Ok(events)
    }

    #[track_caller]
    pub(super) fn done(&mut self, id: TicketId, command: Command) -> Vec<TicketEvent> {
        match self.ask(id, command) {
            Ok(events) => events,
            Err(refusal) => panic!("refused: {refusal}"),
        }
    }

    #[track_caller]
    pub(super) fn refused(&mut self, id: TicketId, command: Command, code: &str) -> Refusal {
        match self.ask(id, command) {
            Ok(events) => panic!("wanted {code}, got {events:?}"),
            Err(refusal) => {
                assert_eq!(refusal.code, code, "{refusal}");
                refusal
            }
        }
    }

    /// A new ticket by hand, of nobody.
    pub(super) fn opened(mut self, id: TicketId) -> Self {
        self.done(id, open(DESK));
        self
    }

    #[track_caller]
    pub(super) fn after(mut self, id: TicketId, command: Command) -> Self {
        self.done(id, command);
        self
    }
}

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(super) fn person(name: &str) -> PersonId {
    name.parse().unwrap()
}

/// Reopened within 7 days, never closed by itself.
pub(super) fn settings(strategy: Strategy) -> QueueSettings {
    QueueSettings {
        name: "support".into(),
        strategy,
        reopen_days: 7,
        close_days: None,
        rating: None,
        escalation: Vec::new(),
    }
}

pub(super) fn details(subject: &str) -> TicketDetails {
    TicketDetails {
        kind: TicketKind::Question,
        channel: Channel::Email,
        subject: subject.to_owned(),
        category: None,
        customer: None,
        contact: None,
        order: None,
    }
}

pub(super) fn opening(queue: QueueId) -> Open {
    Open {
        details: details("no heat"),
        priority: Priority::Medium,
        queue,
        assignee: None,
        text: None,
        attachments: Vec::new(),
        follow_up_of: None,
        replay: false,
    }
}

pub(super) fn open(queue: QueueId) -> Command {
    Command::Open(Box::new(opening(queue)))
}

pub(super) fn say(speaker: Speaker) -> Box<Say> {
    Box::new(Say {
        message: MessageId(Uuid::from_u128(77)),
        speaker,
        channel: None,
        text: "it is on its way".into(),
        template: None,
        attachments: Vec::new(),
    })
}

pub(super) fn agent_says() -> Command {
    Command::Reply(say(Speaker::Agent))
}

pub(super) fn customer_says() -> Command {
    Command::Reply(say(Speaker::Customer(None)))
}

pub(super) fn assign(name: &str) -> Command {
    Command::Assign {
        to: Some(person(name)),
    }
}

pub(super) fn wait(pending: PendingFor, until: Option<Timestamp>) -> Command {
    Command::Wait {
        pending,
        until,
        reason: None,
    }
}

pub(super) fn resolve() -> Command {
    Command::Resolve { text: None }
}

pub(super) fn reopen() -> Command {
    Command::Reopen { reason: None }
}

pub(super) fn transfer(queue: QueueId) -> Command {
    Command::Transfer {
        queue,
        to: None,
        reason: None,
    }
}
