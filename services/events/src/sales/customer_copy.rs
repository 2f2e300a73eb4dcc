//! What the sales service knows of a customer: its own reference copy, kept by a reaction.

use serde::{Deserialize, Serialize};

use crate::{PersonId, domain_events};

/// What is known of a customer from now on, whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerCopied {
    /// The customer's name.
    pub name: String,
    /// The customer's number: `CU-000123`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Who looks after the customer; nobody while it is in the public pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// Whether it is in the public pool.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_pool: bool,
}

domain_events! {
    /// What can happen to the copy of a customer.
    CustomerCopyEvent in Sales, "customer_copy" {
        /// The copy was made or brought up to date.
        Copied(CustomerCopied) = "sales.customer_copied" / 1,
    }
}
