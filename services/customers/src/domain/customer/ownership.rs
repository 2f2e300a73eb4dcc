//! One owner, who may hand a customer on (C-09) or put it into a public pool (C-06).

use guanxi_decider::{Context, Decision, Refusal};
use guanxi_events::{
    PersonId,
    customers::{
        ClaimQuotaEvent, ClaimQuotaId, CustomerEnteredPool, CustomerEvent, CustomerId,
        CustomerOwnerChanged, HoldingAdded, HoldingRemoved, PoolEntry, PoolId,
    },
};

use super::{Holder, State, claim};
use crate::domain::Pool;

/// Refuses those who neither own the customer nor manage.
pub(super) fn must_own(state: &State, context: &Context) -> Result<(), Refusal> {
    let actor = &context.actor;
    if actor.manages || state.owner() == Some(&actor.person) {
        return Ok(());
    }
    let message = format!("{} does not own customer {}", actor.person, context.id);
    Err(Refusal::forbidden("NOT_OWNER", message))
}

/// Refuses when somebody else owns it by now.
pub(super) fn must_be_owned_by(state: &State, from: &PersonId) -> Result<(), Refusal> {
    match state.owner() {
        Some(owner) if owner != from => {
            let message = format!("{owner} owns it, not {from}");
            Err(Refusal::precondition("OWNER_CHANGED", message)
                .figure("owner", owner)
                .figure("expected_owner", from))
        }
        _ => Ok(()),
    }
}

/// A customer that came out of a pool counts against the new owner's capacity there, so that a
/// capacity cannot be passed by handing customers around.
pub(super) fn transfer(
    state: &State,
    to: &PersonId,
    reason: Option<&String>,
    context: &Context,
) -> Result<Decision<CustomerEvent>, Refusal> {
    let (from, origin) = match &state.holder {
        Holder::Owner { person, origin } => (person, *origin),
        Holder::Pool(_) | Holder::Nobody => {
            let message = "it is in a public pool: an admin of the pool may assign it";
            return Err(Refusal::precondition("IN_POOL", message));
        }
    };
    must_own(state, context)?;
    if from == to {
        return Ok(Decision::nothing());
    }
    let decision = Decision::event(CustomerOwnerChanged {
        from: from.clone(),
        to: to.clone(),
        reason: reason.cloned(),
    });
    let Some(pool) = origin else {
        return Ok(decision);
    };
    if let Some((code, message)) = claim::capacity_reached(pool, to, context)? {
        return Err(Refusal::precondition(code, message));
    }
    let customer = CustomerId(context.id);
    Ok(
        let_go(decision, pool, from, customer).elsewhere::<ClaimQuotaEvent>(
            ClaimQuotaId::of(pool, to),
            HoldingAdded {
                pool,
                person: to.clone(),
                customer,
            },
        ),
    )
}

/// The locks count from the service's clock, not from the date that the caller gives, or a
/// back-dated release would be a way around them.
pub(super) fn release(
    state: &State,
    pool: PoolId,
    entry: PoolEntry,
    reason: Option<&String>,
    context: &Context,
) -> Result<Decision<CustomerEvent>, Refusal> {
    let (owner, origin) = match &state.holder {
        Holder::Owner { person, origin } => (person, *origin),
        Holder::Pool(_) | Holder::Nobody => {
            let message = "it is in a public pool already";
            return Err(Refusal::precondition("IN_POOL", message));
        }
    };
    must_own(state, context)?;
    if entry != PoolEntry::Released && !context.actor.manages {
        let message = "an owner can only release it; what else brings it there is a manager's word";
        return Err(Refusal::forbidden("NOT_A_MANAGER", message));
    }
    let settings = context.read::<Pool>(pool)?;
    let settings = settings.existing(pool)?;
    if let Some((code, message)) = settings.closed() {
        return Err(Refusal::precondition(code, message));
    }
    let decision = Decision::event(CustomerEnteredPool {
        pool,
        pool_version: settings.version,
        entry,
        entered_at: context.now,
        last_owner: Some(owner.clone()),
        reason: reason.cloned(),
    });
    Ok(match origin {
        Some(origin) => let_go(decision, origin, owner, CustomerId(context.id)),
        None => decision,
    })
}

/// The owner holds one customer less of those that came out of the pool.
fn let_go(
    decision: Decision<CustomerEvent>,
    pool: PoolId,
    person: &PersonId,
    customer: CustomerId,
) -> Decision<CustomerEvent> {
    decision.elsewhere::<ClaimQuotaEvent>(
        ClaimQuotaId::of(pool, person),
        HoldingRemoved {
            pool,
            person: person.clone(),
            customer,
        },
    )
}
