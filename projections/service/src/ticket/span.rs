//! The times through which nothing of a ticket that counts changed.

use guanxi_events::service::{Channel, Priority, TicketDetails, TicketKind, ticket::TicketOpened};
use jiff::Timestamp;
use uuid::Uuid;

use crate::values::State;

/// What a backlog is told apart by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) state: State,
    pub(crate) queue: Uuid,
    pub(crate) agent: Option<String>,
    pub(crate) priority: Priority,
    pub(crate) kind: TicketKind,
    pub(crate) channel: Channel,
    pub(crate) category: Option<String>,
    pub(crate) customer: Option<Uuid>,
}

/// A span that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) n: i32,
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
    pub(crate) facts: Facts,
}

/// The spans of a ticket: how many ended, since when the last one lasts, and those that a batch ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spans {
    pub(crate) count: i32,
    pub(crate) from: Timestamp,
    pub(crate) ended: Vec<Span>,
}

impl Facts {
    pub(super) fn opened(opened: &TicketOpened) -> Self {
        let details = &opened.details;
        Self {
            state: State::New,
            queue: opened.queue.id.into(),
            agent: None,
            priority: opened.priority,
            kind: details.kind,
            channel: details.channel,
            category: details.category.clone(),
            customer: details.customer.map(Uuid::from),
        }
    }

    pub(super) fn details(&mut self, details: &TicketDetails) {
        self.kind = details.kind;
        self.channel = details.channel;
        self.category.clone_from(&details.category);
        self.customer = details.customer.map(Uuid::from);
    }
}

impl Spans {
    /// The first one begins.
    pub(super) fn from(from: Timestamp) -> Self {
        Self {
            count: 0,
            from,
            ended: Vec::new(),
        }
    }

    /// What held until now ends. What held for no time is no span.
    pub(super) fn end(&mut self, facts: Facts, at: Timestamp) {
        if at <= self.from {
            return;
        }
        self.count += 1;
        self.ended.push(Span {
            n: self.count,
            from: self.from,
            until: at,
            facts,
        });
        self.from = at;
    }
}
