//! What can happen to a billing profile (S-22). Its id is the customer's.

use serde::{Deserialize, Serialize};

use crate::domain_events;

/// To whom invoices are made out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingDetails {
    /// The name on the invoice (发票抬头).
    pub title: String,
    /// The tax id (税号).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_id: Option<String>,
    /// The lines of the address, and where invoices are mailed to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub address: Vec<String>,
    /// The bank (开户行).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank: Option<String>,
    /// The account at that bank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank_account: Option<String>,
    /// For invoices by email.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// A billing profile was set: invoices from now on are made out so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingProfileSet {
    /// The version that this makes, from 1.
    pub version: u32,
    /// The profile from now on, whole.
    pub details: BillingDetails,
}

domain_events! {
    /// What can happen to a billing profile.
    BillingProfileEvent in Sales, "billing_profile" {
        /// It was set.
        Set(BillingProfileSet) = "sales.billing_profile_set" / 1,
    }
}
