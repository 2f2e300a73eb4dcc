//! A whole loyalty service in memory, for tests: commands are run as the runtime runs them, with
//! everything that they read, what is overdue first, and all that is written in one append.

use std::{
    collections::{HashMap, hash_map::Entry},
    mem,
    sync::Arc,
};

use guanxi_decider::{
    Actor, AnyState, Context, Decider, Decision, DynDecider, DynEvent, Home, Refusal,
};
use guanxi_events::{
    Category, DomainEvent,
    customers::CustomerId,
    loyalty::{MemberId, PointsEvent, ProgramId},
};
use iso_currency::Currency;
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use uuid::Uuid;

use super::points::{Ledger, PointsAccount};

mod members;
mod till;

pub(crate) use members::{BATCH, enrolment, ladder, member_id, numbers};
pub(crate) use till::{ANNE, BEN, dec, earning, line, record, rules};

/// The program of every club.
pub(crate) const PROGRAM: ProgramId = ProgramId(Uuid::from_u128(1));
/// A customer whom the service knows.
pub(crate) const CUSTOMER: CustomerId = CustomerId(Uuid::from_u128(4));

/// The most events that a decision may have.
const MOST_EVENTS: usize = 1_000;

/// An aggregate.
type Key = (Category, Uuid);

/// What a command has read of an aggregate.
struct Read {
    decider: DynDecider,
    /// What had happened to it by then and is written with it.
    overdue: Vec<Arc<dyn DynEvent>>,
}

/// The service.
pub(crate) struct Club {
    states: HashMap<Key, AnyState>,
    claims: HashMap<(&'static str, String), Uuid>,
    /// The events of each account, in order.
    pub(crate) booked: HashMap<Uuid, Vec<PointsEvent>>,
    pub(crate) now: Timestamp,
    pub(crate) zone: TimeZone,
    /// Who asks.
    pub(crate) person: &'static str,
    /// When the next commands happened, if not now.
    pub(crate) dated: Option<Timestamp>,
    next: u128,
}

impl Club {
    /// Nothing has happened yet, on 1 January 2026 at noon UTC.
    fn empty() -> Self {
        Self {
            states: HashMap::new(),
            claims: HashMap::new(),
            booked: HashMap::new(),
            now: "2026-01-01T12:00:00Z".parse().unwrap(),
            zone: TimeZone::UTC,
            person: "mara",
            dated: None,
            next: 100_000,
        }
    }

    pub(crate) fn at(mut self, now: &str) -> Self {
        self.now = now.parse().unwrap();
        self
    }

    /// Noon of a day.
    pub(crate) fn noon(&mut self, day: Date) {
        let noon = day.at(12, 0, 0, 0).to_zoned(self.zone.clone());
        self.now = noon.unwrap().timestamp();
    }

    /// Time goes on; what is due by then happens to every account.
    pub(crate) fn wait(&mut self, days: i64) {
        self.now += (days * 24).hours();
        let keys = self.states.keys();
        let accounts = keys.filter(|(category, _)| *category == PointsEvent::CATEGORY);
        let accounts: Vec<_> = accounts.map(|(_, id)| MemberId(*id)).collect();
        for account in accounts {
            self.wake(account);
        }
    }

    /// The timer of a member's account fires.
    pub(crate) fn wake(&mut self, member: MemberId) {
        let decider = DynDecider::of::<PointsAccount>();
        let state: AnyState = Arc::new(self.ledger(member));
        let overdue = decider.overdue(state, self.now);
        assert!(!overdue.stuck);
        let events: Vec<_> = overdue.events.into_iter().map(|(_, event)| event).collect();
        self.write(decider, member.0, &events);
    }

    /// An id that nothing else has.
    pub(crate) fn id(&mut self) -> Uuid {
        self.next += 1;
        Uuid::from_u128(self.next)
    }

    pub(crate) fn state<D: Decider>(&self, id: impl Into<Uuid>) -> D::State {
        let state = self.states.get(&(D::Event::CATEGORY, id.into()));
        let state = state.and_then(|state| state.downcast_ref::<D::State>());
        state.cloned().unwrap_or_default()
    }

    pub(crate) fn ledger(&self, member: MemberId) -> Ledger {
        self.state::<PointsAccount>(member)
    }

    /// This has happened.
    pub(crate) fn happened<D: Decider>(&mut self, id: impl Into<Uuid>, event: impl Into<D::Event>) {
        self.write(DynDecider::of::<D>(), id.into(), &[Arc::new(event.into())]);
    }

