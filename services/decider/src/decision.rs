//! What follows from a command.

use std::sync::Arc;

use guanxi_events::{Category, DomainEvent};
use jiff::Timestamp;
use uuid::Uuid;

use crate::DynEvent;

/// What is to be written, all of it or nothing.
#[derive(Debug, Clone)]
pub struct Decision<E> {
    /// Events of the aggregate itself, each with the series it draws a number from.
    pub events: Vec<(E, Vec<String>)>,
    /// Events of other aggregates of this service; each must be among [`Decider::reads`](crate::Decider::reads).
    pub elsewhere: Vec<Elsewhere>,
    /// Keys that only one aggregate of the service may hold.
    pub claims: Vec<UniqueKey>,
    /// Keys that it gives back.
    pub releases: Vec<UniqueKey>,
    /// When it happened, if not now.
    pub occurred_at: Option<Timestamp>,
}

/// An event of another aggregate.
#[derive(Debug, Clone)]
pub struct Elsewhere {
    /// The kind of aggregate.
    pub category: Category,
    /// Which one.
    pub id: Uuid,
    /// What happens to it.
    pub event: Arc<dyn DynEvent>,
}

/// Something that is unique within a tenant and service: ("tax id", "DE123").
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UniqueKey {
    /// What kind of thing: a field name that an error can show.
    pub kind: &'static str,
    /// Its normalised value; only a keyed hash of it is stored.
    pub value: String,
}

impl<E> Default for Decision<E> {
    fn default() -> Self {
        Self {
            events: Vec::new(),
            elsewhere: Vec::new(),
            claims: Vec::new(),
            releases: Vec::new(),
            occurred_at: None,
        }
    }
}

impl<E: DomainEvent> Decision<E> {
    /// Nothing to do: the command is accepted and changes nothing.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// One event.
    pub fn event(event: impl Into<E>) -> Self {
        Self::nothing().and(event)
    }

    /// And another event.
    #[must_use]
    pub fn and(mut self, event: impl Into<E>) -> Self {
        self.events.push((event.into(), Vec::new()));
        self
    }

    /// And another event, when there is one.
    #[must_use]
    pub fn and_if(self, event: Option<impl Into<E>>) -> Self {
        match event {
            Some(event) => self.and(event),
            None => self,
        }
    }

    /// The last event draws a number from the series.
    #[must_use]
    pub fn numbered(mut self, series: impl Into<String>) -> Self {
        if let Some((_, numbers)) = self.events.last_mut() {
            numbers.push(series.into());
        }
        self
    }

    /// And an event of another aggregate.
    #[must_use]
    pub fn elsewhere<O: DomainEvent>(mut self, id: impl Into<Uuid>, event: impl Into<O>) -> Self {
        let event: O = event.into();
        self.elsewhere.push(Elsewhere {
            category: O::CATEGORY,
            id: id.into(),
            event: Arc::new(event),
        });
        self
    }

    /// Claims a key for the aggregate.
    #[must_use]
    pub fn claim(mut self, kind: &'static str, value: impl Into<String>) -> Self {
        self.claims.push(UniqueKey {
            kind,
            value: value.into(),
        });
        self
    }

    /// Releases a key of the aggregate.
    #[must_use]
    pub fn release(mut self, kind: &'static str, value: impl Into<String>) -> Self {
        self.releases.push(UniqueKey {
            kind,
            value: value.into(),
        });
        self
    }

    /// It happened at another time than now.
    #[must_use]
    pub fn occurred_at(mut self, at: Option<Timestamp>) -> Self {
        self.occurred_at = at;
        self
    }
}
