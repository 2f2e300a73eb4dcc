//! What can happen to a public pool (公海, C-06).

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::CustomerField;
use crate::{PersonId, domain_events};

domain_events! {
    /// What can happen to a public pool.
    PoolEvent in Customers, "pool" {
        /// It was opened.
        Opened(PoolOpened) = "customers.pool_opened" / 1,
        /// Its name or its rules were changed.
        Changed(PoolChanged) = "customers.pool_changed" / 1,
        /// Members or admins came or went.
        PeopleChanged(PoolPeopleChanged) = "customers.pool_people_changed" / 1,
        /// It was switched off.
        Closed(PoolClosed) = "customers.pool_closed" / 1,
        /// It was switched on again.
        Reopened(PoolReopened) = "customers.pool_reopened" / 1,
    }
}

/// A pool's rules.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PoolSettings {
    /// How many customers out of the pool one person may own at a time; `None` is any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity_per_person: Option<u32>,
    /// How many claims one person has a day, in the tenant's time zone; `None` is any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims_per_day: Option<u32>,
    /// How long after its entry nobody may claim a customer.
    #[serde(default)]
    pub new_entry_lock: SignedDuration,
    /// How long after its entry the last owner may not claim it back.
    #[serde(default)]
    pub previous_owner_lock: SignedDuration,
    /// What members do not see before they have claimed it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub masked_fields: BTreeSet<CustomerField>,
}

/// It was opened, with version 1 of its settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolOpened {
    /// Its name.
    pub name: String,
    /// Its rules.
    pub settings: PoolSettings,
    /// Who may claim.
    pub members: BTreeSet<PersonId>,
    /// Who may assign, and change the pool.
    pub admins: BTreeSet<PersonId>,
}

/// Its name or its rules were changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolChanged {
    /// The version of the settings from now on; each event that they cause names it.
    pub version: u32,
    /// Its name.
    pub name: String,
    /// Its rules.
    pub settings: PoolSettings,
}

/// Some of a pool's people.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PoolPeople {
    /// Who may claim.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub members: BTreeSet<PersonId>,
    /// Who may assign, and change the pool.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub admins: BTreeSet<PersonId>,
}

/// Members or admins came or went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolPeopleChanged {
    /// Who came.
    pub added: PoolPeople,
    /// Who went.
    pub removed: PoolPeople,
}

/// It was switched off: nothing enters and nobody claims; what is in it can still be assigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolClosed {
    /// Why.
    pub reason: String,
}

/// It was switched on again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolReopened {}
