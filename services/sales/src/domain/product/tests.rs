//! The rules of products as given / when / then.

use guanxi_decider::{UniqueKey, testing::Scenario};
use uuid::Uuid;

use super::*;

fn details(sku: &str) -> ProductDetails {
    ProductDetails {
        sku: sku.to_owned(),
        name: "GTX Pro".into(),
        unit: "piece".into(),
        tax_class: Some("standard".into()),
        cost: None,
    }
}

fn created(sku: &str) -> ProductEvent {
    ProductCreated {
        details: details(sku),
    }
    .into()
}

fn retired() -> ProductEvent {
    ProductRetired { reason: None }.into()
}

fn key(value: &str) -> UniqueKey {
    UniqueKey {
        kind: "sku",
        value: value.to_owned(),
    }
}

fn scenario() -> Scenario<Product> {
    Scenario::new(Uuid::now_v7())
}

#[test]
fn a_new_product_claims_its_sku_whatever_its_case() {
    let decision = scenario()
        .when(Command::Create(details("gtx-pro")))
        .decision();
    assert_eq!(decision.claims, [key("GTX-PRO")]);
    assert!(decision.releases.is_empty());
    assert_eq!(decision.events[0].0, created("gtx-pro"));
}

#[test]
fn a_new_sku_is_claimed_and_the_old_one_given_back() {
    let decision = scenario()
        .given([created("GTX-1")])
        .when(Command::Change(details("GTX-2")))
        .decision();
    assert_eq!(decision.claims, [key("GTX-2")]);
    assert_eq!(decision.releases, [key("GTX-1")]);
}

#[test]
fn a_sku_written_in_another_case_is_still_the_same_claim() {
    let decision = scenario()
        .given([created("gtx-1")])
        .when(Command::Change(details("GTX-1")))
        .decision();
    assert_eq!(decision.events.len(), 1);
    assert!(decision.claims.is_empty() && decision.releases.is_empty());
}

#[test]
fn the_same_details_again_change_nothing() {
    scenario()
        .given([created("GTX-1")])
        .when(Command::Change(details("GTX-1")))
        .then_nothing();
}

#[test]
fn a_product_is_created_once() {
    scenario()
        .given([created("GTX-1")])
        .when(Command::Create(details("GTX-1")))
        .then_refused("PRODUCT_EXISTS");
}

#[test]
fn what_does_not_exist_is_neither_changed_nor_retired_nor_reactivated() {
    for command in [
        Command::Change(details("GTX-1")),
        Command::Retire { reason: None },
        Command::Reactivate,
    ] {
        scenario().when(command).then_refused("NOT_FOUND");
    }
}

#[test]
fn a_retired_product_keeps_its_sku() {
    let decision = scenario()
        .given([created("GTX-1")])
        .when(Command::Retire { reason: None })
        .decision();
    assert_eq!(decision.events[0].0, retired());
    assert!(decision.releases.is_empty());
}

#[test]
fn retiring_and_reactivating_take_effect_once() {
    scenario()
        .given([created("GTX-1"), retired()])
        .when(Command::Retire { reason: None })
        .then_nothing();
    scenario()
        .given([created("GTX-1")])
        .when(Command::Reactivate)
        .then_nothing();
    let state = scenario()
        .given([created("GTX-1"), retired()])
        .when(Command::Reactivate)
        .state();
    assert!(!state.unwrap().retired);
}
