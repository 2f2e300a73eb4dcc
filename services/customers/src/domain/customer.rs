//! A customer (客户): who it is (C-01), and who owns it or which pool it is in (C-06, C-09).

mod claim;
mod ownership;
mod profile;

use std::collections::BTreeSet;

use guanxi_decider::{Context, Decider, Decision, Numbered, Reads, Refusal};
use guanxi_events::{
    PersonId,
    customers::{
        ClaimQuotaId, ContactId, CustomerEvent, CustomerField, CustomerId, CustomerProfile,
        PoolEntry, PoolId, PrimaryContactChanged,
    },
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ClaimQuota, Contact, Pool};
pub use profile::normalised_tax_id;

/// The aggregate.
#[derive(Debug)]
pub enum Customer {}

/// What a customer is; the default is "not registered".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Who it is.
    pub profile: Option<CustomerProfile>,
    /// Its number in the series `CU`.
    pub number: Option<i64>,
    /// Who has it.
    pub holder: Holder,
    /// The primary one of its contacts (C-02).
    pub primary_contact: Option<ContactId>,
}

/// Who has a customer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// No one: only between registration and the entry into a pool, which are one decision.
    #[default]
    Nobody,
    /// An owner.
    Owner {
        /// Who.
        person: PersonId,
        /// The pool that they took it from; it counts against their capacity there.
        origin: Option<PoolId>,
    },
    /// A public pool.
    Pool(InPool),
}

/// A stay in a public pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InPool {
    /// Which pool.
    pub pool: PoolId,
    /// Since when, by the service's clock; locks count from here.
    pub entered_at: Timestamp,
    /// Who owned it until then.
    pub last_owner: Option<PersonId>,
}

/// Whom a new customer is given to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FirstHolder {
    /// Whoever registers it.
    Registrant,
    /// This person.
    Person(PersonId),
    /// A public pool.
    Pool(PoolId),
}

/// What can be asked of a customer.
#[derive(Debug, Clone)]
pub enum Command {
    /// Register it.
    Register {
        /// Who it is.
        profile: Box<CustomerProfile>,
        /// Whom it is given to.
        holder: FirstHolder,
    },
    /// Edit its profile.
    Update {
        /// The new values; only `fields` of them count.
        profile: Box<CustomerProfile>,
        /// What is edited.
        fields: BTreeSet<CustomerField>,
    },
    /// Make one of its contacts the primary one, or none.
    SetPrimaryContact {
        /// Which.
        contact: Option<ContactId>,
    },
    /// Hand it to another owner.
    Transfer {
        /// To whom.
        to: PersonId,
        /// Why.
        reason: Option<String>,
    },
    /// Hand it on as part of a desk: only from the owner that is named.
    HandOn {
        /// Whose it must be.
        from: PersonId,
        /// To whom.
        to: PersonId,
        /// Why.
        reason: Option<String>,
    },
    /// Put it into a public pool.
    Release {
        /// Which.
        pool: PoolId,
        /// How it comes there.
        entry: PoolEntry,
        /// Why.
        reason: Option<String>,
    },
    /// Take it out of a public pool for oneself.
    Claim {
        /// Which pool.
        pool: PoolId,
        /// Oneself.
        by: PersonId,
    },
    /// Give it to a member of the public pool that it is in.
    Assign {
        /// Which pool.
        pool: PoolId,
        /// To whom.
        to: PersonId,
        /// Why.
        reason: Option<String>,
    },
}

impl State {
    /// The profile of a customer that must exist.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub fn existing(&self, id: CustomerId) -> Result<&CustomerProfile, Refusal> {
        let missing = || Refusal::not_found("customer", id);
        self.profile.as_ref().ok_or_else(missing)
    }

    /// Its owner, when it has one.
    pub fn owner(&self) -> Option<&PersonId> {
        match &self.holder {
            Holder::Owner { person, .. } => Some(person),
            Holder::Nobody | Holder::Pool(_) => None,
        }
    }

    /// The pool out of which its owner took it, and the owner.
    fn taken_from(&self) -> Option<(PoolId, &PersonId)> {
        match &self.holder {
            Holder::Owner { person, origin } => Some(((*origin)?, person)),
            Holder::Nobody | Holder::Pool(_) => None,
        }
    }
}

impl Decider for Customer {
    type State = State;
    type Command = Command;
    type Event = CustomerEvent;

    const SNAPSHOT: u16 = 1;

