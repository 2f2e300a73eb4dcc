//! The trait that an aggregate implements.

use guanxi_events::DomainEvent;
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{Context, Decision, DynDecider, Refusal};

/// One kind of aggregate as two pure functions. Everything else (loading, caching, appending,
/// retrying on conflict, timers, snapshots, idempotency) is the runtime's.
pub trait Decider: Sized + Send + Sync + 'static {
    /// What a decision needs to know; the default value is "does not exist". It is also the
    /// snapshot, so it must survive a round trip through JSON.
    type State: Default + Clone + std::fmt::Debug + Serialize + DeserializeOwned + Send + Sync;
    /// What can be asked of it.
    type Command: Send + Sync;
    /// What can happen to it.
    type Event: DomainEvent;

    /// The version of `State`'s shape: raise it with every change, and old snapshots are ignored.
    const SNAPSHOT: u16;

    /// The other aggregates of this service that `decide` looks at. Their versions are checked in
    /// the same append, so that none of them can change underneath the decision.
    fn reads(_state: &Self::State, _command: &Self::Command) -> Reads {
        Reads::none()
    }

    /// What else it looks at, by what [`Decider::reads`] named and `context` holds: the account of
    /// the customer of an order. Asked once.
    fn reads_further(_state: &Self::State, _command: &Self::Command, _context: &Context) -> Reads {
        Reads::none()
    }

    /// What follows from the command, or why nothing may. An empty decision is "nothing to do".
    ///
    /// # Errors
    /// The rule that refuses, with its figures.
    fn decide(
        state: &Self::State,
        command: &Self::Command,
        context: &Context,
    ) -> Result<Decision<Self::Event>, Refusal>;

    /// The state after the event. Total: whatever the log holds must be foldable.
    fn evolve(state: Self::State, event: &Self::Event) -> Self::State;

    /// Takes a number that the log dealt to the event just folded (`CU` → 123).
    fn numbered(state: Self::State, _number: Numbered<'_>) -> Self::State {
        state
    }

    /// The next instant at which something happens by itself. The runtime keeps the aggregate's
    /// timer at it, and lets what is overdue happen before any command is decided.
    fn due(_state: &Self::State) -> Option<Timestamp> {
        None
    }

    /// Since when work waits that needs more than this aggregate: a job's next items. The runtime
    /// hands the aggregate to its job runner until nothing waits any more.
    fn waiting(_state: &Self::State) -> Option<Timestamp> {
        None
    }

    /// What happens at `due` (the instant that [`Decider::due`] named, however late it is now).
    /// After these events `due` must be later or none.
    fn fire(_state: &Self::State, _due: Timestamp) -> Vec<Self::Event> {
        Vec::new()
    }
}

/// A number from a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbered<'a> {
    /// `CU`, `QT-2026`.
    pub series: &'a str,
    /// 1, 2, 3 … per tenant, without a gap.
    pub number: i64,
}

/// The other aggregates that a decision reads.
#[derive(Debug, Default)]
pub struct Reads(Vec<(DynDecider, Option<Uuid>)>);

impl Reads {
    /// Nothing but the aggregate itself.
    pub fn none() -> Self {
        Self::default()
    }

    /// And this one.
    #[must_use]
    pub fn and<D: Decider>(mut self, id: impl Into<Uuid>) -> Self {
        self.0.push((DynDecider::of::<D>(), Some(id.into())));
        self
    }

    /// And the one of another kind that has the same id: a customer's copy beside its account.
    #[must_use]
    pub fn and_namesake<D: Decider>(mut self) -> Self {
        self.0.push((DynDecider::of::<D>(), None));
        self
    }

    /// And this one, when there is one.
    #[must_use]
    pub fn and_if<D: Decider>(self, id: Option<impl Into<Uuid>>) -> Self {
        match id {
            Some(id) => self.and::<D>(id),
            None => self,
        }
    }

    /// What was asked for, in order, by the aggregate of this id.
    pub fn by(&self, own: Uuid) -> impl Iterator<Item = (DynDecider, Uuid)> + '_ {
        let named = self.0.iter();
        named.map(move |(decider, id)| (*decider, id.unwrap_or(own)))
    }
}
