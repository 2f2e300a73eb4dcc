//! C-06: claims and assignments out of a public pool, one customer at a time.

use guanxi_customers::domain::{
    ClaimQuota, Customer, Pool,
    customer::{Command, Holder},
};
use guanxi_decider::testing::{Outcome, Scenario};
use guanxi_events::customers::{
    ClaimCounted, ClaimQuotaEvent, ClaimQuotaId, CustomerAssigned, CustomerClaimed, CustomerEvent,
    CustomerId, HoldingAdded, HoldingRemoved, PoolChanged, PoolClosed, PoolEvent, PoolSettings,
};
use jiff::tz::TimeZone;
use uuid::Uuid;

use crate::fixtures::{
    ACME, NOON, OTHER_POOL, POOL, entered, opened, people, person, registered, strict,
};

/// Acme came into the pool two days ago; bob had owned it.
fn in_pool() -> Vec<CustomerEvent> {
    vec![
        registered("bob"),
        entered(POOL, Some("bob"), "2026-01-13T12:00:00Z"),
    ]
}

fn claimed_on(day: &str, customer: u128) -> ClaimQuotaEvent {
    let counted = ClaimCounted {
        pool: POOL,
        person: person("anna"),
        customer: CustomerId(Uuid::from_u128(customer)),
        on: day.parse().unwrap(),
    };
    counted.into()
}

fn let_go(customer: u128) -> ClaimQuotaEvent {
    let removed = HoldingRemoved {
        pool: POOL,
        person: person("anna"),
        customer: CustomerId(Uuid::from_u128(customer)),
    };
    removed.into()
}

fn claim(who: &str) -> Command {
    Command::Claim {
        pool: POOL,
        by: person(who),
    }
}

fn scenario(pool: Vec<PoolEvent>, customer: Vec<CustomerEvent>) -> Scenario<Customer> {
    Scenario::<Customer>::new(ACME)
        .reading::<Pool>(POOL, pool)
        .given(customer)
}

/// Anna claims, with what her quota says.
fn anna_claims(quota: Vec<ClaimQuotaEvent>) -> Outcome<Customer> {
    let quota_id = ClaimQuotaId::of(POOL, &person("anna"));
    scenario(vec![opened(strict())], in_pool())
        .reading::<ClaimQuota>(quota_id, quota)
        .when(claim("anna"))
}

#[test]
fn a_claim_writes_the_customer_and_the_quota_together_and_names_the_rules_version() {
    let changed = PoolChanged {
        version: 2,
        name: "North".to_owned(),
        settings: strict(),
    };
    let decision = scenario(vec![opened(strict()), changed.into()], in_pool())
        .when(claim("anna"))
        .decision();
    let claimed = CustomerClaimed {
        pool: POOL,
        pool_version: 2,
        by: person("anna"),
    };
    assert_eq!(decision.events[0].0, CustomerEvent::from(claimed));
    let counted = ClaimCounted {
        pool: POOL,
        person: person("anna"),
        customer: ACME,
        on: "2026-01-15".parse().unwrap(),
    };
    assert_eq!(
        decision.elsewhere_of::<ClaimQuotaEvent>(),
        [(ClaimQuotaId::of(POOL, &person("anna")).0, counted.into())]
    );
}

#[test]
fn a_claimed_customer_is_owned_and_remembers_the_pool() {
    let state = anna_claims(vec![]).state();
    let holder = Holder::Owner {
        person: person("anna"),
        origin: Some(POOL),
    };
    assert_eq!(state.holder, holder);
}

#[test]
fn the_second_claimant_finds_it_gone() {
    let claimed = CustomerClaimed {
        pool: POOL,
        pool_version: 1,
        by: person("bob"),
    };
    let mut events = in_pool();
    events.push(claimed.into());
    let refusal = scenario(vec![opened(strict())], events)
        .when(claim("anna"))
        .then_refused("NOT_IN_POOL");
    assert_eq!(refusal.code, "CLAIM_REFUSED");
}

#[test]
fn a_customer_in_another_pool_is_not_in_this_one() {
    let elsewhere = vec![
        registered("bob"),
        entered(OTHER_POOL, None, "2026-01-13T12:00:00Z"),
    ];
    scenario(vec![opened(strict())], elsewhere)
        .when(claim("anna"))
        .then_refused("NOT_IN_POOL");
}

#[test]
fn only_members_claim() {
    scenario(vec![opened(strict())], in_pool())
        .by("eve")
        .when(claim("eve"))
        .then_refused("NOT_A_MEMBER");
}

