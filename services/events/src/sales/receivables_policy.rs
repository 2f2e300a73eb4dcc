//! What can happen to the tenant's rules for receivables: one versioned rule a tenant.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Money, domain_events};

/// The id of a tenant's only policy.
pub const RECEIVABLES_POLICY: Uuid = Uuid::from_u128(0x0e5c_0d1f_5d0c_5c38_9d0a_7a4f_3c1d_0001);

/// The rules, whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivablesRules {
    /// The largest rest that is written off with an allocation, one a currency; 0 where none is
    /// named (S-24).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tolerances: Vec<Money>,
}

/// The rules were set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivablesPolicySet {
    /// The version that this makes, from 1.
    pub version: u32,
    /// The rules from now on, whole.
    pub rules: ReceivablesRules,
}

domain_events! {
    /// What can happen to the rules for receivables.
    ReceivablesPolicyEvent in Sales, "receivables_policy" {
        /// They were set.
        Set(ReceivablesPolicySet) = "sales.receivables_policy_set" / 1,
    }
}
