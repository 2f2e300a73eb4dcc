//! A follow-up plan (跟进计划, C-05): reminders before it, overdue when its time has passed.
//!
//! Reminders and the overdue mark are what happens at [`Decider::due`]; each instant leaves the
//! state with its event, so it happens once, however late the clock is looked at.

mod plan;

use std::collections::BTreeSet;

use guanxi_decider::{Context, Decider, Decision, Reads, Refusal};
use guanxi_events::customers::{
    FollowUpBecameOverdue, FollowUpCancelled, FollowUpDone, FollowUpEvent, FollowUpId,
    FollowUpPlanned, FollowUpReminded, FollowUpRescheduled, InteractionEvent, InteractionId,
    InteractionRecorded,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Contact, Customer, Interaction, interaction::Account, later};
pub use plan::{Plan, Wanted};

/// The aggregate.
#[derive(Debug)]
pub enum FollowUp {}

/// What is planned; the default is "nothing".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The plan, with its latest schedule.
    pub plan: Option<FollowUpPlanned>,
    /// What became of it.
    pub status: Status,
    /// Reminders that have not fired.
    pub pending: BTreeSet<Timestamp>,
    /// Whether its time passed while it was open.
    pub overdue: bool,
}

/// What became of a plan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It is to be done.
    #[default]
    Open,
    /// It was done.
    Done(InteractionId),
    /// It will not be done.
    Cancelled,
}

/// What can be asked of a plan.
#[derive(Debug, Clone)]
pub enum Command {
    /// Make it.
    Plan(Box<Plan>),
    /// Put it off or bring it forward, with its reminders renewed.
    Reschedule {
        /// When instead.
        wanted: Wanted,
        /// Why.
        reason: Option<String>,
    },
    /// It was done, and this is what was done.
    Complete {
        /// The new interaction's id.
        interaction: InteractionId,
        /// What was done; the plan's customer, contact and opportunity hold where it says none.
        account: Box<Account>,
    },
    /// It will not be done.
    Cancel {
        /// Why.
        reason: String,
    },
}

impl State {
    /// The plan, which must exist.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub fn existing(&self, id: FollowUpId) -> Result<&FollowUpPlanned, Refusal> {
        let missing = || Refusal::not_found("follow-up", id);
        self.plan.as_ref().ok_or_else(missing)
    }

    /// When it becomes overdue.
    fn overdue_at(&self) -> Option<Timestamp> {
        let schedule = &self.plan.as_ref()?.schedule;
        let takes = SignedDuration::from_mins(schedule.duration_minutes.into());
        (!self.overdue).then(|| later(schedule.planned_at, takes))
    }

    /// The plan, which must be open and the caller's to change.
    fn open(&self, context: &Context) -> Result<&FollowUpPlanned, Refusal> {
        let plan = self.existing(FollowUpId(context.id))?;
        let finished = |what: &str| {
            let message = format!("it was {what} and cannot be changed any more");
            Err(Refusal::precondition("FOLLOW_UP_FINISHED", message))
        };
        match self.status {
            Status::Open => {}
            Status::Done(_) => return finished("done"),
            Status::Cancelled => return finished("cancelled"),
        }
        let actor = &context.actor;
        if actor.manages || actor.person == plan.person || actor.person == plan.planner {
            return Ok(plan);
        }
        let message = format!("it is planned for {} by {}", plan.person, plan.planner);
        Err(Refusal::forbidden("NOT_YOURS", message))
    }
}

impl Decider for FollowUp {
    type State = State;
    type Command = Command;
    type Event = FollowUpEvent;

    const SNAPSHOT: u16 = 1;

    fn reads(state: &State, command: &Command) -> Reads {
        match command {
            Command::Plan(plan) => Reads::none()
                .and::<Customer>(plan.customer)
                .and_if::<Contact>(plan.contact),
            Command::Complete {
                interaction,
                account,
            } => for_plan(state, account)
                .reads()
                .and::<Interaction>(*interaction),
            Command::Reschedule { .. } | Command::Cancel { .. } => Reads::none(),
        }
    }

