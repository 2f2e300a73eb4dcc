//! C-09 and C-06: handing a customer on, and putting it into a pool.

use guanxi_customers::domain::{
    ClaimQuota, Customer, Pool,
    customer::{Command, Holder},
};
use guanxi_decider::testing::Scenario;
use guanxi_events::customers::{
    ClaimQuotaEvent, ClaimQuotaId, CustomerClaimed, CustomerEnteredPool, CustomerEvent,
    CustomerOwnerChanged, HoldingAdded, HoldingRemoved, PoolClosed, PoolEntry, PoolSettings,
};

use crate::fixtures::{
    ACME, NOON, OTHER_POOL, POOL, at, entered, opened, person, registered, strict,
};

fn transfer(to: &str) -> Command {
    Command::Transfer {
        to: person(to),
        reason: Some("on leave".to_owned()),
    }
}

fn release(pool: guanxi_events::customers::PoolId) -> Command {
    Command::Release {
        pool,
        entry: PoolEntry::Released,
        reason: None,
    }
}

fn claimed(by: &str) -> CustomerEvent {
    CustomerClaimed {
        pool: POOL,
        pool_version: 1,
        by: person(by),
    }
    .into()
}

fn removed(from: &str) -> (uuid::Uuid, ClaimQuotaEvent) {
    let event = HoldingRemoved {
        pool: POOL,
        person: person(from),
        customer: ACME,
    };
    (ClaimQuotaId::of(POOL, &person(from)).0, event.into())
}

/// Anna owns it, claimed out of the pool.
fn annas() -> Vec<CustomerEvent> {
    vec![
        registered("bob"),
        entered(POOL, Some("bob"), "2026-01-01T00:00:00Z"),
        claimed("anna"),
    ]
}

#[test]
fn an_owner_hands_a_customer_on_and_the_event_names_both() {
    Scenario::<Customer>::new(ACME)
        .given([registered("anna")])
        .when(transfer("bob"))
        .then([CustomerOwnerChanged {
            from: person("anna"),
            to: person("bob"),
            reason: Some("on leave".to_owned()),
        }
        .into()]);
}

#[test]
fn a_customer_is_handed_on_by_its_owner_or_a_manager() {
    let bobs = || Scenario::<Customer>::new(ACME).given([registered("bob")]);
    bobs().when(transfer("anna")).then_refused("NOT_OWNER");
    assert!(bobs().by_manager().when(transfer("anna")).result.is_ok());
}

#[test]
fn handing_it_to_its_owner_changes_nothing() {
    Scenario::<Customer>::new(ACME)
        .given([registered("anna")])
        .when(transfer("anna"))
        .then_nothing();
}

#[test]
fn what_is_in_a_pool_has_no_owner_to_hand_it_on() {
    let events = [registered("anna"), entered(POOL, Some("anna"), NOON)];
    Scenario::<Customer>::new(ACME)
        .given(events)
        .by_manager()
        .when(transfer("bob"))
        .then_refused("IN_POOL");
}

#[test]
fn a_claimed_customer_counts_against_whoever_owns_it_next() {
    let decision = Scenario::<Customer>::new(ACME)
        .given(annas())
        .reading::<Pool>(POOL, [opened(strict())])
        .when(transfer("bob"))
        .decision();
    let added = HoldingAdded {
        pool: POOL,
        person: person("bob"),
        customer: ACME,
    };
    let bobs = (ClaimQuotaId::of(POOL, &person("bob")).0, added.into());
    assert_eq!(
        decision.elsewhere_of::<ClaimQuotaEvent>(),
        [removed("anna"), bobs]
    );

    let state = Scenario::<Customer>::new(ACME)
        .given(annas())
        .reading::<Pool>(POOL, [opened(strict())])
        .when(transfer("bob"))
        .state();
    let holder = Holder::Owner {
        person: person("bob"),
        origin: Some(POOL),
    };
    assert_eq!(state.holder, holder);
}

