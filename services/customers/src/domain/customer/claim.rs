//! Claims out of a public pool, and assignments by its admins (C-06). The customer, the pool's
//! rules and the person's quota are checked in one append, so exactly one claimant wins.

use guanxi_decider::{Context, Decision, Refusal};
use guanxi_events::{
    PersonId,
    customers::{
        ClaimCounted, ClaimQuotaEvent, ClaimQuotaId, CustomerAssigned, CustomerClaimed,
        CustomerEvent, CustomerId, HoldingAdded, PoolId,
    },
};

use super::{Holder, InPool, State};
use crate::domain::{ClaimQuota, Pool, later};

/// A check that failed: its code, and what it says to people.
type Failed = (&'static str, String);

pub(super) fn claim(
    state: &State,
    pool_id: PoolId,
    by: &PersonId,
    context: &Context,
) -> Result<Decision<CustomerEvent>, Refusal> {
    if *by != context.actor.person {
        let message = "a claim is for oneself; an admin of the pool assigns to others";
        return Err(Refusal::forbidden("CLAIM_FOR_ANOTHER", message));
    }
    let pool = context.read::<Pool>(pool_id)?;
    let pool = pool.existing(pool_id)?;
    let quota_id = ClaimQuotaId::of(pool_id, by);
    let quota = context.read::<ClaimQuota>(quota_id)?;
    let today = context.today();
    let claimed = quota.claimed_on(today);

    let mut failed: Vec<Failed> = Vec::new();
    failed.extend(pool.closed());
    let stay = stay(state, pool_id);
    failed.extend(stay.is_none().then(|| not_in_pool(&pool.name)));
    failed.extend(not_a_member(pool, by));
    failed.extend(capacity_reached(pool_id, by, context)?);
    if let Some(limit) = pool
        .settings
        .claims_per_day
        .filter(|limit| claimed >= *limit)
    {
        let message = format!("{by} has made {claimed} claims today; {limit} a day are allowed");
        failed.push(("DAILY_NUMBER_REACHED", message));
    }
    if let Some(stay) = stay {
        let open = later(stay.entered_at, pool.settings.new_entry_lock);
        if context.now < open {
            let message = format!("it is new in the pool and locked for everyone until {open}");
            failed.push(("NEW_ENTRY_LOCKED", message));
        }
        let back = later(stay.entered_at, pool.settings.previous_owner_lock);
        if stay.last_owner.as_ref() == Some(by) && context.now < back {
            let message = format!("{by} was its last owner and may not claim it back until {back}");
            failed.push(("PREVIOUS_OWNER_LOCKED", message));
        }
    }
    if !failed.is_empty() {
        let refusal = Refusal::preconditions("CLAIM_REFUSED", failed);
        return Err(figures(refusal, pool, stay, quota.held(), claimed));
    }
    let customer = CustomerId(context.id);
    let claimed = CustomerClaimed {
        pool: pool_id,
        pool_version: pool.version,
        by: by.clone(),
    };
    let counted = ClaimCounted {
        pool: pool_id,
        person: by.clone(),
        customer,
        on: today,
    };
    Ok(Decision::event(claimed).elsewhere::<ClaimQuotaEvent>(quota_id, counted))
}

/// An admin's word stands above the locks and the daily number, not above membership and
/// capacity. It also empties a pool that was switched off.
pub(super) fn assign(
    state: &State,
    pool_id: PoolId,
    to: &PersonId,
    reason: Option<&String>,
    context: &Context,
) -> Result<Decision<CustomerEvent>, Refusal> {
    let pool = context.read::<Pool>(pool_id)?;
    let pool = pool.existing(pool_id)?;
    pool.administered_by(context)?;
    let mut failed: Vec<Failed> = Vec::new();
    failed.extend(
        stay(state, pool_id)
            .is_none()
            .then(|| not_in_pool(&pool.name)),
    );
    failed.extend(not_a_member(pool, to));
    failed.extend(capacity_reached(pool_id, to, context)?);
    if !failed.is_empty() {
        return Err(Refusal::preconditions("ASSIGNMENT_REFUSED", failed));
    }
    let customer = CustomerId(context.id);
    let assigned = CustomerAssigned {
        pool: pool_id,
        pool_version: pool.version,
        to: to.clone(),
        reason: reason.cloned(),
    };
    let added = HoldingAdded {
        pool: pool_id,
        person: to.clone(),
        customer,
    };
    let quota = ClaimQuotaId::of(pool_id, to);
    Ok(Decision::event(assigned).elsewhere::<ClaimQuotaEvent>(quota, added))
}

/// Whether one more customer out of the pool would be too many for the person.
pub(super) fn capacity_reached(
    pool_id: PoolId,
    person: &PersonId,
    context: &Context,
) -> Result<Option<Failed>, Refusal> {
    let pool = context.read::<Pool>(pool_id)?;
    let quota = context.read::<ClaimQuota>(ClaimQuotaId::of(pool_id, person))?;
    let held = quota.held();
    let full = pool
        .settings
        .capacity_per_person
        .filter(|limit| held >= *limit);
    Ok(full.map(|limit| {
        let name = &pool.name;
        let message =
            format!("{person} owns {held} customers out of the pool {name:?}; {limit} are allowed");
        ("CAPACITY_REACHED", message)
    }))
}

fn stay(state: &State, pool: PoolId) -> Option<&InPool> {
    match &state.holder {
        Holder::Pool(stay) if stay.pool == pool => Some(stay),
        Holder::Pool(_) | Holder::Owner { .. } | Holder::Nobody => None,
    }
}

/// Does not say where it is instead: that may be none of the caller's business.
fn not_in_pool(name: &str) -> Failed {
    let message = format!("it is not, or no longer, in the pool {name:?}");
    ("NOT_IN_POOL", message)
}

fn not_a_member(pool: &crate::domain::pool::State, person: &PersonId) -> Option<Failed> {
    let message = || format!("{person} is not a member of the pool {:?}", pool.name);
    (!pool.members.contains(person)).then(|| ("NOT_A_MEMBER", message()))
}

/// All figures of a claim's checks, whichever failed.
fn figures(
    refusal: Refusal,
    pool: &crate::domain::pool::State,
    stay: Option<&InPool>,
    held: u32,
    claimed: u32,
) -> Refusal {
    let settings = &pool.settings;
    let mut refusal = refusal
        .figure("pool_version", pool.version)
        .figure("held", held)
        .figure("claimed_today", claimed);
    if let Some(limit) = settings.capacity_per_person {
        refusal = refusal.figure("capacity_per_person", limit);
    }
    if let Some(limit) = settings.claims_per_day {
        refusal = refusal.figure("claims_per_day", limit);
    }
    let Some(stay) = stay else { return refusal };
    refusal
        .figure("entered_at", stay.entered_at)
        .figure(
            "locked_until",
            later(stay.entered_at, settings.new_entry_lock),
        )
        .figure(
            "previous_owner_locked_until",
            later(stay.entered_at, settings.previous_owner_lock),
        )
}
