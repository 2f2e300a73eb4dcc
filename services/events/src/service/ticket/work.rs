//! What a ticket is, and whose work it is (V-01, V-03).

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    PersonId,
    customers::{ContactId, CustomerId},
    sales::OrderId,
    service::{Attachment, Channel, Priority, QueueId, QueueVersion, TicketId, TicketKind},
};

/// What is told about a ticket, apart from its urgency, its people and its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketDetails {
    /// What it is about.
    pub kind: TicketKind,
    /// How it came.
    pub channel: Channel,
    /// A line that says what it is about.
    pub subject: String,
    /// What it counts under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Whom it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// Which of their people; they are the customers service's, so nothing here checks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactId>,
    /// The order that it is about; it is the sales service's, so nothing here checks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
}

/// A ticket was opened: it is new, in a queue, nobody's. Draws a number (TK).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketOpened {
    /// When: the clocks of first response and resolution start here.
    pub at: Timestamp,
    /// What is told about it.
    pub details: TicketDetails,
    /// How urgent it is.
    pub priority: Priority,
    /// Its queue.
    pub queue: QueueVersion,
    /// What was said; at most 20 000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What came with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// The ticket that it follows up, which could not be reopened any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up_of: Option<TicketId>,
    /// Whether it is history from elsewhere that is being told again: until the replay ends,
    /// nothing about it is due by today's clock, only by what it is told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub replay: bool,
}

/// What is told about a ticket was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketChanged {
    /// When.
    pub at: Timestamp,
    /// What is told about it from now on, whole.
    pub details: TicketDetails,
}

/// A ticket is more or less urgent: its clocks run by another target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketPriorityChanged {
    /// When.
    pub at: Timestamp,
    /// How urgent it was.
    pub from: Priority,
    /// How urgent it is.
    pub to: Priority,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Who chose whose work a ticket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    /// A person did.
    ByHand,
    /// The queue did, in turn.
    RoundRobin,
    /// The queue did, to who had the fewest.
    LeastLoaded,
}

/// A ticket was given to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketAssigned {
    /// When.
    pub at: Timestamp,
    /// Whose work it is.
    pub to: PersonId,
    /// Whose work it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<PersonId>,
    /// Who chose.
    pub given: Given,
    /// By the settings of which queue.
    pub queue: QueueVersion,
}

/// A ticket is nobody's work any more, but in its queue's pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketUnassigned {
    /// When.
    pub at: Timestamp,
    /// Whose work it was.
    pub from: PersonId,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A ticket came to another queue, where it is nobody's work until it is given to somebody there.
/// Its clocks go on; they may run by another policy from here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketTransferred {
    /// When.
    pub at: Timestamp,
    /// Where it was.
    pub from: QueueId,
    /// Where it is.
    pub to: QueueVersion,
    /// Whose work it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_assignee: Option<PersonId>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Who watches a ticket changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketWatchersChanged {
    /// Who watches it from now on.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub added: BTreeSet<PersonId>,
    /// Who does not any more.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub removed: BTreeSet<PersonId>,
}

/// The history from elsewhere is complete: from here the ticket lives by today's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketReplayEnded {
    /// When the last told thing was, or later.
    pub at: Timestamp,
}