#[test]
fn a_capacity_is_not_passed_by_handing_customers_around() {
    let one = PoolSettings {
        capacity_per_person: Some(1),
        ..strict()
    };
    let other = HoldingAdded {
        pool: POOL,
        person: person("bob"),
        customer: crate::fixtures::GLOBEX,
    };
    Scenario::<Customer>::new(ACME)
        .given(annas())
        .reading::<Pool>(POOL, [opened(one)])
        .reading::<ClaimQuota>(ClaimQuotaId::of(POOL, &person("bob")), [other.into()])
        .when(transfer("bob"))
        .then_refused("CAPACITY_REACHED");
}

#[test]
fn a_released_customer_enters_the_pool_with_its_last_owner_and_the_rules_version() {
    Scenario::<Customer>::new(ACME)
        .given([registered("anna")])
        .reading::<Pool>(POOL, [opened(strict())])
        .when(release(POOL))
        .then([CustomerEnteredPool {
            pool: POOL,
            pool_version: 1,
            entry: PoolEntry::Released,
            entered_at: at(NOON),
            last_owner: Some(person("anna")),
            reason: None,
        }
        .into()]);
}

#[test]
fn a_release_frees_the_capacity_in_the_pool_that_it_was_claimed_from() {
    let decision = Scenario::<Customer>::new(ACME)
        .given(annas())
        .reading::<Pool>(OTHER_POOL, [opened(strict())])
        .when(release(OTHER_POOL))
        .decision();
    assert_eq!(
        decision.elsewhere_of::<ClaimQuotaEvent>(),
        [removed("anna")]
    );
}

#[test]
fn a_back_dated_release_does_not_shorten_the_locks() {
    let decision = Scenario::<Customer>::new(ACME)
        .given([registered("anna")])
        .dated("2026-01-01T00:00:00Z")
        .reading::<Pool>(POOL, [opened(strict())])
        .when(release(POOL))
        .decision();
    let CustomerEvent::EnteredPool(entered) = &decision.events[0].0 else {
        panic!("{decision:?}");
    };
    assert_eq!(entered.entered_at, at(NOON));
    assert_eq!(decision.occurred_at, Some(at("2026-01-01T00:00:00Z")));
}

#[test]
fn a_customer_is_released_by_its_owner_or_a_manager() {
    let bobs = || {
        Scenario::<Customer>::new(ACME)
            .given([registered("bob")])
            .reading::<Pool>(POOL, [opened(strict())])
    };
    bobs().when(release(POOL)).then_refused("NOT_OWNER");
    assert!(bobs().by_manager().when(release(POOL)).result.is_ok());
}

#[test]
fn that_an_owner_left_is_a_managers_word() {
    let left = || Command::Release {
        pool: POOL,
        entry: PoolEntry::OwnerLeft,
        reason: None,
    };
    let annas = || {
        Scenario::<Customer>::new(ACME)
            .given([registered("anna")])
            .reading::<Pool>(POOL, [opened(strict())])
    };
    annas().when(left()).then_refused("NOT_A_MANAGER");
    assert!(annas().by_manager().when(left()).result.is_ok());
}

#[test]
fn nothing_is_released_twice_nor_into_a_pool_that_is_closed_or_unknown() {
    let annas = || Scenario::<Customer>::new(ACME).given([registered("anna")]);
    annas()
        .given([entered(POOL, Some("anna"), NOON)])
        .reading::<Pool>(POOL, [opened(strict())])
        .when(release(POOL))
        .then_refused("IN_POOL");
    let closed = PoolClosed {
        reason: "merged".to_owned(),
    };
    annas()
        .reading::<Pool>(POOL, [opened(strict()), closed.into()])
        .when(release(POOL))
        .then_refused("POOL_CLOSED");
    annas().when(release(POOL)).then_refused("NOT_FOUND");
}
