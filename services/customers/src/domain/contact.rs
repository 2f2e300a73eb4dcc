//! A contact (联系人, C-02): a person who serves one or several customers.
//!
//! Which contact is a customer's primary one stands on the customer's own stream, where there can
//! be only one; a contact that no longer serves the customer takes the flag away with it, in the
//! same decision.

use std::collections::BTreeSet;

use guanxi_decider::{Context, Decider, Decision, Reads, Refusal};
use guanxi_events::customers::{
    ContactChange, ContactEvent, ContactField, ContactId, ContactLinked, ContactProfile,
    ContactProfileChanged, ContactRegistered, ContactUnlinked, CustomerEvent, CustomerId,
    PrimaryContactChanged,
};
use serde::{Deserialize, Serialize};

use super::{Customer, violation};

/// The aggregate.
#[derive(Debug)]
pub enum Contact {}

/// What a contact is; the default is "not registered".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Who they are.
    pub profile: Option<ContactProfile>,
    /// Whom they serve.
    pub customers: BTreeSet<CustomerId>,
}

/// What can be asked of a contact.
#[derive(Debug, Clone)]
pub enum Command {
    /// Register them.
    Register {
        /// Who they are.
        profile: ContactProfile,
        /// Whom they serve: at least one customer.
        customers: BTreeSet<CustomerId>,
        /// Whose primary contact they become; some of `customers`.
        primary_of: BTreeSet<CustomerId>,
    },
    /// Edit their profile.
    Update {
        /// The new values; only `fields` of them count.
        profile: ContactProfile,
        /// What is edited.
        fields: BTreeSet<ContactField>,
    },
    /// They serve one more customer.
    Link {
        /// Which.
        customer: CustomerId,
        /// Whether they become its primary contact.
        primary: bool,
    },
    /// They no longer serve a customer.
    Unlink {
        /// Which.
        customer: CustomerId,
        /// Why.
        reason: Option<String>,
    },
}

impl State {
    /// The profile of a contact that must exist.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub fn existing(&self, id: ContactId) -> Result<&ContactProfile, Refusal> {
        let missing = || Refusal::not_found("contact", id);
        self.profile.as_ref().ok_or_else(missing)
    }
}

impl Decider for Contact {
    type State = State;
    type Command = Command;
    type Event = ContactEvent;

    const SNAPSHOT: u16 = 1;

    fn reads(_: &State, command: &Command) -> Reads {
        match command {
            Command::Register { customers, .. } => customers
                .iter()
                .fold(Reads::none(), |reads, id| reads.and::<Customer>(*id)),
            Command::Update { .. } => Reads::none(),
            Command::Link { customer, .. } | Command::Unlink { customer, .. } => {
                Reads::none().and::<Customer>(*customer)
            }
        }
    }

    fn decide(
        state: &State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<ContactEvent>, Refusal> {
        if !matches!(command, Command::Register { .. }) {
            state.existing(ContactId(context.id))?;
        }
        let decision = match command {
            Command::Register {
                profile,
                customers,
                primary_of,
            } => register(state, profile, customers, primary_of, context),
            Command::Update { profile, fields } => update(state, profile, fields, context),
            Command::Link { customer, primary } => link(state, *customer, *primary, context),
            Command::Unlink { customer, reason } => {
                unlink(state, *customer, reason.as_ref(), context)
            }
        }?;
        Ok(decision.occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(mut state: State, event: &ContactEvent) -> State {
        match event {
            ContactEvent::Registered(registered) => {
                state.profile = Some(registered.profile.clone());
                state.customers = registered.customers.clone();
            }
            ContactEvent::ProfileChanged(changed) => {
                if let Some(profile) = &mut state.profile {
                    for change in &changed.changes {
                        change.apply(profile);
                    }
                }
            }
            ContactEvent::Linked(linked) => {
                state.customers.insert(linked.customer);
            }
            ContactEvent::Unlinked(unlinked) => {
                state.customers.remove(&unlinked.customer);
            }
        }
        state
    }
}

fn register(
    state: &State,
    profile: &ContactProfile,
    customers: &BTreeSet<CustomerId>,
    primary_of: &BTreeSet<CustomerId>,
    context: &Context,
) -> Result<Decision<ContactEvent>, Refusal> {
    if state.profile.is_some() {
        let message = format!("there is a contact {} already", context.id);
        return Err(Refusal::already_exists("CONTACT_EXISTS", message));
    }
    let mut violations = Vec::new();
    if customers.is_empty() {
        let description = "a contact serves at least one customer";
        violations.push(violation("customer_ids", description));
    }
    if !primary_of.is_subset(customers) {
        let description = "names a customer that is not among customer_ids";
        violations.push(violation("primary_of", description));
    }
    if !violations.is_empty() {
        return Err(Refusal::invalid(violations));
    }
    for customer in customers {
        context.read::<Customer>(*customer)?.existing(*customer)?;
    }
    let registered = ContactRegistered {
        profile: profile.clone(),
        customers: customers.clone(),
    };
    primary_of
        .iter()
        .try_fold(Decision::event(registered), |decision, customer| {
            make_primary(decision, *customer, context)
        })
}

fn update(
    state: &State,
    given: &ContactProfile,
    fields: &BTreeSet<ContactField>,
    context: &Context,
) -> Result<Decision<ContactEvent>, Refusal> {
    let before = state.existing(ContactId(context.id))?;
    let changes: Vec<ContactChange> = fields
        .iter()
        .filter_map(|field| ContactChange::between(*field, before, given))
        .collect();
    if changes.is_empty() {
        return Ok(Decision::nothing());
    }
    Ok(Decision::event(ContactProfileChanged { changes }))
}

fn link(
    state: &State,
    customer: CustomerId,
    primary: bool,
    context: &Context,
) -> Result<Decision<ContactEvent>, Refusal> {
    context.read::<Customer>(customer)?.existing(customer)?;
    if state.customers.contains(&customer) {
        // The flag of a contact that is linked already is the customer's own command.
        return Ok(Decision::nothing());
    }
    let decision = Decision::event(ContactLinked { customer });
    if primary {
        make_primary(decision, customer, context)
    } else {
        Ok(decision)
    }
}

fn unlink(
    state: &State,
    customer: CustomerId,
    reason: Option<&String>,
    context: &Context,
) -> Result<Decision<ContactEvent>, Refusal> {
    if !state.customers.contains(&customer) {
        return Ok(Decision::nothing());
    }
    let decision = Decision::event(ContactUnlinked {
        customer,
        reason: reason.cloned(),
    });
    let own = Some(ContactId(context.id));
    if context.read::<Customer>(customer)?.primary_contact != own {
        return Ok(decision);
    }
    let unflagged = PrimaryContactChanged {
        from: own,
        to: None,
    };
    Ok(decision.elsewhere::<CustomerEvent>(customer, unflagged))
}

fn make_primary(
    decision: Decision<ContactEvent>,
    customer: CustomerId,
    context: &Context,
) -> Result<Decision<ContactEvent>, Refusal> {
    let flagged = PrimaryContactChanged {
        from: context.read::<Customer>(customer)?.primary_contact,
        to: Some(ContactId(context.id)),
    };
    Ok(decision.elsewhere::<CustomerEvent>(customer, flagged))
}
