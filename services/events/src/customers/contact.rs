//! What can happen to a contact (C-02).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{CustomerId, DecisionRole, Email, Phone, change::field_changes};
use crate::domain_events;

domain_events! {
    /// What can happen to a contact.
    ContactEvent in Customers, "contact" {
        /// They were registered.
        Registered(ContactRegistered) = "customers.contact_registered" / 1,
        /// Their profile was edited.
        ProfileChanged(ContactProfileChanged) = "customers.contact_profile_changed" / 1,
        /// They serve one more customer.
        Linked(ContactLinked) = "customers.contact_linked" / 1,
        /// They no longer serve a customer.
        Unlinked(ContactUnlinked) = "customers.contact_unlinked" / 1,
    }
}

/// Who a contact is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactProfile {
    /// Name.
    pub name: String,
    /// Position: "head of purchasing".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<String>,
    /// Department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Telephone numbers, the first one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<Phone>,
    /// Email addresses, the first one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<Email>,
    /// What they have to say in a purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_role: Option<DecisionRole>,
}

impl ContactProfile {
    /// A profile with nothing but a name.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            position: None,
            department: None,
            phones: Vec::new(),
            emails: Vec::new(),
            decision_role: None,
        }
    }
}

field_changes! {
    /// A field of a contact's profile.
    ContactField,
    /// One field's change in a contact's profile.
    ContactChange
    of ContactProfile {
        /// Name.
        Name name: String,
        /// Position.
        Position position: Option<String>,
        /// Department.
        Department department: Option<String>,
        /// Telephone numbers.
        Phones phones: Vec<Phone>,
        /// Email addresses.
        Emails emails: Vec<Email>,
        /// What they have to say in a purchase.
        DecisionRole decision_role: Option<DecisionRole>,
    }
}

/// They were registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactRegistered {
    /// Who they are.
    pub profile: ContactProfile,
    /// Whom they serve.
    pub customers: BTreeSet<CustomerId>,
}

/// Their profile was edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactProfileChanged {
    /// Each field with its value before and after.
    pub changes: Vec<ContactChange>,
}

/// They serve one more customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactLinked {
    /// The customer.
    pub customer: CustomerId,
}

/// They no longer serve a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactUnlinked {
    /// The customer.
    pub customer: CustomerId,
    /// Why: "left the company".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
