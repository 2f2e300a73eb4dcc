//! Given / when / then: how a decider's rules are written down as tests.
//!
//! ```ignore
//! Scenario::<Pool>::new(id)
//!     .at("2026-03-01T09:00:00Z")
//!     .given([opened()])
//!     .reading::<Customer>(customer, [registered()])
//!     .when(claim())
//!     .then([claimed()]);
//! ```

use std::any::TypeId;

use guanxi_events::DomainEvent;
use jiff::tz::TimeZone;
use uuid::Uuid;

use crate::{Actor, AnyState, Context, Decider, Decision, Home, Refusal, RefusalKind};

/// What is given.
pub struct Scenario<D: Decider> {
    state: D::State,
    context: Context,
}

/// What came of it.
pub struct Outcome<D: Decider> {
    /// The state with what was overdue already applied.
    pub state: D::State,
    /// What overdue consequences happened before the command.
    pub overdue: Vec<D::Event>,
    /// What was decided.
    pub result: Result<Decision<D::Event>, Refusal>,
}

impl<D: Decider> Scenario<D> {
    /// An aggregate that does not exist yet, an agent `anna` of tenant `acme`, which counts in EUR
    /// and in UTC, on 2026-01-15 at noon.
    #[allow(clippy::unwrap_used, reason = "constants of a test kit")]
    pub fn new(id: impl Into<Uuid>) -> Self {
        let actor = Actor {
            person: "anna".parse().unwrap(),
            may_backdate: false,
            manages: false,
        };
        let now = "2026-01-15T12:00:00Z".parse().unwrap();
        let context = Context::new(
            "acme".parse().unwrap(),
            id.into(),
            actor,
            now,
            Home::default(),
        );
        Self {
            state: D::State::default(),
            context,
        }
    }

    /// At this instant.
    #[allow(clippy::unwrap_used, reason = "a test kit")]
    #[must_use]
    pub fn at(mut self, now: &str) -> Self {
        self.context.now = now.parse().unwrap();
        self
    }

    /// The caller says that it happened at this instant.
    #[allow(clippy::unwrap_used, reason = "a test kit")]
    #[must_use]
    pub fn dated(mut self, at: &str) -> Self {
        self.context.requested_at = Some(at.parse().unwrap());
        self
    }

    /// In this time zone.
    #[must_use]
    pub fn in_zone(mut self, zone: TimeZone) -> Self {
        self.context.zone = zone;
        self
    }

    /// Asked by this person.
    #[allow(clippy::unwrap_used, reason = "a test kit")]
    #[must_use]
    pub fn by(mut self, person: &str) -> Self {
        self.context.actor.person = person.parse().unwrap();
        self
    }

    /// Asked by someone who may act on what others own.
    #[must_use]
    pub fn by_manager(mut self) -> Self {
        self.context.actor.manages = true;
        self
    }

    /// Asked by the importer.
    #[must_use]
    pub fn by_importer(mut self) -> Self {
        self.context.actor.may_backdate = true;
        self
    }

    /// This has happened to the aggregate.
    #[must_use]
    pub fn given(mut self, events: impl IntoIterator<Item = D::Event>) -> Self {
        self.state = events
            .into_iter()
            .fold(self.state, |state, event| D::evolve(state, &event));
        self
    }

    /// This has happened to another aggregate, which the command reads.
    #[must_use]
    pub fn reading<O: Decider>(
        mut self,
        id: impl Into<Uuid>,
        events: impl IntoIterator<Item = O::Event>,
    ) -> Self {
        let state = events
            .into_iter()
            .fold(O::State::default(), |state, event| O::evolve(state, &event));
        self.context.add(
            O::Event::CATEGORY,
            id.into(),
            std::sync::Arc::new(state) as AnyState,
        );
        self
    }

    /// The command is asked, after what is overdue has happened, as the runtime does it.
    #[must_use]
    pub fn when(self, command: D::Command) -> Outcome<D> {
        let Self {
            mut state,
            mut context,
        } = self;
        let mut overdue = Vec::new();
        while let Some(due) = D::due(&state).filter(|due| *due <= context.now) {
            let fired = D::fire(&state, due);
            assert!(
                !fired.is_empty(),
                "nothing fires at {due}, so it would be due for ever"
            );
            for event in fired {
                state = D::evolve(state, &event);
                overdue.push(event);
            }
        }
        for (decider, id) in D::reads(&state, &command).by(context.id) {
            context.add_if_absent(decider.category(), id, decider.initial());
        }
        for (decider, id) in D::reads_further(&state, &command, &context).by(context.id) {
            context.add_if_absent(decider.category(), id, decider.initial());
        }
        let result = D::decide(&state, &command, &context);
        Outcome {
            state,
            overdue,
            result,
        }
    }
}

impl<D: Decider> Outcome<D> {
    /// The decision, which must not be a refusal.
    #[track_caller]
    pub fn decision(self) -> Decision<D::Event> {
        match self.result {
            Ok(decision) => decision,
            Err(refusal) => refused(&refusal),
        }
    }

    /// Exactly these events of the aggregate itself follow.
    #[track_caller]
    pub fn then(self, events: impl IntoIterator<Item = D::Event>) {
        let decided: Vec<D::Event> = self
            .decision()
            .events
            .into_iter()
            .map(|(event, _)| event)
            .collect();
        assert_eq!(decided, events.into_iter().collect::<Vec<_>>());
    }

    /// Nothing follows, and nothing is refused.
    #[track_caller]
    pub fn then_nothing(self) {
        let decision = self.decision();
        assert!(
            decision.events.is_empty() && decision.elsewhere.is_empty(),
            "{decision:?}"
        );
    }

    /// It is refused with this code (of the refusal, or of one of its reasons).
    #[track_caller]
    #[allow(clippy::panic, reason = "a test kit")]
    pub fn then_refused(self, code: &str) -> Refusal {
        let refusal = match self.result {
            Ok(decision) => panic!("wanted {code}, got {decision:?}"),
            Err(refusal) => refusal,
        };
        let named =
            refusal.code == code || refusal.reasons.iter().any(|(reason, _)| *reason == code);
        assert!(named, "wanted {code}, got {refusal}");
        refusal
    }

    /// It is refused because these fields, and no others, are wrong.
    #[track_caller]
    pub fn then_invalid<'a>(self, fields: impl IntoIterator<Item = &'a str>) {
        let refusal = self.then_refused("INVALID");
        assert_eq!(refusal.kind, RefusalKind::Invalid);
        let named: Vec<&str> = refusal
            .violations
            .iter()
            .map(|v| v.field.as_str())
            .collect();
        assert_eq!(named, fields.into_iter().collect::<Vec<_>>());
    }

    /// The state after the decision.
    #[track_caller]
    pub fn state(self) -> D::State {
        let state = self.state.clone();
        self.decision()
            .events
            .iter()
            .fold(state, |state, (event, _)| D::evolve(state, event))
    }
}

impl<E: DomainEvent> Decision<E> {
    /// The events that it writes to other aggregates of one kind.
    pub fn elsewhere_of<O: DomainEvent>(&self) -> Vec<(Uuid, O)> {
        debug_assert_ne!(TypeId::of::<O>(), TypeId::of::<E>());
        self.elsewhere
            .iter()
            .filter_map(|other| Some((other.id, other.event.as_any().downcast_ref::<O>()?.clone())))
            .collect()
    }
}

#[track_caller]
#[allow(clippy::panic, reason = "a test kit")]
fn refused(refusal: &Refusal) -> ! {
    panic!("refused: {refusal}")
}
