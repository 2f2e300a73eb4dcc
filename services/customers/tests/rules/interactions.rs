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

use crate::fixtures::{ACME, GLOBEX, NOON, WU, at, call, contact, person, registered};

const ID: InteractionId = InteractionId(Uuid::from_u128(0xF1));

fn scenario() -> Scenario<Interaction> {
    Scenario::<Interaction>::new(ID).reading::<Customer>(ACME, [registered("anna")])
}

fn recorded() -> InteractionDetails {
    InteractionDetails {
        started_at: at(NOON),
        staff: person("anna"),
        ..call().details
    }
}

fn record(details: InteractionDetails) -> InteractionEvent {
    InteractionRecorded {
        details,
        follow_up: None,
    }
    .into()
}

fn amend<const N: usize>(details: InteractionDetails, fields: [InteractionField; N]) -> Command {
    Command::Amend {
        details: Box::new(details),
        fields: BTreeSet::from(fields),
        reason: "misheard".to_owned(),
    }
}

#[test]
fn what_nobody_says_is_the_caller_and_now() {
    scenario()
        .when(Command::Record(Box::new(call())))
        .then([record(recorded())]);
}

#[test]
fn the_time_that_was_said_is_the_time_of_the_event() {
    let account = Account {
        details: InteractionDetails {
            started_at: at("2026-01-14T09:00:00Z"),
            staff: person("bob"),
            ..call().details
        },
        started_at_said: true,
        staff_said: true,
    };
    let details = account.details.clone();
    let decision = scenario()
        .when(Command::Record(Box::new(account)))
        .decision();
    assert_eq!(decision.occurred_at, Some(at("2026-01-14T09:00:00Z")));
    assert_eq!(decision.events[0].0, record(details));
}

#[test]
fn an_interaction_is_not_in_the_future_nor_too_long_ago() {
    let on = |instant| {
        let mut account = call();
        account.details.started_at = at(instant);
        account.started_at_said = true;
        Command::Record(Box::new(account))
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
    let account = || Command::Record(Box::new(call()));
    Scenario::<Interaction>::new(ID)
        .when(account())
        .then_refused("NOT_FOUND");
    let with_wu = || {
        let mut account = call();
        account.details.contact = Some(WU);
        Command::Record(Box::new(account))
    };
    scenario().when(with_wu()).then_refused("NOT_FOUND");
    // A contact who serves others by now is still the one who was spoken to.
    let moved = scenario().reading::<Contact>(WU, [contact([GLOBEX])]);
    assert_eq!(moved.when(with_wu()).decision().events.len(), 1);
}

#[test]
fn an_interaction_is_recorded_once() {
    scenario()
        .given([record(recorded())])
        .when(Command::Record(Box::new(call())))
        .then_refused("INTERACTION_EXISTS");
}

#[test]
fn an_amendment_keeps_what_had_been_recorded() {
    let right = InteractionDetails {
        summary: "Asked for two quotes".to_owned(),
        outcome: Some("not looked at".to_owned()),
        ..recorded()
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
        .given([record(recorded())])
        .when(command())
        .then([amended.into()]);
    let state = scenario()
        .given([record(recorded())])
        .when(command())
        .state();
    assert_eq!(state.amendments, 1);
    assert_eq!(state.details.unwrap().outcome, None);
}

#[test]
fn an_amendment_that_changes_nothing_writes_nothing() {
    scenario()
        .given([record(recorded())])
        .when(amend(recorded(), [InteractionField::Summary]))
        .then_nothing();
}

#[test]
fn an_amendment_is_checked_like_a_record() {
    let given = || scenario().given([record(recorded())]);
    let other = |customer, contact| InteractionDetails {
        customer,
        contact,
        ..recorded()
    };
    given()
        .when(amend(other(GLOBEX, None), [InteractionField::Customer]))
        .then_refused("NOT_FOUND");
    given()
        .when(amend(other(ACME, Some(WU)), [InteractionField::Contact]))
        .then_refused("NOT_FOUND");
    let tomorrow = InteractionDetails {
        started_at: at("2026-01-16T09:00:00Z"),
        ..recorded()
    };
    given()
        .when(amend(tomorrow, [InteractionField::StartedAt]))
        .then_refused("DATED_IN_THE_FUTURE");
    scenario()
        .when(amend(recorded(), [InteractionField::Summary]))
        .then_refused("NOT_FOUND");
}
