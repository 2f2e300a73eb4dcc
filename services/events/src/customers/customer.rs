//! What can happen to a customer (C-01, C-06, C-09).

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{
    Address, ContactId, CustomerId, CustomerKind, Email, Phone, PoolId, change::field_changes,
};
use crate::{Money, PersonId, domain_events};

domain_events! {
    /// What can happen to a customer.
    CustomerEvent in Customers, "customer" {
        /// It was registered.
        Registered(CustomerRegistered) = "customers.customer_registered" / 1,
        /// Its profile was edited.
        ProfileChanged(CustomerProfileChanged) = "customers.customer_profile_changed" / 1,
        /// It was handed from one owner to another.
        OwnerChanged(CustomerOwnerChanged) = "customers.customer_owner_changed" / 1,
        /// It came into a public pool and has no owner from now on.
        EnteredPool(CustomerEnteredPool) = "customers.customer_entered_pool" / 1,
        /// A member of the pool claimed it.
        Claimed(CustomerClaimed) = "customers.customer_claimed" / 1,
        /// An admin of the pool gave it to a member.
        Assigned(CustomerAssigned) = "customers.customer_assigned" / 1,
        /// Another of its contacts is the primary one, or none is.
        PrimaryContactChanged(PrimaryContactChanged) = "customers.primary_contact_changed" / 1,
    }
}

/// Who a customer is (C-01).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerProfile {
    /// Company or person.
    pub kind: CustomerKind,
    /// The name that people use.
    pub name: String,
    /// The name in the register of companies or in the passport.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_name: Option<String>,
    /// Tax or registration number, as written; unique within the tenant once normalised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_id: Option<String>,
    /// Industry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub industry: Option<String>,
    /// How many people work there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employees: Option<u32>,
    /// What it turns over in a year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annual_revenue: Option<Money>,
    /// The year in which a company was founded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub founded_year: Option<i16>,
    /// Where the relation came from: "fair", "web form" …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Sales region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Postal addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Address>,
    /// Telephone numbers, the first one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<Phone>,
    /// Email addresses, the first one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<Email>,
    /// Web site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// A person's birthday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<Date>,
    /// What they like: `language` → `zh`, `channel` → `phone` …
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub preferences: BTreeMap<String, String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
    /// The tenant's own fields, as text by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub custom_fields: BTreeMap<String, String>,
    /// The company that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<CustomerId>,
    /// The customer that recommended us to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referrer: Option<CustomerId>,
}

impl CustomerProfile {
    /// A profile with nothing but a name.
    pub fn named(kind: CustomerKind, name: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.into(),
            legal_name: None,
            tax_id: None,
            industry: None,
            employees: None,
            annual_revenue: None,
            founded_year: None,
            source: None,
            region: None,
            addresses: Vec::new(),
            phones: Vec::new(),
            emails: Vec::new(),
            website: None,
            birthday: None,
            preferences: BTreeMap::new(),
            tags: BTreeSet::new(),
            custom_fields: BTreeMap::new(),
            parent: None,
            referrer: None,
        }
    }
}

field_changes! {
    /// A field of a customer's profile.
    CustomerField,
    /// One field's change in a customer's profile.
    CustomerChange
    of CustomerProfile {
        /// Company or person.
        Kind kind: CustomerKind,
        /// The name that people use.
        Name name: String,
        /// The official name.
        LegalName legal_name: Option<String>,
        /// Tax or registration number.
        TaxId tax_id: Option<String>,
        /// Industry.
        Industry industry: Option<String>,
        /// How many people work there.
        Employees employees: Option<u32>,
        /// What it turns over in a year.
        AnnualRevenue annual_revenue: Option<Money>,
        /// The year in which a company was founded.
        FoundedYear founded_year: Option<i16>,
        /// Where the relation came from.
        Source source: Option<String>,
        /// Sales region.
        Region region: Option<String>,
        /// Postal addresses.
        Addresses addresses: Vec<Address>,
        /// Telephone numbers.
        Phones phones: Vec<Phone>,
        /// Email addresses.
        Emails emails: Vec<Email>,
        /// Web site.
        Website website: Option<String>,
        /// A person's birthday.
        Birthday birthday: Option<Date>,
        /// What they like.
        Preferences preferences: BTreeMap<String, String>,
        /// Tags.
        Tags tags: BTreeSet<String>,
        /// The tenant's own fields.
        CustomFields custom_fields: BTreeMap<String, String>,
        /// The company that it belongs to.
        Parent parent: Option<CustomerId>,
        /// The customer that recommended us to it.
        Referrer referrer: Option<CustomerId>,
    }
}

/// It was registered; the event draws a number of the series `CU`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerRegistered {
    /// Who it is.
    pub profile: CustomerProfile,
    /// Its owner; `None` when it enters a pool in the same decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
}

/// Its profile was edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerProfileChanged {
    /// Each field with its value before and after.
    pub changes: Vec<CustomerChange>,
}

/// It was handed from one owner to another (C-09).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerOwnerChanged {
    /// Who owned it.
    pub from: PersonId,
    /// Who owns it.
    pub to: PersonId,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Why a customer came into a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PoolEntry {
    /// Its owner, or a manager, gave it back.
    Released,
    /// A rule took it back (C-07).
    Recycled,
    /// Its owner left.
    OwnerLeft,
    /// It was registered without an owner.
    Imported,
}

/// It came into a public pool (C-06).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerEnteredPool {
    /// The pool.
    pub pool: PoolId,
    /// The version of the pool's settings at that time.
    pub pool_version: u32,
    /// How it came there.
    pub entry: PoolEntry,
    /// By the service's clock, also when the command is back-dated: the locks count from here.
    pub entered_at: Timestamp,
    /// Who owned it until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_owner: Option<PersonId>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A member of the pool claimed it (C-06).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerClaimed {
    /// The pool.
    pub pool: PoolId,
    /// The version of the pool's settings that allowed it.
    pub pool_version: u32,
    /// Who owns it now.
    pub by: PersonId,
}

/// An admin of the pool gave it to a member (C-06).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerAssigned {
    /// The pool.
    pub pool: PoolId,
    /// The version of the pool's settings that allowed it.
    pub pool_version: u32,
    /// Who owns it now.
    pub to: PersonId,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Another of its contacts is the primary one (C-02). It stands on the customer's own stream, so
/// that there is never more than one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrimaryContactChanged {
    /// Before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<ContactId>,
    /// After.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<ContactId>,
}