#[test]
fn nobody_claims_for_another() {
    scenario(vec![opened(strict())], in_pool())
        .by_manager()
        .when(claim("bob"))
        .then_refused("CLAIM_FOR_ANOTHER");
}

#[test]
fn the_capacity_counts_what_is_owned_now() {
    let two = || vec![claimed_on("2026-01-10", 1), claimed_on("2026-01-11", 2)];
    let refusal = anna_claims(two()).then_refused("CAPACITY_REACHED");
    assert_eq!(refusal.figures["held"], "2");
    assert_eq!(refusal.figures["capacity_per_person"], "2");
    let mut one = two();
    one.push(let_go(1));
    assert_eq!(anna_claims(one).decision().events.len(), 1);
}

#[test]
fn the_daily_number_counts_claims_not_what_is_still_owned() {
    let three = || {
        (1..=3)
            .flat_map(|n| [claimed_on("2026-01-15", n), let_go(n)])
            .collect()
    };
    let refusal = anna_claims(three()).then_refused("DAILY_NUMBER_REACHED");
    assert_eq!(refusal.figures["claimed_today"], "3");
    assert_eq!(refusal.figures["claims_per_day"], "3");
    assert_eq!(refusal.figures["held"], "0");
}

#[test]
fn the_day_is_the_tenants() {
    let three = || (1..=3).flat_map(|n| [claimed_on("2026-01-15", n), let_go(n)]);
    let quota_id = ClaimQuotaId::of(POOL, &person("anna"));
    // 16:30 in Greenwich is half past midnight of the next day in Shanghai.
    let at_half_past_four = |zone| {
        scenario(vec![opened(strict())], in_pool())
            .at("2026-01-15T16:30:00Z")
            .in_zone(zone)
            .reading::<ClaimQuota>(quota_id, three())
            .when(claim("anna"))
    };
    at_half_past_four(TimeZone::UTC).then_refused("DAILY_NUMBER_REACHED");
    let shanghai = TimeZone::fixed(jiff::tz::offset(8));
    assert_eq!(at_half_past_four(shanghai).decision().events.len(), 1);
}

#[test]
fn clocks_on_both_sides_of_midnight_do_not_make_a_day_longer() {
    let across = vec![
        claimed_on("2026-01-15", 1),
        let_go(1),
        claimed_on("2026-01-16", 2),
        let_go(2),
        claimed_on("2026-01-15", 3),
        let_go(3),
        claimed_on("2026-01-15", 4),
        let_go(4),
    ];
    anna_claims(across).then_refused("DAILY_NUMBER_REACHED");
}

#[test]
fn a_new_entry_is_locked_for_everyone_from_its_entry_on() {
    let fresh = || {
        vec![
            registered("bob"),
            entered(POOL, Some("bob"), "2026-01-15T11:30:00Z"),
        ]
    };
    let claim_at = |now| {
        scenario(vec![opened(strict())], fresh())
            .at(now)
            .when(claim("anna"))
    };
    let refusal = claim_at("2026-01-15T12:29:59Z").then_refused("NEW_ENTRY_LOCKED");
    assert_eq!(refusal.figures["locked_until"], "2026-01-15T12:30:00Z");
    assert_eq!(claim_at("2026-01-15T12:30:00Z").decision().events.len(), 1);
}

#[test]
fn an_edit_does_not_renew_a_lock() {
    let mut events = vec![
        registered("bob"),
        entered(POOL, Some("bob"), "2026-01-15T10:00:00Z"),
    ];
    let changed = guanxi_events::customers::CustomerProfileChanged { changes: vec![] };
    events.push(changed.into());
    let decision = scenario(vec![opened(strict())], events)
        .when(claim("anna"))
        .decision();
    assert_eq!(decision.events.len(), 1);
}

#[test]
fn the_last_owner_waits_longer_than_others() {
    let entered_at = |instant| vec![registered("bob"), entered(POOL, Some("bob"), instant)];
    let bob = |events| {
        scenario(vec![opened(strict())], events)
            .by("bob")
            .when(claim("bob"))
    };
    let refusal = bob(entered_at("2026-01-14T12:00:01Z")).then_refused("PREVIOUS_OWNER_LOCKED");
    assert_eq!(
        refusal.figures["previous_owner_locked_until"],
        "2026-01-15T12:00:01Z"
    );
    assert_eq!(
        bob(entered_at("2026-01-14T12:00:00Z"))
            .decision()
            .events
            .len(),
        1
    );
}

