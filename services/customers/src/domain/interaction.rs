//! An interaction (互动记录, C-04): recorded once, amended with its history, never removed.

use std::collections::BTreeSet;

use guanxi_decider::{Context, Decider, Decision, Reads, Refusal};
use guanxi_events::customers::{
    FollowUpId, InteractionAmended, InteractionChange, InteractionDetails, InteractionEvent,
    InteractionField, InteractionId, InteractionRecorded,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Contact, Customer};

/// The aggregate.
#[derive(Debug)]
pub enum Interaction {}

/// What is known of an interaction; the default is "not recorded".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// What was done.
    pub details: Option<InteractionDetails>,
    /// The plan that it fulfils (C-05).
    pub follow_up: Option<FollowUpId>,
    /// How often it was amended.
    pub amendments: u32,
}

/// What can be asked of an interaction.
#[derive(Debug, Clone)]
pub enum Command {
    /// Record it.
    Record(Box<Account>),
    /// Put right what was recorded.
    Amend {
        /// The new values; only `fields` of them count.
        details: Box<InteractionDetails>,
        /// What is put right.
        fields: BTreeSet<InteractionField>,
        /// Why.
        reason: String,
    },
}

/// An interaction as it is told: what nobody says is filled in from the surroundings.
#[derive(Debug, Clone)]
pub struct Account {
    /// What was done; `started_at` and `staff` only count when they were said.
    pub details: InteractionDetails,
    /// Whether it was said when it began; otherwise the command's date holds.
    pub started_at_said: bool,
    /// Whether it was said who of ours it was; otherwise it is the caller.
    pub staff_said: bool,
}

impl Account {
    /// The customer and contact, which must exist.
    pub fn reads(details: &InteractionDetails) -> Reads {
        Reads::none()
            .and::<Customer>(details.customer)
            .and_if::<Contact>(details.contact)
    }

    /// The complete details.
    ///
    /// # Errors
    /// A customer or contact that does not exist; a date that is not allowed.
    pub fn completed(&self, context: &Context) -> Result<InteractionDetails, Refusal> {
        let mut details = self.details.clone();
        details.started_at = if self.started_at_said {
            context.occurred(Some(details.started_at))?
        } else {
            context.occurred_at()?
        };
        if !self.staff_said {
            details.staff = context.actor.person.clone();
        }
        check_references(&details, context)?;
        Ok(details)
    }
}

impl State {
    /// The details of an interaction that must exist.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub fn existing(&self, id: InteractionId) -> Result<&InteractionDetails, Refusal> {
        let missing = || Refusal::not_found("interaction", id);
        self.details.as_ref().ok_or_else(missing)
    }

    /// Refuses an id that is in use.
    ///
    /// # Errors
    /// `INTERACTION_EXISTS`.
    pub fn absent(&self, id: InteractionId) -> Result<(), Refusal> {
        if self.details.is_none() {
            return Ok(());
        }
        let message = format!("there is an interaction {id} already");
        Err(Refusal::already_exists("INTERACTION_EXISTS", message))
    }
}

impl Decider for Interaction {
    type State = State;
    type Command = Command;
    type Event = InteractionEvent;

    const SNAPSHOT: u16 = 1;

    fn reads(_: &State, command: &Command) -> Reads {
        match command {
            Command::Record(account) => Account::reads(&account.details),
            Command::Amend {
                details, fields, ..
            } => {
                let customer = fields.contains(&InteractionField::Customer);
                let contact = fields.contains(&InteractionField::Contact);
                Reads::none()
                    .and_if::<Customer>(customer.then_some(details.customer))
                    .and_if::<Contact>(details.contact.filter(|_| contact))
            }
        }
    }

    fn decide(
        state: &State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<InteractionEvent>, Refusal> {
        let id = InteractionId(context.id);
        match command {
            Command::Record(account) => {
                state.absent(id)?;
                let details = account.completed(context)?;
                let at: Timestamp = details.started_at;
                let recorded = InteractionRecorded {
                    details,
                    follow_up: None,
                };
                Ok(Decision::event(recorded).occurred_at(Some(at)))
            }
            Command::Amend {
                details,
                fields,
                reason,
            } => amend(state.existing(id)?, details, fields, reason, context),
        }
    }

    fn evolve(mut state: State, event: &InteractionEvent) -> State {
        match event {
            InteractionEvent::Recorded(recorded) => {
                state.details = Some(recorded.details.clone());
                state.follow_up = recorded.follow_up;
            }
            InteractionEvent::Amended(amended) => {
                if let Some(details) = &mut state.details {
                    for change in &amended.changes {
                        change.apply(details);
                    }
                }
                state.amendments = state.amendments.saturating_add(1);
            }
        }
        state
    }
}

fn amend(
    before: &InteractionDetails,
    given: &InteractionDetails,
    fields: &BTreeSet<InteractionField>,
    reason: &str,
    context: &Context,
) -> Result<Decision<InteractionEvent>, Refusal> {
    let changes: Vec<InteractionChange> = fields
        .iter()
        .filter_map(|field| InteractionChange::between(*field, before, given))
        .collect();
    for change in &changes {
        match change {
            InteractionChange::Customer(change) => {
                let customer = context.read::<Customer>(change.to)?;
                customer.existing(change.to)?;
            }
            InteractionChange::Contact(change) => check_contact(change.to, context)?,
            InteractionChange::StartedAt(change) => {
                context.occurred(Some(change.to))?;
            }
            _ => {}
        }
    }
    if changes.is_empty() {
        return Ok(Decision::nothing());
    }
    let amended = InteractionAmended {
        changes,
        reason: reason.to_owned(),
    };
    Ok(Decision::event(amended).occurred_at(Some(context.occurred_at()?)))
}

fn check_references(details: &InteractionDetails, context: &Context) -> Result<(), Refusal> {
    let customer = context.read::<Customer>(details.customer)?;
    customer.existing(details.customer)?;
    check_contact(details.contact, context)
}

/// A contact exists. Whether it serves the customer is not asked: people change their employer,
/// and what was done with them before stays true.
pub(super) fn check_contact(
    contact: Option<guanxi_events::customers::ContactId>,
    context: &Context,
) -> Result<(), Refusal> {
    let Some(id) = contact else { return Ok(()) };
    context.read::<Contact>(id)?.existing(id).map(|_| ())
}
