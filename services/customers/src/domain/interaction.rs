//! An interaction (互动记录, C-04): recorded once, amended with its history, never removed.

use std::collections::BTreeSet;

use guanxi_decider::{Context, Decider, Decision, Reads, Refusal};
use guanxi_events::{
    PersonId,
    customers::{
        ContactId, CustomerId, Direction, FollowUpId, InteractionAmended, InteractionChange,
        InteractionDetails, InteractionEvent, InteractionField, InteractionId, InteractionKind,
        InteractionRecorded, NextAction,
    },
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Contact, Customer, violation};

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
        account: Box<Account>,
        /// What is put right.
        fields: BTreeSet<InteractionField>,
        /// Why.
        reason: String,
    },
}

/// An interaction as it is told: what nobody says is filled in from the surroundings.
#[derive(Debug, Clone)]
pub struct Account {
    /// With whom; a plan's customer when it completes one.
    pub customer: Option<CustomerId>,
    /// With which of their people.
    pub contact: Option<ContactId>,
    /// How.
    pub kind: InteractionKind,
    /// Who began.
    pub direction: Option<Direction>,
    /// When it began; the command's date when nobody says.
    pub started_at: Option<Timestamp>,
    /// How long it took.
    pub duration_minutes: Option<u32>,
    /// What was said and done.
    pub summary: String,
    /// Who of ours; the caller when nobody says.
    pub staff: Option<PersonId>,
    /// What came of it.
    pub outcome: Option<String>,
    /// What is to be done next.
    pub next_action: Option<NextAction>,
    /// The opportunity that it was about.
    pub opportunity: Option<Uuid>,
    /// The ticket that it was about.
    pub ticket: Option<Uuid>,
    /// The campaign that led to it.
    pub campaign: Option<Uuid>,
}

impl Account {
    /// The customer and contact, which must exist.
    pub(super) fn reads(&self) -> Reads {
        Reads::none()
            .and_if::<Customer>(self.customer)
            .and_if::<Contact>(self.contact)
    }

    /// The complete details.
    ///
    /// # Errors
    /// A customer or contact that does not exist; a date that is not allowed.
    pub(super) fn completed(&self, context: &Context) -> Result<InteractionDetails, Refusal> {
        let Some(customer) = self.customer else {
            let missing = violation("details.customer_id", "must be given");
            return Err(Refusal::invalid(vec![missing]));
        };
        context.read::<Customer>(customer)?.existing(customer)?;
        check_contact(self.contact, context)?;
        let started_at = match self.started_at {
            Some(at) => context.occurred(Some(at)),
            None => context.occurred_at(),
        };
        let staff = self.staff.as_ref().unwrap_or(&context.actor.person);
        Ok(self.details(customer, started_at?, staff))
    }

    /// As what an interaction is to be; what nobody says stays as it was.
    fn over(&self, before: &InteractionDetails) -> InteractionDetails {
        let customer = self.customer.unwrap_or(before.customer);
        let started_at = self.started_at.unwrap_or(before.started_at);
        self.details(
            customer,
            started_at,
            self.staff.as_ref().unwrap_or(&before.staff),
        )
    }

    fn details(
        &self,
        customer: CustomerId,
        started_at: Timestamp,
        staff: &PersonId,
    ) -> InteractionDetails {
        InteractionDetails {
            customer,
            contact: self.contact,
            kind: self.kind,
            direction: self.direction,
            started_at,
            duration_minutes: self.duration_minutes,
            summary: self.summary.clone(),
            staff: staff.clone(),
            outcome: self.outcome.clone(),
            next_action: self.next_action.clone(),
            opportunity: self.opportunity,
            ticket: self.ticket,
            campaign: self.campaign,
        }
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
            Command::Record(account) => account.reads(),
            Command::Amend {
                account, fields, ..
            } => {
                let customer = fields.contains(&InteractionField::Customer);
                let contact = fields.contains(&InteractionField::Contact);
                Reads::none()
                    .and_if::<Customer>(account.customer.filter(|_| customer))
                    .and_if::<Contact>(account.contact.filter(|_| contact))
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
                let at = details.started_at;
                let recorded = InteractionRecorded {
                    details,
                    follow_up: None,
                };
                Ok(Decision::event(recorded).occurred_at(Some(at)))
            }
            Command::Amend {
                account,
                fields,
                reason,
            } => {
                let before = state.existing(id)?;
                amend(before, &account.over(before), fields, reason, context)
            }
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

/// A contact exists. Whether it serves the customer is not asked: people change their employer,
/// and what was done with them before stays true.
pub(super) fn check_contact(contact: Option<ContactId>, context: &Context) -> Result<(), Refusal> {
    let Some(id) = contact else { return Ok(()) };
    context.read::<Contact>(id)?.existing(id).map(|_| ())
}