    fn reads(state: &State, command: &Command) -> Reads {
        let none = Reads::none();
        let held = state.taken_from();
        let quota = held.map(|(pool, owner)| ClaimQuotaId::of(pool, owner));
        match command {
            Command::Register { profile, holder } => {
                let reads = none
                    .and_if::<Self>(profile.parent)
                    .and_if::<Self>(profile.referrer);
                match holder {
                    FirstHolder::Pool(pool) => reads.and::<Pool>(*pool),
                    FirstHolder::Registrant | FirstHolder::Person(_) => reads,
                }
            }
            Command::Update { profile, fields } => {
                let parent = fields.contains(&CustomerField::Parent);
                let referrer = fields.contains(&CustomerField::Referrer);
                none.and_if::<Self>(profile.parent.filter(|_| parent))
                    .and_if::<Self>(profile.referrer.filter(|_| referrer))
            }
            Command::SetPrimaryContact { contact } => none.and_if::<Contact>(*contact),
            Command::Transfer { to, .. } | Command::HandOn { to, .. } => {
                let receiver = held.map(|(pool, _)| ClaimQuotaId::of(pool, to));
                none.and_if::<Pool>(held.map(|(pool, _)| pool))
                    .and_if::<ClaimQuota>(quota)
                    .and_if::<ClaimQuota>(receiver)
            }
            Command::Release { pool, .. } => none.and::<Pool>(*pool).and_if::<ClaimQuota>(quota),
            Command::Claim { pool, by: person }
            | Command::Assign {
                pool, to: person, ..
            } => none
                .and::<Pool>(*pool)
                .and::<ClaimQuota>(ClaimQuotaId::of(*pool, person)),
        }
    }

    fn decide(
        state: &State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<CustomerEvent>, Refusal> {
        if !matches!(command, Command::Register { .. }) {
            state.existing(CustomerId(context.id))?;
        }
        let decision = match command {
            Command::Register { profile, holder } => {
                profile::register(state, profile, holder, context)
            }
            Command::Update { profile, fields } => profile::update(state, profile, fields, context),
            Command::SetPrimaryContact { contact } => set_primary(state, *contact, context),
            Command::Transfer { to, reason } => {
                ownership::transfer(state, to, reason.as_ref(), context)
            }
            Command::HandOn { from, to, reason } => {
                ownership::must_be_owned_by(state, from)?;
                ownership::transfer(state, to, reason.as_ref(), context)
            }
            Command::Release {
                pool,
                entry,
                reason,
            } => ownership::release(state, *pool, *entry, reason.as_ref(), context),
            Command::Claim { pool, by } => claim::claim(state, *pool, by, context),
            Command::Assign { pool, to, reason } => {
                claim::assign(state, *pool, to, reason.as_ref(), context)
            }
        }?;
        Ok(decision.occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(mut state: State, event: &CustomerEvent) -> State {
        match event {
            CustomerEvent::Registered(registered) => {
                state.profile = Some(registered.profile.clone());
                state.holder = match &registered.owner {
                    Some(person) => Holder::Owner {
                        person: person.clone(),
                        origin: None,
                    },
                    None => Holder::Nobody,
                };
            }
            CustomerEvent::ProfileChanged(changed) => {
                if let Some(profile) = &mut state.profile {
                    for change in &changed.changes {
                        change.apply(profile);
                    }
                }
            }
            CustomerEvent::OwnerChanged(changed) => {
                state.holder = Holder::Owner {
                    person: changed.to.clone(),
                    origin: state.taken_from().map(|(pool, _)| pool),
                };
            }
            CustomerEvent::EnteredPool(entered) => {
                state.holder = Holder::Pool(InPool {
                    pool: entered.pool,
                    entered_at: entered.entered_at,
                    last_owner: entered.last_owner.clone(),
                });
            }
            CustomerEvent::Claimed(claimed) => {
                state.holder = Holder::Owner {
                    person: claimed.by.clone(),
                    origin: Some(claimed.pool),
                };
            }
            CustomerEvent::Assigned(assigned) => {
                state.holder = Holder::Owner {
                    person: assigned.to.clone(),
                    origin: Some(assigned.pool),
                };
            }
            CustomerEvent::PrimaryContactChanged(changed) => state.primary_contact = changed.to,
        }
        state
    }

    fn numbered(mut state: State, number: Numbered<'_>) -> State {
        if number.series == Customer::SERIES {
            state.number = Some(number.number);
        }
        state
    }
}

impl Customer {
    /// The series of customers' numbers.
    pub const SERIES: &'static str = "CU";
}

fn set_primary(
    state: &State,
    contact: Option<ContactId>,
    context: &Context,
) -> Result<Decision<CustomerEvent>, Refusal> {
    if let Some(id) = contact {
        let customer = CustomerId(context.id);
        let serving = context.read::<Contact>(id)?;
        serving.existing(id)?;
        if !serving.customers.contains(&customer) {
            let message = format!("contact {id} does not serve customer {customer}: link it first");
            return Err(Refusal::precondition("CONTACT_OF_OTHERS", message));
        }
    }
    if contact == state.primary_contact {
        return Ok(Decision::nothing());
    }
    Ok(Decision::event(PrimaryContactChanged {
        from: state.primary_contact,
        to: contact,
    }))
}
