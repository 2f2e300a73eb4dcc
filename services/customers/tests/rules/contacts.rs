//! C-02: contacts, whom they serve, and the one primary contact of a customer.

use std::collections::BTreeSet;

use guanxi_customers::domain::{Contact, Customer, contact::Command, customer};
use guanxi_decider::testing::Scenario;
use guanxi_events::customers::{
    Changed, ContactChange, ContactEvent, ContactField, ContactId, ContactLinked, ContactProfile,
    ContactProfileChanged, ContactUnlinked, CustomerEvent, CustomerId, PrimaryContactChanged,
};
use uuid::Uuid;

use crate::fixtures::{ACME, GLOBEX, WU, contact, registered};

fn register<const N: usize, const M: usize>(
    customers: [CustomerId; N],
    primary_of: [CustomerId; M],
) -> Command {
    Command::Register {
        profile: ContactProfile::named("Wu Mei"),
        customers: customers.into(),
        primary_of: primary_of.into(),
    }
}

fn primary(from: Option<ContactId>, to: Option<ContactId>) -> CustomerEvent {
    PrimaryContactChanged { from, to }.into()
}

#[test]
fn a_contact_may_serve_several_customers_and_be_the_primary_one_of_some() {
    let decision = Scenario::<Contact>::new(WU)
        .reading::<Customer>(ACME, [registered("anna")])
        .reading::<Customer>(GLOBEX, [registered("bob")])
        .when(register([ACME, GLOBEX], [GLOBEX]))
        .decision();
    assert_eq!(decision.events[0].0, contact([ACME, GLOBEX]));
    assert_eq!(
        decision.elsewhere_of::<CustomerEvent>(),
        [(GLOBEX.0, primary(None, Some(WU)))]
    );
}

#[test]
fn a_contact_serves_someone_and_is_primary_only_of_those() {
    Scenario::<Contact>::new(WU)
        .when(register([], [ACME]))
        .then_invalid(["customer_ids", "primary_of"]);
}

#[test]
fn every_customer_of_a_contact_exists() {
    Scenario::<Contact>::new(WU)
        .reading::<Customer>(ACME, [registered("anna")])
        .when(register([ACME, GLOBEX], []))
        .then_refused("NOT_FOUND");
}

#[test]
fn a_contact_is_registered_once() {
    Scenario::<Contact>::new(WU)
        .given([contact([ACME])])
        .when(register([ACME], []))
        .then_refused("CONTACT_EXISTS");
}

#[test]
fn nothing_is_done_to_a_contact_that_does_not_exist() {
    for command in [
        Command::Update {
            profile: ContactProfile::named("Wu"),
            fields: BTreeSet::from([ContactField::Name]),
        },
        Command::Link {
            customer: ACME,
            primary: false,
        },
        Command::Unlink {
            customer: ACME,
            reason: None,
        },
    ] {
        Scenario::<Contact>::new(WU)
            .when(command)
            .then_refused("NOT_FOUND");
    }
}

#[test]
fn an_edit_keeps_what_was_there_before() {
    let profile = ContactProfile {
        position: Some("buyer".to_owned()),
        ..ContactProfile::named("Wu Mei")
    };
    let edit = |profile: &ContactProfile| Command::Update {
        profile: profile.clone(),
        fields: ContactField::ALL.iter().copied().collect(),
    };
    Scenario::<Contact>::new(WU)
        .given([contact([ACME])])
        .when(edit(&profile))
        .then([ContactProfileChanged {
            changes: vec![ContactChange::Position(Changed {
                from: None,
                to: Some("buyer".to_owned()),
            })],
        }
        .into()]);
    Scenario::<Contact>::new(WU)
        .given([contact([ACME])])
        .when(edit(&ContactProfile::named("Wu Mei")))
        .then_nothing();
}

#[test]
fn the_primary_flag_goes_from_one_contact_to_another_on_the_customers_own_stream() {
    let li = ContactId(Uuid::from_u128(0xD2));
    let decision = Scenario::<Contact>::new(WU)
        .given([contact([GLOBEX])])
        .reading::<Customer>(ACME, [registered("anna"), primary(None, Some(li))])
        .when(Command::Link {
            customer: ACME,
            primary: true,
        })
        .decision();
    assert_eq!(
        decision.events[0].0,
        ContactEvent::from(ContactLinked { customer: ACME })
    );
    assert_eq!(
        decision.elsewhere_of::<CustomerEvent>(),
        [(ACME.0, primary(Some(li), Some(WU)))]
    );
}

#[test]
fn linking_twice_and_unlinking_the_unlinked_change_nothing() {
    let linked = || {
        Scenario::<Contact>::new(WU)
            .given([contact([ACME])])
            .reading::<Customer>(ACME, [registered("anna")])
            .reading::<Customer>(GLOBEX, [registered("anna")])
    };
    linked()
        .when(Command::Link {
            customer: ACME,
            primary: true,
        })
        .then_nothing();
    linked()
        .when(Command::Unlink {
            customer: GLOBEX,
            reason: None,
        })
        .then_nothing();
}

#[test]
fn a_contact_that_leaves_a_customer_takes_its_primary_flag_away() {
    let leave = |events: Vec<CustomerEvent>| {
        Scenario::<Contact>::new(WU)
            .given([contact([ACME])])
            .reading::<Customer>(ACME, events)
            .when(Command::Unlink {
                customer: ACME,
                reason: Some("left".to_owned()),
            })
            .decision()
    };
    let flagged = leave(vec![registered("anna"), primary(None, Some(WU))]);
    assert_eq!(
        flagged.elsewhere_of::<CustomerEvent>(),
        [(ACME.0, primary(Some(WU), None))]
    );
    assert_eq!(
        flagged.events[0].0,
        ContactEvent::from(ContactUnlinked {
            customer: ACME,
            reason: Some("left".to_owned())
        })
    );
    assert!(leave(vec![registered("anna")]).elsewhere.is_empty());
}

#[test]
fn only_a_contact_that_serves_the_customer_can_be_its_primary_one() {
    let flag = |contact| customer::Command::SetPrimaryContact { contact };
    let acme = || Scenario::<Customer>::new(ACME).given([registered("anna")]);
    acme().when(flag(Some(WU))).then_refused("NOT_FOUND");
    acme()
        .reading::<Contact>(WU, [contact([GLOBEX])])
        .when(flag(Some(WU)))
        .then_refused("CONTACT_OF_OTHERS");
    acme()
        .reading::<Contact>(WU, [contact([ACME])])
        .when(flag(Some(WU)))
        .then([primary(None, Some(WU))]);
    acme().when(flag(None)).then_nothing();
}
