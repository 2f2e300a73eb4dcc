//! From a decision to an append: which streams, with which versions, events, timers and claims.

use guanxi_decider::{
    AnyState, Decider, Decision, DynDecider, DynEvent, Numbered, Refusal, UniqueKey,
};
use guanxi_eventlog::{Append, Claim, NewEvent, Receipt, StreamWrite, TimerChange};
use guanxi_events::{DomainEvent, EventId, Incarnation, StreamKey, StreamVersion};
use jiff::Timestamp;

use crate::{
    executor::Call,
    keys::KeyRing,
    states::{States, Versioned},
};

/// One aggregate as a decision sees it.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) key: StreamKey,
    pub(crate) version: StreamVersion,
    /// With what was overdue applied.
    pub(crate) state: AnyState,
    decider: DynDecider,
    /// Where the timer stands: what was due next before anything overdue happened.
    timer: Option<Timestamp>,
    overdue: Vec<(Timestamp, std::sync::Arc<dyn DynEvent>)>,
}

/// What a decision looks at.
#[derive(Debug)]
pub(crate) struct Surroundings {
    pub(crate) now: Timestamp,
    /// The life of the log in which the first of them was loaded; the others were loaded later.
    pub(crate) life: Incarnation,
    pub(crate) own: Loaded,
    pub(crate) others: Vec<Loaded>,
}

impl Loaded {
    fn new(
        decider: DynDecider,
        key: StreamKey,
        loaded: Versioned,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let timer = decider.timer(&loaded.state);
        let overdue = decider.overdue(loaded.state, now);
        if overdue.stuck {
            let category = &key.category;
            return Err(Refusal::internal(format!(
                "{category}: firing leaves it due"
            )));
        }
        let (state, version) = (overdue.state, loaded.version);
        Ok(Self {
            key,
            version,
            state,
            decider,
            timer,
            overdue: overdue.events,
        })
    }
}

impl Surroundings {
    pub(crate) fn new(
        decider: DynDecider,
        key: StreamKey,
        own: Versioned,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        Ok(Self {
            now,
            life: own.life,
            own: Loaded::new(decider, key, own, now)?,
            others: Vec::new(),
        })
    }

    pub(crate) fn read(
        &mut self,
        decider: DynDecider,
        key: StreamKey,
        state: Versioned,
    ) -> Result<(), Refusal> {
        if key != self.own.key && self.others.iter().all(|other| other.key != key) {
            self.others
                .push(Loaded::new(decider, key, state, self.now)?);
        }
        Ok(())
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Loaded> {
        std::iter::once(&self.own).chain(&self.others)
    }
}

/// An append, and what it will have done.
pub(crate) struct Plan {
    pub(crate) append: Append,
    pub(crate) effects: Effects,
}

/// What an append will have made of the states that this process remembers.
pub(crate) struct Effects {
    written: Vec<Written>,
    unique: Vec<UniqueKey>,
}

/// One stream that is written, and the state that it will have.
struct Written {
    decider: DynDecider,
    stream: StreamKey,
    before: StreamVersion,
    events: usize,
    bytes: usize,
    draws: usize,
    after: AnyState,
}

impl Plan {
    /// Of a decision.
    pub(crate) fn of<D: Decider>(
        call: &Call,
        surroundings: &Surroundings,
        decision: Decision<D::Event>,
        keys: &KeyRing,
    ) -> Result<Self, Refusal> {
        let occurred_at = decision.occurred_at.unwrap_or(surroundings.now);
        let mut plan = Self::empty(call);
        let own = decision
            .events
            .iter()
            .map(|(event, numbers)| (occurred_at, event as &dyn DynEvent, numbers.clone()));
        plan.write(call, &surroundings.own, own.collect())?;
        for other in &surroundings.others {
            let events: Vec<_> = decision
                .elsewhere
                .iter()
                .filter(|e| e.category == other.key.category && e.id == other.key.id)
                .map(|e| (occurred_at, e.event.as_ref(), Vec::new()))
                .collect();
            if events.is_empty() {
                plan.append.reads.push((other.key.clone(), other.version));
            } else {
                plan.write(call, other, events)?;
            }
        }
        for event in &decision.elsewhere {
            let read =
                |other: &Loaded| event.category == other.key.category && event.id == other.key.id;
            if !surroundings.others.iter().any(read) {
                let category = &event.category;
                return Err(Refusal::internal(format!(
                    "{category} is written but was not read"
                )));
            }
        }
        let owner = &surroundings.own.key;
        let service = D::Event::SERVICE;
        let claim = |unique: &UniqueKey| Claim {
            key: keys.claim(&call.tenant, service, unique),
            owner: owner.clone(),
        };
        plan.append.claims = decision.claims.iter().map(claim).collect();
        plan.append.releases = decision.releases.iter().map(claim).collect();
        plan.effects.unique = decision.claims;
        Ok(plan)
    }

