//! A log in memory that appends as the real one does: versions that were written or read must not
//! have moved. Every event goes through its JSON form, and every state through its snapshot.

use std::{collections::HashMap, sync::Arc};

use guanxi_customers::domain::{ClaimQuota, Contact, Customer, FollowUp, Interaction, Pool};
use guanxi_decider::{Actor, AnyState, Context, Decider, Decision, DynDecider, Home, Refusal};
use guanxi_events::{
    Category, CommandId, DomainEvent, EventId, EventType, Meta, PersonId, Position, Recorded,
    StreamKey, StreamVersion, TenantId,
};
use jiff::{Timestamp, tz::TimeZone};
use uuid::Uuid;

/// A stream's key within the one tenant of a world.
pub type Key = (Category, Uuid);

pub struct World {
    pub now: Timestamp,
    pub zone: TimeZone,
    streams: HashMap<Key, Stream>,
}

#[derive(Clone)]
struct Stream {
    /// Taken through a snapshot after every event.
    state: AnyState,
    /// Never taken through one.
    unbroken: AnyState,
    version: usize,
}

/// A decision that has not been appended yet.
pub struct Undecided<D: Decider> {
    id: Uuid,
    seen: Vec<(Key, usize)>,
    /// When it was decided.
    pub at: Timestamp,
    pub result: Result<Decision<D::Event>, Refusal>,
}

/// Something that the decision looked at has moved.
#[derive(Debug, PartialEq, Eq)]
pub struct Moved;

pub fn decider_of(category: &Category) -> DynDecider {
    [
        DynDecider::of::<Customer>(),
        DynDecider::of::<Contact>(),
        DynDecider::of::<Interaction>(),
        DynDecider::of::<FollowUp>(),
        DynDecider::of::<Pool>(),
        DynDecider::of::<ClaimQuota>(),
    ]
    .into_iter()
    .find(|decider| decider.category() == *category)
    .expect("a known category")
}

fn tenant() -> TenantId {
    "acme".parse().unwrap()
}

impl World {
    pub fn new(now: Timestamp, zone: TimeZone) -> Self {
        Self {
            now,
            zone,
            streams: HashMap::new(),
        }
    }

    pub fn state<D: Decider>(&self, id: impl Into<Uuid>) -> Arc<D::State> {
        let stream = self.stream(&(D::Event::CATEGORY, id.into()));
        stream.state.downcast::<D::State>().unwrap()
    }

    fn stream(&self, key: &Key) -> Stream {
        let new = || Stream {
            state: decider_of(&key.0).initial(),
            unbroken: decider_of(&key.0).initial(),
            version: 0,
        };
        self.streams.get(key).cloned().unwrap_or_else(new)
    }

    /// Decides, and appends nothing.
    pub fn decide<D: Decider>(
        &self,
        who: &PersonId,
        manages: bool,
        id: impl Into<Uuid>,
        command: &D::Command,
    ) -> Undecided<D> {
        let id = id.into();
        let own = (D::Event::CATEGORY, id);
        let state = self.state::<D>(id);
        let actor = Actor {
            person: who.clone(),
            may_backdate: false,
            manages,
        };
        let home = Home {
            zone: self.zone.clone(),
            ..Home::default()
        };
        let mut context = Context::new(tenant(), id, actor, self.now, home);
        let mut seen = vec![(own.clone(), self.stream(&own).version)];
        for (decider, id) in D::reads(&state, command).by(id) {
            let key = (decider.category(), id);
            let stream = self.stream(&key);
            context.add(key.0.clone(), key.1, stream.state);
            seen.push((key, stream.version));
        }
        let result = D::decide(&state, command, &context);
        Undecided {
            id,
            seen,
            at: self.now,
            result,
        }
    }

    /// Appends what was decided, unless something it looked at has moved.
    pub fn append<D: Decider>(&mut self, undecided: &Undecided<D>) -> Result<(), Moved> {
        let Ok(decision) = &undecided.result else {
            return Ok(());
        };
        if undecided
            .seen
            .iter()
            .any(|(key, version)| self.stream(key).version != *version)
        {
            return Err(Moved);
        }
        for (event, _) in &decision.events {
            let key = (D::Event::CATEGORY, undecided.id);
            self.happens(&key, event.event_type(), event.encode().unwrap());
        }
        for other in &decision.elsewhere {
            let key = (other.category.clone(), other.id);
            let read = undecided.seen.iter().any(|(seen, _)| *seen == key);
            assert!(read, "{key:?} is written but was not read");
            self.happens(
                &key,
                other.event.event_type(),
                other.event.encode().unwrap(),
            );
        }
        Ok(())
    }

    /// Decides and appends at once.
    pub fn run<D: Decider>(
        &mut self,
        who: &PersonId,
        manages: bool,
        id: impl Into<Uuid>,
        command: &D::Command,
    ) -> Result<Decision<D::Event>, Refusal> {
        let decided = self.decide::<D>(who, manages, id, command);
        self.append(&decided).expect("nothing moved in between");
        decided.result
    }

    fn happens(&mut self, key: &Key, event_type: EventType, data: Vec<u8>) {
        let decider = decider_of(&key.0);
        let mut stream = self.stream(key);
        let recorded = [self.recorded(key, stream.version, event_type, data)];
        let folded = decider.fold(stream.state, &recorded).unwrap();
        let snapshot = decider.to_snapshot(&folded).unwrap();
        stream.state = decider.from_snapshot(&snapshot).unwrap();
        stream.unbroken = decider.fold(stream.unbroken, &recorded).unwrap();
        assert_eq!(
            snapshot,
            decider.to_snapshot(&stream.unbroken).unwrap(),
            "a state that went through snapshots is the one that did not"
        );
        stream.version += 1;
        self.streams.insert(key.clone(), stream);
    }

    fn recorded(
        &self,
        key: &Key,
        version: usize,
        event_type: EventType,
        data: Vec<u8>,
    ) -> Recorded {
        let command = CommandId::new();
        Recorded {
            position: Position::START,
            stream: StreamKey {
                tenant: tenant(),
                category: key.0.clone(),
                id: key.1,
            },
            version: StreamVersion::NONE.after(version + 1),
            id: EventId::new(),
            event_type,
            occurred_at: self.now,
            recorded_at: self.now,
            data,
            meta: Meta::of_command("anna".parse().unwrap(), command),
            numbers: Default::default(),
        }
    }
}
