//! What can happen to an interaction (C-04): it is recorded and amended, never removed.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ContactId, CustomerId, Direction, FollowUpId, InteractionKind, change::field_changes};
use crate::{PersonId, domain_events};

domain_events! {
    /// What can happen to an interaction.
    InteractionEvent in Customers, "interaction" {
        /// It was recorded.
        Recorded(InteractionRecorded) = "customers.interaction_recorded" / 1,
        /// What had been recorded was put right.
        Amended(InteractionAmended) = "customers.interaction_amended" / 1,
    }
}

/// What was done with a customer, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InteractionDetails {
    /// With whom.
    pub customer: CustomerId,
    /// With which of their people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactId>,
    /// How.
    pub kind: InteractionKind,
    /// Who began, where that means something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_minutes: Option<u32>,
    /// What was said and done.
    pub summary: String,
    /// Who of ours.
    pub staff: PersonId,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// What is to be done next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_action: Option<NextAction>,
    /// The opportunity that it was about; it is the sales service's, so nothing here checks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opportunity: Option<Uuid>,
    /// The ticket that it was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<Uuid>,
    /// The campaign that led to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<Uuid>,
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextAction {
    /// What.
    pub action: String,
    /// By when, in the tenant's time zone.
    pub due: Date,
    /// By whom, if not by the staff of the interaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
}

field_changes! {
    /// A field of an interaction.
    InteractionField,
    /// One field's change in an interaction.
    InteractionChange
    of InteractionDetails {
        /// With whom.
        Customer customer: CustomerId,
        /// With which of their people.
        Contact contact: Option<ContactId>,
        /// How.
        Kind kind: InteractionKind,
        /// Who began.
        Direction direction: Option<Direction>,
        /// When it began.
        StartedAt started_at: Timestamp,
        /// How long it took.
        DurationMinutes duration_minutes: Option<u32>,
        /// What was said and done.
        Summary summary: String,
        /// Who of ours.
        Staff staff: PersonId,
        /// What came of it.
        Outcome outcome: Option<String>,
        /// What is to be done next.
        NextAction next_action: Option<NextAction>,
        /// The opportunity that it was about.
        Opportunity opportunity: Option<Uuid>,
        /// The ticket that it was about.
        Ticket ticket: Option<Uuid>,
        /// The campaign that led to it.
        Campaign campaign: Option<Uuid>,
    }
}

/// It was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InteractionRecorded {
    /// What was done.
    pub details: InteractionDetails,
    /// The plan that it fulfils (C-05).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<FollowUpId>,
}

/// What had been recorded was put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InteractionAmended {
    /// Each field with its value before and after.
    pub changes: Vec<InteractionChange>,
    /// Why.
    pub reason: String,
}
