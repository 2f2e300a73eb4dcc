//! What can happen to a tenant's SLA policies: one versioned, ordered list of rules (V-05).

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CalendarId, Channel, Priority, QueueId, TicketKind};
use crate::{customers::CustomerId, domain_events};

/// The id of every tenant's list of policies.
pub const SLA_POLICIES: Uuid = Uuid::from_u128(0x51a0_0000_0000_8000_8000_0000_0000_0001);

/// One of the clocks of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlaClock {
    /// From the opening to the first public reply of an agent.
    FirstResponse,
    /// From a customer's message after that to the next public reply of an agent.
    NextResponse,
    /// From the opening to the resolution.
    Resolution,
}

impl SlaClock {
    /// Every clock.
    pub const ALL: [Self; 3] = [Self::FirstResponse, Self::NextResponse, Self::Resolution];
}

/// The version of a policy by which a ticket is measured.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SlaPolicyVersion {
    /// The policy's key within the list.
    pub key: String,
    /// The list's version: 1 when it was set first, one more with each change.
    pub version: u32,
}

/// How long something may take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaTarget {
    /// In working time; above 0.
    pub span: SignedDuration,
    /// So much working time before it is due, its agent is warned; below the span.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub warn_before: BTreeSet<SignedDuration>,
    /// So much working time after it was missed, and is not done still, it goes from the lead to the
    /// manager; above 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalate_after: Option<SignedDuration>,
}

/// Which tickets a policy is for: those that fit every list that is not empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SlaCondition {
    /// In one of these queues.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub queues: BTreeSet<QueueId>,
    /// Of one of these kinds.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub kinds: BTreeSet<TicketKind>,
    /// That came by one of these ways.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub channels: BTreeSet<Channel>,
    /// Of one of these customers.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub customers: BTreeSet<CustomerId>,
}

/// The targets of one of its clocks each; a clock without one is not measured.
pub type SlaTargets = BTreeMap<SlaClock, SlaTarget>;

/// One policy of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaPolicy {
    /// Names it within the list.
    pub key: String,
    /// For people.
    pub name: String,
    /// Which tickets it is for.
    #[serde(default)]
    pub condition: SlaCondition,
    /// By which calendar the time is measured.
    pub calendar: CalendarId,
    /// The targets by priority; the policy is for no ticket of a priority that is not there.
    pub targets: BTreeMap<Priority, SlaTargets>,
}

/// The policies were set: the first that a ticket fits is its policy. Tickets whose clocks run keep
/// theirs until their terms are chosen anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaPoliciesSet {
    /// The version that this makes, from 1.
    pub version: u32,
    /// The policies from now on, in the order in which they are tried.
    pub policies: Vec<SlaPolicy>,
}

domain_events! {
    /// What can happen to a tenant's SLA policies.
    SlaPolicyEvent in Service, "sla_policy" {
        /// They were set.
        Set(SlaPoliciesSet) = "service.sla_policies_set" / 1,
    }
}
