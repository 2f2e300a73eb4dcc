//! C-04: interactions are recorded once and amended with their history.

use std::collections::BTreeSet;

use guanxi_customers::domain::{
    Contact, Customer, Interaction,
    interaction::{Account, Command},
};
use guanxi_decider::testing::Scenario;
use guanxi_events::customers::{
    Changed, InteractionAmended, InteractionChange, InteractionDetails, InteractionEvent,
    InteractionField, InteractionId, InteractionRecorded,
};
use uuid::Uuid;

use crate::fixtures::{ACME, GLOBEX, WU, at, call, called, contact, person, registered};

const ID: InteractionId = InteractionId(Uuid::from_u128(0xF1));

fn scenario() -> Scenario<Interaction> {
    Scenario::<Interaction>::new(ID).reading::<Customer>(ACME, [registered("anna")])
}

fn record(account: Account) -> Command {
    Command::Record(Box::new(account))
}

fn recorded(details: InteractionDetails) -> InteractionEvent {
    InteractionRecorded {
        details,
        follow_up: None,
    }
    .into()
}

fn amend<const N: usize>(account: Account, fields: [InteractionField; N]) -> Command {
    Command::Amend {
        account: Box::new(account),
        fields: BTreeSet::from(fields),
        reason: "misheard".to_owned(),
    }
}

#[test]
fn what_nobody_says_is_the_caller_and_now() {
    scenario().when(record(call())).then([recorded(called())]);
}

#[test]
fn the_time_that_was_said_is_the_time_of_the_event() {
    let account = Account {
        started_at: Some(at("2026-01-14T09:00:00Z")),
        staff: Some(person("bob")),
        ..call()
    };
    let decision = scenario().when(record(account)).decision();
    assert_eq!(decision.occurred_at, Some(at("2026-01-14T09:00:00Z")));
    let details = InteractionDetails {
        started_at: at("2026-01-14T09:00:00Z"),
        staff: person("bob"),
        ..called()
    };
    assert_eq!(decision.events[0].0, recorded(details));
}

#[test]
fn where_no_time_is_said_the_commands_own_date_holds() {
    let dated = scenario()
        .dated("2026-01-10T08:00:00Z")
        .when(record(call()))
        .decision();
    assert_eq!(dated.occurred_at, Some(at("2026-01-10T08:00:00Z")));
}

#[test]
fn an_interaction_is_not_in_the_future_nor_too_long_ago() {
    let on = |instant| {
        record(Account {
            started_at: Some(at(instant)),
            ..call()
        })
    };
    scenario()
        .when(on("2026-01-16T09:00:00Z"))
        .then_refused("DATED_IN_THE_FUTURE");
    scenario()
        .when(on("2025-11-01T09:00:00Z"))
        .then_refused("BACKDATED_TOO_FAR");
    let old = scenario()
        .by_importer()
        .when(on("2017-11-01T09:00:00Z"))
        .decision();
    assert_eq!(old.occurred_at, Some(at("2017-11-01T09:00:00Z")));
}

#[test]
fn its_customer_and_contact_exist() {
    Scenario::<Interaction>::new(ID)
        .when(record(call()))
        .then_refused("NOT_FOUND");
    let with_wu = || {
        record(Account {
            contact: Some(WU),
            ..call()
        })
    };
    scenario().when(with_wu()).then_refused("NOT_FOUND");
    // A contact who serves others by now is still the one who was spoken to.
    let moved = scenario().reading::<Contact>(WU, [contact([GLOBEX])]);
    assert_eq!(moved.when(with_wu()).decision().events.len(), 1);
}

#[test]
fn an_interaction_is_with_somebody() {
    let with_nobody = Account {
        customer: None,
        ..call()
    };
    scenario()
        .when(record(with_nobody))
        .then_invalid(["details.customer_id"]);
}

#[test]
fn an_interaction_is_recorded_once() {
    scenario()
        .given([recorded(called())])
        .when(record(call()))
        .then_refused("INTERACTION_EXISTS");
}

#[test]
fn an_amendment_keeps_what_had_been_recorded() {
    let right = Account {
        summary: "Asked for two quotes".to_owned(),
        outcome: Some("not looked at".to_owned()),
        ..call()
    };
    let command = || amend(right.clone(), [InteractionField::Summary]);
    let amended = InteractionAmended {
        changes: vec![InteractionChange::Summary(Changed {
            from: "Asked for a quote".to_owned(),
            to: "Asked for two quotes".to_owned(),
        })],
        reason: "misheard".to_owned(),
    };
    scenario()
        .given([recorded(called())])
        .when(command())
        .then([amended.into()]);
    let state = scenario()
        .given([recorded(called())])
        .when(command())
        .state();
    assert_eq!(state.amendments, 1);
    assert_eq!(state.details.unwrap().outcome, None);
}

#[test]
fn an_amendment_that_changes_nothing_writes_nothing() {
    scenario()
        .given([recorded(called())])
        .when(amend(
            call(),
            [InteractionField::Summary, InteractionField::Staff],
        ))
        .then_nothing();
}

#[test]
fn an_amendment_is_checked_like_a_record() {
    let given = || scenario().given([recorded(called())]);
    let to_globex = Account {
        customer: Some(GLOBEX),
        ..call()
    };
    given()
        .when(amend(to_globex, [InteractionField::Customer]))
        .then_refused("NOT_FOUND");
    let with_wu = Account {
        contact: Some(WU),
        ..call()
    };
    given()
        .when(amend(with_wu, [InteractionField::Contact]))
        .then_refused("NOT_FOUND");
    let tomorrow = Account {
        started_at: Some(at("2026-01-16T09:00:00Z")),
        ..call()
    };
    given()
        .when(amend(tomorrow, [InteractionField::StartedAt]))
        .then_refused("DATED_IN_THE_FUTURE");
    scenario()
        .when(amend(call(), [InteractionField::Summary]))
        .then_refused("NOT_FOUND");
}
