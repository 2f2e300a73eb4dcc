//! What can happen to a follow-up plan (C-05).

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ContactId, CustomerId, InteractionId, InteractionKind};
use crate::{PersonId, domain_events};

domain_events! {
    /// What can happen to a follow-up plan.
    FollowUpEvent in Customers, "follow_up" {
        /// It was planned.
        Planned(FollowUpPlanned) = "customers.follow_up_planned" / 1,
        /// A reminder's time came.
        Reminded(FollowUpReminded) = "customers.follow_up_reminded" / 1,
        /// Its time passed and it was not done.
        BecameOverdue(FollowUpBecameOverdue) = "customers.follow_up_became_overdue" / 1,
        /// It was put off or brought forward.
        Rescheduled(FollowUpRescheduled) = "customers.follow_up_rescheduled" / 1,
        /// It was done.
        Done(FollowUpDone) = "customers.follow_up_done" / 1,
        /// It will not be done.
        Cancelled(FollowUpCancelled) = "customers.follow_up_cancelled" / 1,
    }
}

/// When something is to happen, and when its person is reminded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// When it begins.
    pub planned_at: Timestamp,
    /// How long it is to take; it is overdue when that time has passed.
    #[serde(default)]
    pub duration_minutes: u32,
    /// How long before it a reminder is wanted, in minutes.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub remind_before_minutes: BTreeSet<u32>,
    /// The reminders' instants, without those that had passed when the plan was made.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub reminders: BTreeSet<Timestamp>,
}

/// It was planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpPlanned {
    /// Whom it is about.
    pub customer: CustomerId,
    /// Which of their people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactId>,
    /// A visit, a call …
    pub kind: InteractionKind,
    /// Who is to do it.
    pub person: PersonId,
    /// Who planned it.
    pub planner: PersonId,
    /// What it is about.
    pub subject: String,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The opportunity that it is about; it is the sales service's, so nothing here checks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opportunity: Option<Uuid>,
    /// When.
    pub schedule: Schedule,
}

/// A reminder's time came. Each instant is reminded of once, however late it is noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpReminded {
    /// When it was due.
    pub due_at: Timestamp,
    /// What it reminds of.
    pub planned_at: Timestamp,
    /// Whom.
    pub person: PersonId,
}

/// Its time passed and it was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpBecameOverdue {
    /// When it should have been over.
    pub due_at: Timestamp,
    /// Who should have done it.
    pub person: PersonId,
}

/// It was put off or brought forward; its reminders are renewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpRescheduled {
    /// When it was to be.
    pub from: Timestamp,
    /// When it is to be now.
    pub schedule: Schedule,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// It was done; the interaction was recorded in the same decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpDone {
    /// What was done.
    pub interaction: InteractionId,
}

/// It will not be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpCancelled {
    /// Why.
    pub reason: String,
}
