//! What follows when a ticket's targets are about to be missed, or were (V-07).

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::SlaTerms;
use crate::{
    PersonId,
    service::{QueueId, SlaClock},
};

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlaRung {
    /// The ticket's agent.
    Agent,
    /// The queue's lead.
    Lead,
    /// The queue's manager.
    Manager,
}

/// Who is to look after a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaTold {
    /// Whose turn it is.
    pub rung: SlaRung,
    /// Who that is; absent where nobody has the ticket, or the queue names nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// The ticket's queue.
    pub queue: QueueId,
}

/// A target will be missed soon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketSlaWarned {
    /// When, however late it was noticed.
    pub at: Timestamp,
    /// Which clock.
    pub clock: SlaClock,
    /// So much working time before the target is due.
    pub before: SignedDuration,
    /// When that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// By what it is measured.
    pub terms: SlaTerms,
    /// The ticket's agent.
    pub told: SlaTold,
}

/// A target was missed: once for each clock, whatever terms come after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketSlaBreached {
    /// When it was due, however late it was noticed.
    pub breached_at: Timestamp,
    /// Which clock.
    pub clock: SlaClock,
    /// How much working time it was allowed.
    pub target: SignedDuration,
    /// By what it is measured.
    pub terms: SlaTerms,
    /// The queue's lead.
    pub told: SlaTold,
}

/// A target that was missed is still not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketSlaEscalated {
    /// When, however late it was noticed.
    pub at: Timestamp,
    /// Which clock.
    pub clock: SlaClock,
    /// When it was missed.
    pub breached_at: Timestamp,
    /// By what it is measured.
    pub terms: SlaTerms,
    /// The queue's manager.
    pub told: SlaTold,
}

/// A target was not missed after all: what was told later had happened before it was due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketSlaBreachWithdrawn {
    /// When that had happened.
    pub at: Timestamp,
    /// Which clock.
    pub clock: SlaClock,
    /// When it was said to have been missed.
    pub breached_at: Timestamp,
}
