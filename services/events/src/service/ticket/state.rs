//! How a ticket goes from new to closed (V-02).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    PersonId,
    customers::{ContactId, CustomerId},
    service::{Channel, QueueVersion},
};

/// Work on a new ticket began: somebody took it, or answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketStarted {
    /// When.
    pub at: Timestamp,
}

/// For what a ticket waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingFor {
    /// The customer's answer.
    Customer,
    /// A supplier, a carrier, an authority.
    ThirdParty,
    /// A date.
    Date,
}

/// A ticket waits: its clocks pause. One that waits already waits for something else from here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketPendingSet {
    /// When.
    pub at: Timestamp,
    /// For what.
    pub pending: PendingFor,
    /// Until when at the latest; there always is one for a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Why a ticket does not wait any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingEnded {
    /// Somebody said so.
    ByHand,
    /// The customer said something.
    CustomerReplied,
    /// The time came.
    TimeCame,
}

/// A ticket is worked on again after it waited: its clocks go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketPendingEnded {
    /// When; the time itself where that came, however late it was noticed.
    pub at: Timestamp,
    /// Why.
    pub because: PendingEnded,
}

/// How the customer is to be asked about a resolution (V-11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingAsked {
    /// Whom the ticket is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// Which of their people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactId>,
    /// The ticket's channel.
    pub channel: Channel,
    /// This score and below is a low one.
    pub low_score: u8,
    /// Until when it can be answered.
    pub expires_at: Timestamp,
}

/// A ticket was resolved: its clocks stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketResolved {
    /// When.
    pub at: Timestamp,
    /// Which of its resolutions, from 1.
    pub resolution: u32,
    /// Whose work it was: the assignee, or who resolved it in place of one.
    pub agent: PersonId,
    /// What was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The queue, and the version of its settings by which the times below follow.
    pub queue: QueueVersion,
    /// Until when it can be reopened: the queue's days by the tenant's calendar.
    pub reopen_until: Timestamp,
    /// When it closes by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_at: Option<Timestamp>,
    /// Whether and how the customer is to be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<RatingAsked>,
}

/// Why a ticket was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closed {
    /// Somebody said so.
    ByHand,
    /// The time came.
    TimeCame,
}

/// A resolved ticket was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketClosed {
    /// When; the time itself where that came, however late it was noticed.
    pub at: Timestamp,
    /// Why.
    pub because: Closed,
}

/// Why a ticket was reopened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reopened {
    /// Somebody said so.
    ByHand,
    /// The customer said something.
    CustomerReplied,
}

/// A resolved or closed ticket is worked on again: its resolution clock goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketReopened {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub because: Reopened,
    /// What the one said who reopened it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
