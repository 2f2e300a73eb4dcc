//! Registering a customer and editing who it is (C-01).

use std::collections::BTreeSet;

use guanxi_decider::{Context, Decision, FieldViolation, Refusal};
use guanxi_events::customers::{
    CustomerChange, CustomerEnteredPool, CustomerEvent, CustomerField, CustomerId, CustomerKind,
    CustomerProfile, CustomerProfileChanged, CustomerRegistered, PoolEntry,
};

use super::{Customer, FirstHolder, State};
use crate::domain::{Pool, violation};

pub(super) fn register(
    state: &State,
    profile: &CustomerProfile,
    holder: &FirstHolder,
    context: &Context,
) -> Result<Decision<CustomerEvent>, Refusal> {
    if state.profile.is_some() {
        let message = format!("there is a customer {} already", context.id);
        return Err(Refusal::already_exists("CUSTOMER_EXISTS", message));
    }
    check(profile, context)?;
    check_parent(profile.parent, context)?;
    check_referrer(profile.referrer, context)?;
    let registered = |owner| CustomerRegistered {
        profile: profile.clone(),
        owner,
    };
    let actor = &context.actor;
    let decision = match holder {
        FirstHolder::Registrant => {
            Decision::event(registered(Some(actor.person.clone()))).numbered(Customer::SERIES)
        }
        FirstHolder::Person(person) => {
            if *person != actor.person && !actor.manages && !actor.may_backdate {
                let message = format!("{} may not register for {person}", actor.person);
                return Err(Refusal::forbidden("NOT_OWNER", message));
            }
            Decision::event(registered(Some(person.clone()))).numbered(Customer::SERIES)
        }
        FirstHolder::Pool(id) => {
            let pool = context.read::<Pool>(*id)?;
            let pool = pool.existing(*id)?;
            if let Some((code, message)) = pool.closed() {
                return Err(Refusal::precondition(code, message));
            }
            Decision::event(registered(None))
                .numbered(Customer::SERIES)
                .and(CustomerEnteredPool {
                    pool: *id,
                    pool_version: pool.version,
                    entry: PoolEntry::Imported,
                    entered_at: context.now,
                    last_owner: None,
                    reason: None,
                })
        }
    };
    Ok(match &profile.tax_id {
        Some(tax_id) => decision.claim(TAX_ID, normalised_tax_id(tax_id)),
        None => decision,
    })
}

pub(super) fn update(
    state: &State,
    given: &CustomerProfile,
    fields: &BTreeSet<CustomerField>,
    context: &Context,
) -> Result<Decision<CustomerEvent>, Refusal> {
    let before = state.existing(CustomerId(context.id))?;
    super::ownership::must_own(state, context)?;
    let changes: Vec<CustomerChange> = fields
        .iter()
        .filter_map(|field| CustomerChange::between(*field, before, given))
        .collect();
    if changes.is_empty() {
        return Ok(Decision::nothing());
    }
    let mut after = before.clone();
    for change in &changes {
        change.apply(&mut after);
    }
    check(&after, context)?;
    if before.parent != after.parent {
        check_parent(after.parent, context)?;
    }
    if before.referrer != after.referrer {
        check_referrer(after.referrer, context)?;
    }
    let mut decision = Decision::event(CustomerProfileChanged { changes });
    let key = |profile: &CustomerProfile| profile.tax_id.as_deref().map(normalised_tax_id);
    let (old, new) = (key(before), key(&after));
    if old != new {
        if let Some(old) = old {
            decision = decision.release(TAX_ID, old);
        }
        if let Some(new) = new {
            decision = decision.claim(TAX_ID, new);
        }
    }
    Ok(decision)
}

/// The kind of key that keeps tax ids unique.
const TAX_ID: &str = "tax_id";

/// A tax id as it is compared: full-width forms as half-width ones, letters and digits only, in
/// upper case. `de 123.456` and `ＤＥ123456` are the same.
pub fn normalised_tax_id(tax_id: &str) -> String {
    let half_width = |c: char| match u32::from(c) {
        // The full-width forms stand at a fixed distance from ASCII.
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    tax_id
        .chars()
        .map(half_width)
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

/// What is wrong with a profile whose fields are each right in themselves.
fn check(profile: &CustomerProfile, context: &Context) -> Result<(), Refusal> {
    let company = profile.kind == CustomerKind::Company;
    let this_year = context.today().year();
    let own = Some(CustomerId(context.id));
    let rules: [(bool, &str, &str); 8] = [
        (
            company && profile.birthday.is_some(),
            "profile.birthday",
            "only a person has a birthday",
        ),
        (
            profile.birthday.is_some_and(|day| day > context.today()),
            "profile.birthday",
            "is in the future",
        ),
        (
            !company && profile.founded_year.is_some(),
            "profile.founded_year",
            "only a company was founded",
        ),
        (
            profile.founded_year.is_some_and(|year| year > this_year),
            "profile.founded_year",
            "is in the future",
        ),
        (
            !company && profile.employees.is_some(),
            "profile.employees",
            "only a company has employees",
        ),
        (
            profile.parent == own,
            "profile.parent_id",
            "a customer is not its own parent",
        ),
        (
            profile.referrer == own,
            "profile.referrer_id",
            "a customer is not its own referrer",
        ),
        (
            profile
                .tax_id
                .as_deref()
                .is_some_and(|id| normalised_tax_id(id).len() < 4),
            "profile.tax_id",
            "has fewer than 4 letters and digits",
        ),
    ];
    let violations: Vec<FieldViolation> = rules
        .into_iter()
        .filter(|(broken, ..)| *broken)
        .map(|(_, field, description)| violation(field, description))
        .collect();
    if violations.is_empty() {
        Ok(())
    } else {
        Err(Refusal::invalid(violations))
    }
}

/// A parent exists, is a company, and is not in turn a subsidiary of this customer. Longer loops
/// would need the whole group of companies to be read by each change; queries that walk up a
/// group stop where they have been before.
fn check_parent(parent: Option<CustomerId>, context: &Context) -> Result<(), Refusal> {
    let Some(id) = parent else { return Ok(()) };
    let parent = context.read::<Customer>(id)?;
    let profile = parent.existing(id)?;
    if profile.kind != CustomerKind::Company {
        let message = format!("customer {id} is a person, and only a company has subsidiaries");
        return Err(Refusal::precondition("PARENT_NOT_A_COMPANY", message));
    }
    if profile.parent == Some(CustomerId(context.id)) {
        let message = format!("customer {id} is a subsidiary of this one");
        return Err(Refusal::precondition("PARENT_IS_A_SUBSIDIARY", message));
    }
    Ok(())
}

fn check_referrer(referrer: Option<CustomerId>, context: &Context) -> Result<(), Refusal> {
    let Some(id) = referrer else { return Ok(()) };
    context.read::<Customer>(id)?.existing(id).map(|_| ())
}
