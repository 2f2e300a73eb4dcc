//! Deciders and events with their types taken away, so that one cache and one executor serve all.

use std::{any::Any, fmt, sync::Arc};

use guanxi_events::{Category, DecodeError, DomainEvent, EventType, Recorded};
use jiff::Timestamp;

use crate::{Decider, Numbered};

/// The state of some aggregate.
pub type AnyState = Arc<dyn Any + Send + Sync>;

/// The functions of one decider that the runtime needs without knowing its types.
#[derive(Clone, Copy)]
pub struct DynDecider {
    category: fn() -> Category,
    snapshot_shape: u16,
    initial: fn() -> AnyState,
    fold: fn(AnyState, &[Recorded]) -> Result<AnyState, DecodeError>,
    evolve: fn(AnyState, &[&dyn DynEvent]) -> AnyState,
    numbered: fn(AnyState, Numbered<'_>) -> AnyState,
    to_snapshot: fn(&AnyState) -> Option<Vec<u8>>,
    from_snapshot: fn(&[u8]) -> Option<AnyState>,
    timer: fn(&AnyState) -> Option<Timestamp>,
    overdue: fn(AnyState, Timestamp) -> Overdue,
}

/// What had been due by some instant and had not fired yet.
#[derive(Debug, Clone)]
pub struct Overdue {
    /// The state with all of it applied.
    pub state: AnyState,
    /// The events, each with the instant at which it was due.
    pub events: Vec<(Timestamp, Arc<dyn DynEvent>)>,
    /// Firing did not move the due instant on: a defect of the decider, which must not loop.
    pub stuck: bool,
}

impl fmt::Debug for DynDecider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "decider of {}", (self.category)())
    }
}

impl DynDecider {
    /// The functions of `D`.
    pub fn of<D: Decider>() -> Self {
        Self {
            category: || D::Event::CATEGORY,
            snapshot_shape: D::SNAPSHOT,
            initial: || Arc::new(D::State::default()),
            fold: |state, events| {
                // The clone happens once a batch, and not at all when nobody else holds the state.
                let mut state = Arc::unwrap_or_clone(own_state::<D>(state));
                for recorded in events {
                    state = fold_one::<D>(state, recorded)?;
                }
                Ok(Arc::new(state))
            },
            evolve: |state, events| {
                let mut state = Arc::unwrap_or_clone(own_state::<D>(state));
                for event in events {
                    if let Some(event) = event.as_any().downcast_ref::<D::Event>() {
                        state = D::evolve(state, event);
                    }
                }
                Arc::new(state)
            },
            numbered: |state, number| {
                let state = Arc::unwrap_or_clone(own_state::<D>(state));
                Arc::new(D::numbered(state, number))
            },
            to_snapshot: |state| serde_json::to_vec(state.downcast_ref::<D::State>()?).ok(),
            from_snapshot: |bytes| {
                let state: D::State = serde_json::from_slice(bytes).ok()?;
                Some(Arc::new(state))
            },
            overdue: fire_overdue::<D>,
            timer: |state| {
                let state = state.downcast_ref::<D::State>()?;
                match (D::due(state), D::waiting(state)) {
                    (Some(due), Some(since)) => Some(due.min(since)),
                    (due, since) => due.or(since),
                }
            },
        }
    }

    /// The kind of aggregate.
    pub fn category(self) -> Category {
        (self.category)()
    }

    /// [`Decider::SNAPSHOT`].
    pub fn snapshot_shape(self) -> u16 {
        self.snapshot_shape
    }

    /// "Does not exist".
    pub fn initial(self) -> AnyState {
        (self.initial)()
    }

    /// The state after `events`.
    ///
    /// # Errors
    /// An event that this release cannot read.
    pub fn fold(self, state: AnyState, events: &[Recorded]) -> Result<AnyState, DecodeError> {
        (self.fold)(state, events)
    }

    /// The state after events that have no position yet; those of other aggregates are passed over.
    pub fn evolve(self, state: AnyState, events: &[&dyn DynEvent]) -> AnyState {
        (self.evolve)(state, events)
    }

    /// [`Decider::numbered`].
    pub fn numbered(self, state: AnyState, number: Numbered<'_>) -> AnyState {
        (self.numbered)(state, number)
    }

    /// The state as a snapshot.
    pub fn to_snapshot(self, state: &AnyState) -> Option<Vec<u8>> {
        (self.to_snapshot)(state)
    }

    /// The state of a snapshot; none when it does not fit.
    pub fn from_snapshot(self, bytes: &[u8]) -> Option<AnyState> {
        (self.from_snapshot)(bytes)
    }

    /// Lets everything happen that is due by `now`.
    pub fn overdue(self, state: AnyState, now: Timestamp) -> Overdue {
        (self.overdue)(state, now)
    }

    /// Where the aggregate's one timer belongs: at what is due next, or since when work waits.
    pub fn timer(self, state: &AnyState) -> Option<Timestamp> {
        (self.timer)(state)
    }
}

/// One category has one decider, so a state of another type cannot come here.
fn own_state<D: Decider>(state: AnyState) -> Arc<D::State> {
    state.downcast::<D::State>().unwrap_or_default()
}

fn fire_overdue<D: Decider>(state: AnyState, now: Timestamp) -> Overdue {
    let mut overdue = Overdue {
        state,
        events: Vec::new(),
        stuck: false,
    };
    loop {
        let Some(state) = overdue.state.downcast_ref::<D::State>() else {
            return overdue;
        };
        let Some(due) = D::due(state).filter(|due| *due <= now) else {
            return overdue;
        };
        let fired = D::fire(state, due);
        let next = fired.iter().fold(state.clone(), D::evolve);
        if D::due(&next).is_some_and(|next| next <= due) || fired.is_empty() {
            overdue.stuck = true;
            return overdue;
        }
        overdue.state = Arc::new(next);
        let events = fired
            .into_iter()
            .map(|event| (due, Arc::new(event) as Arc<dyn DynEvent>));
        overdue.events.extend(events);
    }
}

fn fold_one<D: Decider>(state: D::State, recorded: &Recorded) -> Result<D::State, DecodeError> {
    let event = D::Event::decode(&recorded.event_type, &recorded.data)?;
    let state = D::evolve(state, &event);
    Ok(recorded
        .numbers
        .iter()
        .fold(state, |state, (series, number)| {
            D::numbered(
                state,
                Numbered {
                    series,
                    number: *number,
                },
            )
        }))
}

/// An event of some aggregate, for decisions that write to more than one.
pub trait DynEvent: fmt::Debug + Send + Sync {
    /// The kind of aggregate.
    fn category(&self) -> Category;
    /// Type and version.
    fn event_type(&self) -> EventType;
    /// The data as JSON text.
    ///
    /// # Errors
    /// When a value has no JSON form.
    fn encode(&self) -> Result<Vec<u8>, serde_json::Error>;
    /// For tests, which compare typed events.
    fn as_any(&self) -> &dyn Any;
}

impl<E: DomainEvent> DynEvent for E {
    fn category(&self) -> Category {
        E::CATEGORY
    }

    fn event_type(&self) -> EventType {
        DomainEvent::event_type(self)
    }

    fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
        DomainEvent::encode(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
