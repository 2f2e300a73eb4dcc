//! Making a plan, and the instants that follow from it.

use std::collections::BTreeSet;

use guanxi_decider::{Context, Refusal};
use guanxi_events::{
    PersonId,
    customers::{ContactId, CustomerId, FollowUpPlanned, InteractionKind, Schedule},
};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::domain::{Customer, earlier, interaction::check_contact};

/// What is to be planned.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Whom it is about.
    pub customer: CustomerId,
    /// Which of their people.
    pub contact: Option<ContactId>,
    /// A visit, a call …
    pub kind: InteractionKind,
    /// Who is to do it; none is the caller.
    pub person: Option<PersonId>,
    /// What it is about.
    pub subject: String,
    /// More about it.
    pub note: Option<String>,
    /// The opportunity that it is about.
    pub opportunity: Option<Uuid>,
    /// When.
    pub wanted: Wanted,
}

/// When something is wanted, and the reminders before it.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// When it begins.
    pub planned_at: Timestamp,
    /// How long it is to take.
    pub duration_minutes: u32,
    /// How long before it a reminder is wanted.
    pub remind_before_minutes: BTreeSet<u32>,
}

impl Plan {
    pub(super) fn decided(&self, context: &Context) -> Result<FollowUpPlanned, Refusal> {
        let customer = context.read::<Customer>(self.customer)?;
        customer.existing(self.customer)?;
        check_contact(self.contact, context)?;
        let planner = context.actor.person.clone();
        Ok(FollowUpPlanned {
            customer: self.customer,
            contact: self.contact,
            kind: self.kind,
            person: self.person.clone().unwrap_or_else(|| planner.clone()),
            planner,
            subject: self.subject.clone(),
            note: self.note.clone(),
            opportunity: self.opportunity,
            schedule: self.wanted.schedule(context)?,
        })
    }
}

impl Wanted {
    /// A plan is for the future; only the importer brings plans whose time has passed. A reminder
    /// whose instant has passed when the plan is made would tell nobody anything, so it is left
    /// out; its offset is kept, for the plan may be put off.
    pub(super) fn schedule(&self, context: &Context) -> Result<Schedule, Refusal> {
        if self.planned_at <= context.now && !context.actor.may_backdate {
            let (at, now) = (self.planned_at, context.now);
            let message = format!("a plan is for the future; {at} has passed: it is {now} now");
            return Err(Refusal::precondition("PLANNED_IN_THE_PAST", message)
                .figure("planned_at", at)
                .figure("now", now));
        }
        let instant = |minutes: &u32| {
            let before = SignedDuration::from_mins(i64::from(*minutes));
            earlier(self.planned_at, before)
        };
        Ok(Schedule {
            planned_at: self.planned_at,
            duration_minutes: self.duration_minutes,
            remind_before_minutes: self.remind_before_minutes.clone(),
            reminders: self
                .remind_before_minutes
                .iter()
                .map(instant)
                .filter(|at| *at > context.now)
                .collect(),
        })
    }
}
