//! Who and what the tests are about.

use std::collections::BTreeSet;

use guanxi_customers::domain::interaction::Account;
use guanxi_events::{
    PersonId,
    customers::{
        ContactEvent, ContactId, ContactProfile, ContactRegistered, CustomerEnteredPool,
        CustomerEvent, CustomerId, CustomerKind, CustomerProfile, CustomerRegistered,
        InteractionDetails, InteractionKind, PoolEntry, PoolEvent, PoolId, PoolOpened,
        PoolSettings,
    },
};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// The clock of a scenario that says nothing else.
pub const NOON: &str = "2026-01-15T12:00:00Z";

pub const ACME: CustomerId = CustomerId(Uuid::from_u128(0xC1));
pub const GLOBEX: CustomerId = CustomerId(Uuid::from_u128(0xC2));
pub const WU: ContactId = ContactId(Uuid::from_u128(0xD1));
pub const POOL: PoolId = PoolId(Uuid::from_u128(0xE1));
pub const OTHER_POOL: PoolId = PoolId(Uuid::from_u128(0xE2));

pub fn person(name: &str) -> PersonId {
    name.parse().unwrap()
}

pub fn people<const N: usize>(names: [&str; N]) -> BTreeSet<PersonId> {
    names.into_iter().map(person).collect()
}

pub fn at(instant: &str) -> Timestamp {
    instant.parse().unwrap()
}

pub fn company(name: &str) -> CustomerProfile {
    CustomerProfile::named(CustomerKind::Company, name)
}

pub fn registered(owner: &str) -> CustomerEvent {
    registered_as(company("Acme"), Some(owner))
}

pub fn registered_as(profile: CustomerProfile, owner: Option<&str>) -> CustomerEvent {
    let owner = owner.map(person);
    CustomerRegistered { profile, owner }.into()
}

pub fn entered(pool: PoolId, last_owner: Option<&str>, entered_at: &str) -> CustomerEvent {
    let entered = CustomerEnteredPool {
        pool,
        pool_version: 1,
        entry: PoolEntry::Released,
        entered_at: at(entered_at),
        last_owner: last_owner.map(person),
        reason: None,
    };
    entered.into()
}

/// 2 customers a person, 3 claims a day, new entries locked for an hour, the last owner for a day.
pub fn strict() -> PoolSettings {
    PoolSettings {
        capacity_per_person: Some(2),
        claims_per_day: Some(3),
        new_entry_lock: SignedDuration::from_hours(1),
        previous_owner_lock: SignedDuration::from_hours(24),
        masked_fields: BTreeSet::new(),
    }
}

/// Members anna and bob, admin chen.
pub fn opened(settings: PoolSettings) -> PoolEvent {
    let opened = PoolOpened {
        name: "North".to_owned(),
        settings,
        members: people(["anna", "bob"]),
        admins: people(["chen"]),
    };
    opened.into()
}

pub fn contact(customers: impl IntoIterator<Item = CustomerId>) -> ContactEvent {
    let registered = ContactRegistered {
        profile: ContactProfile::named("Wu Mei"),
        customers: customers.into_iter().collect(),
    };
    registered.into()
}

/// A call with Acme, by the caller, now.
pub fn call() -> Account {
    Account {
        customer: Some(ACME),
        contact: None,
        kind: InteractionKind::Call,
        direction: None,
        started_at: None,
        duration_minutes: None,
        summary: "Asked for a quote".to_owned(),
        staff: None,
        outcome: None,
        next_action: None,
        opportunity: None,
        ticket: None,
        campaign: None,
    }
}

/// The same as it was recorded: by anna, at noon.
pub fn called() -> InteractionDetails {
    InteractionDetails {
        customer: ACME,
        contact: None,
        kind: InteractionKind::Call,
        direction: None,
        started_at: at(NOON),
        duration_minutes: None,
        summary: "Asked for a quote".to_owned(),
        staff: person("anna"),
        outcome: None,
        next_action: None,
        opportunity: None,
        ticket: None,
        campaign: None,
    }
}