#[test]
fn all_checks_that_fail_are_named() {
    let strictest = PoolSettings {
        capacity_per_person: Some(0),
        claims_per_day: Some(0),
        ..strict()
    };
    let closed = PoolClosed {
        reason: "merged".to_owned(),
    };
    let just_now = vec![registered("eve"), entered(POOL, Some("eve"), NOON)];
    let refusal = scenario(vec![opened(strictest), closed.into()], just_now)
        .by("eve")
        .when(claim("eve"))
        .then_refused("CLAIM_REFUSED");
    let codes: Vec<&str> = refusal.reasons.iter().map(|(code, _)| *code).collect();
    assert_eq!(
        codes,
        [
            "POOL_CLOSED",
            "NOT_A_MEMBER",
            "CAPACITY_REACHED",
            "DAILY_NUMBER_REACHED",
            "NEW_ENTRY_LOCKED",
            "PREVIOUS_OWNER_LOCKED",
        ]
    );
}

#[test]
fn a_pool_without_limits_has_none() {
    let quota_id = ClaimQuotaId::of(POOL, &person("anna"));
    let many = (0..500).map(|n| claimed_on("2026-01-15", n));
    let decision = scenario(vec![opened(PoolSettings::default())], in_pool())
        .reading::<ClaimQuota>(quota_id, many)
        .when(claim("anna"))
        .decision();
    assert_eq!(decision.events.len(), 1);
}

#[test]
fn an_unknown_pool_is_not_found() {
    Scenario::<Customer>::new(ACME)
        .given(in_pool())
        .when(claim("anna"))
        .then_refused("NOT_FOUND");
}

#[test]
fn an_admin_assigns_across_the_locks_and_the_daily_number() {
    let none_a_day = PoolSettings {
        claims_per_day: Some(0),
        ..strict()
    };
    let just_now = vec![registered("bob"), entered(POOL, Some("bob"), NOON)];
    let decision = scenario(vec![opened(none_a_day)], just_now)
        .by("chen")
        .when(Command::Assign {
            pool: POOL,
            to: person("bob"),
            reason: None,
        })
        .decision();
    let assigned = CustomerAssigned {
        pool: POOL,
        pool_version: 1,
        to: person("bob"),
        reason: None,
    };
    assert_eq!(decision.events[0].0, CustomerEvent::from(assigned));
    let added = HoldingAdded {
        pool: POOL,
        person: person("bob"),
        customer: ACME,
    };
    assert_eq!(
        decision.elsewhere_of::<ClaimQuotaEvent>(),
        [(ClaimQuotaId::of(POOL, &person("bob")).0, added.into())]
    );
}

#[test]
fn an_assignment_keeps_to_membership_and_capacity() {
    let full = PoolSettings {
        capacity_per_person: Some(0),
        ..strict()
    };
    let refusal = scenario(vec![opened(full)], vec![registered("bob")])
        .by("chen")
        .when(Command::Assign {
            pool: POOL,
            to: person("eve"),
            reason: None,
        })
        .then_refused("ASSIGNMENT_REFUSED");
    let codes: Vec<&str> = refusal.reasons.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, ["NOT_IN_POOL", "NOT_A_MEMBER", "CAPACITY_REACHED"]);
}

#[test]
fn members_do_not_assign() {
    let assign = || Command::Assign {
        pool: POOL,
        to: person("bob"),
        reason: None,
    };
    let anna = || scenario(vec![opened(strict())], in_pool());
    anna().when(assign()).then_refused("NOT_POOL_ADMIN");
    assert!(anna().by_manager().when(assign()).result.is_ok());
}

#[test]
fn a_closed_pool_is_emptied_by_assignments() {
    let closed = PoolClosed {
        reason: "merged".to_owned(),
    };
    let pool = || vec![opened(strict()), closed.clone().into()];
    scenario(pool(), in_pool())
        .when(claim("anna"))
        .then_refused("POOL_CLOSED");
    let assign = Command::Assign {
        pool: POOL,
        to: person("anna"),
        reason: None,
    };
    assert!(
        scenario(pool(), in_pool())
            .by("chen")
            .when(assign)
            .result
            .is_ok()
    );
}

#[test]
fn a_member_who_left_the_pool_claims_no_more() {
    let left = guanxi_events::customers::PoolPeopleChanged {
        added: Default::default(),
        removed: guanxi_events::customers::PoolPeople {
            members: people(["anna"]),
            admins: people([]),
        },
    };
    scenario(vec![opened(strict()), left.into()], in_pool())
        .when(claim("anna"))
        .then_refused("NOT_A_MEMBER");
}
