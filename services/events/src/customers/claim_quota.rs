//! What one person has taken from one pool (C-06). A claim writes it together with the customer,
//! so that the daily number and the capacity hold however many claims run at once.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{CustomerId, PoolId};
use crate::{PersonId, domain_events};

domain_events! {
    /// What can happen to a person's quota in a pool.
    ClaimQuotaEvent in Customers, "claim_quota" {
        /// A claim was counted; the customer is held from now on.
        ClaimCounted(ClaimCounted) = "customers.claim_counted" / 1,
        /// A customer out of the pool came to the person otherwise than by a claim.
        HoldingAdded(HoldingAdded) = "customers.holding_added" / 1,
        /// A customer out of the pool went away from the person.
        HoldingRemoved(HoldingRemoved) = "customers.holding_removed" / 1,
    }
}

/// A claim was counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimCounted {
    /// The pool.
    pub pool: PoolId,
    /// Who claimed.
    pub person: PersonId,
    /// What.
    pub customer: CustomerId,
    /// The day that it counts for, in the tenant's time zone.
    pub on: Date,
}

/// A customer out of the pool came to the person otherwise than by a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldingAdded {
    /// The pool.
    pub pool: PoolId,
    /// To whom.
    pub person: PersonId,
    /// What.
    pub customer: CustomerId,
}

/// A customer out of the pool went away from the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldingRemoved {
    /// The pool.
    pub pool: PoolId,
    /// From whom.
    pub person: PersonId,
    /// What.
    pub customer: CustomerId,
}