    fn decide(
        state: &State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<FollowUpEvent>, Refusal> {
        let at = context.occurred_at()?;
        match command {
            Command::Plan(plan) => {
                if state.plan.is_some() {
                    let message = format!("there is a follow-up {} already", context.id);
                    return Err(Refusal::already_exists("FOLLOW_UP_EXISTS", message));
                }
                let planned = plan.decided(context)?;
                Ok(Decision::event(planned).occurred_at(Some(at)))
            }
            Command::Reschedule { wanted, reason } => {
                let rescheduled = FollowUpRescheduled {
                    from: state.open(context)?.schedule.planned_at,
                    schedule: wanted.schedule(context)?,
                    reason: reason.clone(),
                };
                Ok(Decision::event(rescheduled).occurred_at(Some(at)))
            }
            Command::Complete {
                interaction,
                account,
            } => complete(state, *interaction, account, context),
            Command::Cancel { reason } => {
                state.open(context)?;
                let cancelled = FollowUpCancelled {
                    reason: reason.clone(),
                };
                Ok(Decision::event(cancelled).occurred_at(Some(at)))
            }
        }
    }

    fn evolve(mut state: State, event: &FollowUpEvent) -> State {
        match event {
            FollowUpEvent::Planned(planned) => {
                state.pending = planned.schedule.reminders.clone();
                state.plan = Some(planned.clone());
            }
            FollowUpEvent::Reminded(reminded) => {
                state.pending.remove(&reminded.due_at);
            }
            FollowUpEvent::BecameOverdue(_) => state.overdue = true,
            FollowUpEvent::Rescheduled(rescheduled) => {
                state.pending = rescheduled.schedule.reminders.clone();
                state.overdue = false;
                if let Some(plan) = &mut state.plan {
                    plan.schedule = rescheduled.schedule.clone();
                }
            }
            FollowUpEvent::Done(done) => state.status = Status::Done(done.interaction),
            FollowUpEvent::Cancelled(_) => state.status = Status::Cancelled,
        }
        state
    }

    fn due(state: &State) -> Option<Timestamp> {
        if state.status != Status::Open {
            return None;
        }
        let reminder = state.pending.first().copied();
        reminder.into_iter().chain(state.overdue_at()).min()
    }

    fn fire(state: &State, due: Timestamp) -> Vec<FollowUpEvent> {
        let Some(plan) = &state.plan else {
            return Vec::new();
        };
        let mut events = Vec::new();
        if state.pending.contains(&due) {
            events.push(FollowUpEvent::from(FollowUpReminded {
                due_at: due,
                planned_at: plan.schedule.planned_at,
                person: plan.person.clone(),
            }));
        }
        if state.overdue_at() == Some(due) {
            events.push(FollowUpEvent::from(FollowUpBecameOverdue {
                due_at: due,
                person: plan.person.clone(),
            }));
        }
        events
    }
}

/// What was done, about the plan's customer and, where nothing else is said, its contact and
/// opportunity.
fn for_plan(state: &State, account: &Account) -> Account {
    let mut account = account.clone();
    if let Some(plan) = &state.plan {
        account.customer = Some(plan.customer);
        account.contact = account.contact.or(plan.contact);
        account.opportunity = account.opportunity.or(plan.opportunity);
    }
    account
}

fn complete(
    state: &State,
    interaction: InteractionId,
    account: &Account,
    context: &Context,
) -> Result<Decision<FollowUpEvent>, Refusal> {
    state.open(context)?;
    context
        .read::<Interaction>(interaction)?
        .absent(interaction)?;
    let details = for_plan(state, account).completed(context)?;
    let at = details.started_at;
    let recorded = InteractionRecorded {
        details,
        follow_up: Some(FollowUpId(context.id)),
    };
    Ok(Decision::event(FollowUpDone { interaction })
        .elsewhere::<InteractionEvent>(interaction, recorded)
        .occurred_at(Some(at)))
}