    /// Of a timer: only what is overdue.
    pub(crate) fn waking(
        call: &Call,
        decider: DynDecider,
        key: &StreamKey,
        loaded: Versioned,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let mut plan = Self::empty(call);
        let expected = loaded.version;
        let loaded = match Loaded::new(decider, key.clone(), loaded, now) {
            Ok(loaded) => loaded,
            Err(refusal) => {
                // A refused firing still settles the timer: it must not come back for ever.
                tracing::error!(%refusal, stream = %key.category, "a timer is taken off");
                let (stream, events) = (key.clone(), Vec::new());
                let timer = TimerChange::Clear;
                plan.append.writes.push(StreamWrite {
                    stream,
                    expected,
                    events,
                    timer,
                });
                return Ok(plan);
            }
        };
        plan.write(call, &loaded, Vec::new())?;
        for written in &mut plan.append.writes {
            // Also when nothing was overdue any more: the timer is set right, whatever it said.
            written.timer = match decider.timer(&loaded.state) {
                Some(due) => TimerChange::Set(due),
                None => TimerChange::Clear,
            };
        }
        Ok(plan)
    }

    fn empty(call: &Call) -> Self {
        let append = Append {
            tenant: call.tenant.clone(),
            command_id: call.command_id,
            content_hash: call.content_hash,
            result: Vec::new(),
            writes: Vec::new(),
            reads: Vec::new(),
            claims: Vec::new(),
            releases: Vec::new(),
            deadline: Some(call.deadline),
        };
        Self {
            append,
            effects: Effects {
                written: Vec::new(),
                unique: Vec::new(),
            },
        }
    }

    /// Adds a stream: first what was overdue, then what was decided.
    fn write(
        &mut self,
        call: &Call,
        loaded: &Loaded,
        decided: Vec<(Timestamp, &dyn DynEvent, Vec<String>)>,
    ) -> Result<(), Refusal> {
        let meta = call.meta();
        let new = |at: Timestamp, event: &dyn DynEvent, numbers: Vec<String>| {
            let data = event
                .encode()
                .map_err(|error| Refusal::internal(error.to_string()))?;
            Ok::<_, Refusal>(NewEvent {
                id: EventId::new(),
                event_type: event.event_type(),
                occurred_at: at,
                data,
                meta: meta.clone(),
                numbers,
            })
        };
        let mut events = Vec::with_capacity(loaded.overdue.len() + decided.len());
        for (due, event) in &loaded.overdue {
            events.push(new(*due, event.as_ref(), Vec::new())?);
        }
        let happening: Vec<&dyn DynEvent> = decided.iter().map(|(_, event, _)| *event).collect();
        let after = loaded.decider.evolve(loaded.state.clone(), &happening);
        for (at, event, numbers) in decided {
            events.push(new(at, event, numbers)?);
        }
        let timer = match loaded.decider.timer(&after) {
            due if due == loaded.timer => TimerChange::Keep,
            Some(due) => TimerChange::Set(due),
            None => TimerChange::Clear,
        };
        self.effects.written.push(Written {
            decider: loaded.decider,
            stream: loaded.key.clone(),
            before: loaded.version,
            events: events.len(),
            bytes: events.iter().map(|event| event.data.len()).sum(),
            draws: events.iter().map(|event| event.numbers.len()).sum(),
            after,
        });
        let (stream, expected) = (loaded.key.clone(), loaded.version);
        self.append.writes.push(StreamWrite {
            stream,
            expected,
            events,
            timer,
        });
        Ok(())
    }
}

impl Effects {
    /// The aggregate's own version after it.
    pub(crate) fn version(&self) -> StreamVersion {
        self.written
            .first()
            .map_or(StreamVersion::NONE, |own| own.before.after(own.events))
    }

    /// The streams that are written, the aggregate's own first, also where nothing happens.
    pub(crate) fn streams(&self) -> impl Iterator<Item = &StreamKey> {
        self.written.iter().map(|written| &written.stream)
    }

    /// Whether that stream is one of them.
    pub(crate) fn touches(&self, stream: &StreamKey) -> bool {
        self.streams().any(|one| one == stream)
    }

    /// Whether nothing happens and the timer stays where it is.
    pub(crate) fn leaves_timer_at(&self, due: Timestamp) -> bool {
        self.written.iter().all(|written| {
            written.events == 0 && written.decider.timer(&written.after) == Some(due)
        }) && !self.written.is_empty()
    }

    /// Takes the new states into memory.
    pub(crate) fn remember(self, states: &States, receipt: &Receipt) {
        let mut dealt = receipt.numbers.iter();
        for written in self.written {
            let mut state = written.after;
            for (series, number) in dealt.by_ref().take(written.draws) {
                state = written.decider.numbered(
                    state,
                    Numbered {
                        series,
                        number: *number,
                    },
                );
            }
            let after = Versioned {
                state,
                version: written.before.after(written.events),
                life: receipt.incarnation,
            };
            states.advance(
                written.decider,
                &written.stream,
                written.before,
                after,
                written.bytes,
            );
        }
    }

    /// The refusal that a taken claim means.
    pub(crate) fn taken(&self, index: usize, holder: &StreamKey) -> Refusal {
        let kind = self.unique.get(index).map_or("key", |unique| unique.kind);
        let message = format!("{kind} is in use by {} {}", holder.category, holder.id);
        Refusal::already_exists("TAKEN", message)
            .figure("field", kind)
            .figure("holder", holder.id)
    }
}
