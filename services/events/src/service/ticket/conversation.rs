//! What is said on a ticket (V-04).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    PersonId,
    customers::ContactId,
    service::{Channel, MessageId, Priority, QueueId, TicketDetails, TicketId},
};

/// A file that lies elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name as people read it.
    pub name: String,
    /// Where it lies.
    pub reference: String,
    /// Its media type: `image/png`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Its size in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}

/// Who said something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// One of us.
    Agent(PersonId),
    /// The customer; which of their people, where that is known.
    Customer(Option<ContactId>),
}

/// Something that was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Who said it.
    pub author: Author,
    /// When it was said. What it changes on the ticket happens then, but not before the ticket's
    /// latest change.
    pub said_at: Timestamp,
    /// By which way.
    pub channel: Channel,
    /// What was said; at most 20 000 characters.
    pub text: String,
    /// The template that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// What came with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// Somebody said something to the other side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketReplied {
    /// When it counts for the clocks: an agent's first one stops the first response's, a
    /// customer's starts the next response's, an agent's stops that.
    pub at: Timestamp,
    /// What was said.
    pub message: Message,
    /// Whether it is an agent's first one on the ticket.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first_response: bool,
}

/// A customer said something on a closed ticket that could not be reopened any more: it becomes a
/// new ticket, linked to this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketRepliedLate {
    /// When.
    pub at: Timestamp,
    /// What was said.
    pub message: Message,
    /// The new ticket's id.
    pub follow_up: TicketId,
    /// What the new ticket is told of this one.
    pub opening: TicketDetails,
    /// How urgent this one was.
    pub priority: Priority,
    /// The queue where this one was.
    pub queue: QueueId,
    /// Whether this one is history from elsewhere that is being told again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub replay: bool,
}

/// Somebody noted something that customers do not see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketNoted {
    /// What was noted; its author is an agent.
    pub message: Message,
}