    /// What surrounds a command to this aggregate, with nothing read.
    pub(crate) fn context(&self, id: impl Into<Uuid>) -> Context {
        let actor = Actor {
            person: self.person.parse().unwrap(),
            may_backdate: true,
            manages: true,
        };
        let home = Home {
            zone: self.zone.clone(),
            currency: Currency::EUR,
        };
        let tenant = "acme".parse().unwrap();
        let mut context = Context::new(tenant, id.into(), actor, self.now, home);
        context.requested_at = self.dated;
        context
    }

    /// Decides a command and writes what follows, all of it or nothing; the events of its own
    /// aggregate.
    pub(crate) fn run<D: Decider>(
        &mut self,
        id: impl Into<Uuid>,
        command: &D::Command,
    ) -> Result<Vec<D::Event>, Refusal> {
        let decision = self.ask::<D>(id, command)?;
        let events = decision.events.into_iter();
        Ok(events.map(|(event, _)| event).collect())
    }

    /// The same; the whole decision.
    pub(crate) fn ask<D: Decider>(
        &mut self,
        id: impl Into<Uuid>,
        command: &D::Command,
    ) -> Result<Decision<D::Event>, Refusal> {
        let id = id.into();
        let mut read = HashMap::new();
        let own = self.load(DynDecider::of::<D>(), id, &mut read);
        let own = Arc::unwrap_or_clone(own.downcast::<D::State>().unwrap());
        let mut context = self.context(id);
        for (decider, other) in D::reads(&own, command).by(id) {
            let state = self.load(decider, other, &mut read);
            context.add_if_absent(decider.category(), other, state);
        }
        for (decider, other) in D::reads_further(&own, command, &context).by(id) {
            let state = self.load(decider, other, &mut read);
            context.add_if_absent(decider.category(), other, state);
        }
        let decision = D::decide(&own, command, &context)?;
        self.claim(id, &decision)?;
        let own = decision.events.iter().map(|(event, _)| {
            let event: Arc<dyn DynEvent> = Arc::new(event.clone());
            ((D::Event::CATEGORY, id), event)
        });
        let others = decision.elsewhere.iter();
        let others = others.map(|other| ((other.category.clone(), other.id), other.event.clone()));
        let writes: Vec<_> = own.chain(others).collect();
        assert!(writes.len() <= MOST_EVENTS, "a decision has so many events");
        for (key, event) in writes {
            let Some(read) = read.get_mut(&key) else {
                panic!("{} is written but was not read", key.0)
            };
            let (decider, overdue) = (read.decider, mem::take(&mut read.overdue));
            self.write(decider, key.1, &overdue);
            self.write(decider, key.1, &[event]);
        }
        Ok(decision)
    }

    /// The state as it is when all that is overdue has happened.
    fn load(&self, decider: DynDecider, id: Uuid, read: &mut HashMap<Key, Read>) -> AnyState {
        let key = (decider.category(), id);
        let state = self.states.get(&key).cloned();
        let due = decider.overdue(state.unwrap_or_else(|| decider.initial()), self.now);
        let overdue = due.events.into_iter().map(|(_, event)| event).collect();
        read.insert(key, Read { decider, overdue });
        due.state
    }

    fn write(&mut self, decider: DynDecider, id: Uuid, events: &[Arc<dyn DynEvent>]) {
        let key = (decider.category(), id);
        let before = self.states.remove(&key);
        let before = before.unwrap_or_else(|| decider.initial());
        let refs: Vec<&dyn DynEvent> = events.iter().map(AsRef::as_ref).collect();
        self.states.insert(key, decider.evolve(before, &refs));
        for event in events {
            if let Some(event) = event.as_any().downcast_ref::<PointsEvent>() {
                self.booked.entry(id).or_default().push(event.clone());
            }
        }
    }

    fn claim<E>(&mut self, id: Uuid, decision: &Decision<E>) -> Result<(), Refusal> {
        for key in &decision.claims {
            match self.claims.entry((key.kind, key.value.clone())) {
                Entry::Occupied(holder) if *holder.get() != id => {
                    return Err(Refusal::already_exists("TAKEN", key.kind));
                }
                Entry::Occupied(_) => {}
                Entry::Vacant(free) => {
                    free.insert(id);
                }
            }
        }
        for key in &decision.releases {
            self.claims.remove(&(key.kind, key.value.clone()));
        }
        Ok(())
    }
}
