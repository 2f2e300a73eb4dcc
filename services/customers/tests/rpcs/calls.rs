//! Whole calls against a real Postgres: what was written is answered, and to no one else.

use guanxi_harness::TestDatabase;
use guanxi_proto::customers::v1::{
    contact_service_server::ContactService as _, customer_service_server::CustomerService as _,
    follow_up_service_server::FollowUpService as _,
    interaction_service_server::InteractionService as _,
};
use guanxi_proto::{customers::v1::*, google_type};
use prost_types::FieldMask;
use tonic::Code;

use crate::service::{Replica, agent, company, header, manager, reason, stranger};

/// A profile with every field set, in the form in which it is stored.
fn whole(parent_id: String, referrer_id: String) -> CustomerProfile {
    let text = str::to_owned;
    CustomerProfile {
        kind: CustomerKind::Company.into(),
        name: text("Acme"),
        legal_name: text("Acme GmbH"),
        tax_id: text("DE 123456789"),
        industry: text("medical"),
        employees: Some(2822),
        annual_revenue: Some(google_type::Money {
            currency_code: text("USD"),
            units: 1_100_040_000,
            nanos: 500_000_000,
        }),
        founded_year: Some(1996),
        source: text("fair"),
        region: text("Europe"),
        addresses: vec![Address {
            kind: AddressKind::Main.into(),
            lines: vec![text("Unter den Linden 1")],
            city: text("Berlin"),
            region: text("Berlin"),
            postal_code: text("10117"),
            country: text("DE"),
        }],
        phones: vec![Phone {
            number: text("+4930901820"),
            country: String::new(),
            label: text("switchboard"),
        }],
        emails: vec![Email {
            address: text("office@acme.example"),
            label: text("work"),
        }],
        website: text("https://acme.example/"),
        birthday: None,
        preferences: [(text("language"), text("de"))].into(),
        tags: vec![text("key account"), text("关系")],
        custom_fields: [(text("fleet_size"), text("120"))].into(),
        parent_id,
        referrer_id,
    }
}

#[tokio::test]
async fn a_customer_is_answered_as_it_was_registered_with_its_number() {
    let database = TestDatabase::create().await.unwrap();
    let replica = Replica::of(&database).await;
    let parent = replica.register("anna", company("Holding")).await.unwrap();
    let referrer = replica.register("anna", company("Friend")).await.unwrap();
    let profile = whole(parent, referrer);
    let request = RegisterCustomerRequest {
        header: header(),
        profile: Some(profile.clone()),
        ..RegisterCustomerRequest::default()
    };
    let response = replica
        .customers()
        .register_customer(agent("anna", request.clone()))
        .await;
    let receipt = response.unwrap().into_inner().receipt.unwrap();
    assert_eq!((receipt.number.as_str(), receipt.version), ("CU-000003", 1));
    assert!(!receipt.token.is_empty());

    let customer = replica
        .customer(&receipt.id, |get| agent("bob", get))
        .await
        .unwrap();
    assert_eq!(customer.profile, Some(profile));
    assert_eq!(customer.number, "CU-000003");
    assert_eq!(customer.owner, "anna");

    let again = replica
        .customers()
        .register_customer(agent("anna", request))
        .await
        .unwrap();
    assert_eq!(
        again.into_inner().receipt,
        Some(receipt),
        "the first answer, not a second customer"
    );
}

#[tokio::test]
async fn a_tax_id_is_taken_until_it_is_given_up() {
    let database = TestDatabase::create().await.unwrap();
    let replica = Replica::of(&database).await;
    let with_tax_id = |tax_id: &str| CustomerProfile {
        tax_id: tax_id.to_owned(),
        ..company("Acme")
    };
    let first = replica
        .register("anna", with_tax_id("DE 1234"))
        .await
        .unwrap();
    let status = replica
        .register("bob", with_tax_id("de-12.34"))
        .await
        .unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::AlreadyExists, "TAKEN")
    );

    let give_up = UpdateCustomerRequest {
        header: header(),
        customer_id: first,
        profile: Some(company("Acme")),
        update_mask: Some(FieldMask {
            paths: vec!["tax_id".to_owned()],
        }),
    };
    replica
        .customers()
        .update_customer(agent("anna", give_up))
        .await
        .unwrap();
    replica
        .register("bob", with_tax_id("de-12.34"))
        .await
        .unwrap();
}

#[tokio::test]
async fn nothing_of_one_tenant_is_there_for_another() {
    let database = TestDatabase::create().await.unwrap();
    let replica = Replica::of(&database).await;
    let id = replica.register("anna", company("Acme")).await.unwrap();
    let status = replica.customer(&id, stranger).await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::NotFound, "NOT_FOUND")
    );
    let transfer = TransferCustomerRequest {
        header: header(),
        customer_id: id,
        owner: "eve".to_owned(),
        reason: String::new(),
    };
    let status = replica
        .customers()
        .transfer_customer(stranger(transfer))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
}

#[tokio::test]
async fn a_customer_has_one_primary_contact_whoever_sets_it() {
    let database = TestDatabase::create().await.unwrap();
    let replica = Replica::of(&database).await;
    let customer = replica.register("anna", company("Acme")).await.unwrap();
    let mut contacts = Vec::new();
    for name in ["Wu Mei", "Li Na"] {
        let request = RegisterContactRequest {
            header: header(),
            profile: Some(ContactProfile {
                name: name.to_owned(),
                position: "buyer".to_owned(),
                decision_role: DecisionRole::Evaluator.into(),
                ..ContactProfile::default()
            }),
            customer_ids: vec![customer.clone()],
            primary_of: vec![customer.clone()],
            ..RegisterContactRequest::default()
        };
        let response = replica
            .contacts()
            .register_contact(agent("anna", request))
            .await
            .unwrap();
        contacts.push(response.into_inner().receipt.unwrap().id);
    }
    let primary = || async {
        replica
            .customer(&customer, manager)
            .await
            .unwrap()
            .primary_contact_id
    };
    assert_eq!(primary().await, contacts[1]);
    let set = SetPrimaryContactRequest {
        header: header(),
        customer_id: customer.clone(),
        contact_id: contacts[0].clone(),
    };
    replica
        .customers()
        .set_primary_contact(agent("anna", set))
        .await
        .unwrap();
    assert_eq!(primary().await, contacts[0]);
    let leave = UnlinkContactRequest {
        header: header(),
        contact_id: contacts[0].clone(),
        customer_id: customer.clone(),
        reason: "left".to_owned(),
    };
    replica
        .contacts()
        .unlink_contact(agent("anna", leave))
        .await
        .unwrap();
    assert_eq!(primary().await, "");

    let get = GetContactRequest {
        contact_id: contacts[1].clone(),
    };
    let contact = replica
        .contacts()
        .get_contact(agent("anna", get))
        .await
        .unwrap();
    let contact = contact.into_inner().contact.unwrap();
    assert_eq!(contact.customer_ids, [customer]);
    assert_eq!(
        contact.profile.unwrap().decision_role(),
        DecisionRole::Evaluator
    );
}

#[tokio::test]
async fn a_plan_that_is_done_leaves_the_interaction_that_it_led_to() {
    let database = TestDatabase::create().await.unwrap();
    let replica = Replica::of(&database).await;
    let customer = replica.register("anna", company("Acme")).await.unwrap();
    let in_a_day = jiff::Timestamp::now().as_second() + 86_400;
    let schedule = FollowUpSchedule {
        planned_at: Some(prost_types::Timestamp {
            seconds: in_a_day,
            nanos: 0,
        }),
        duration_minutes: 30,
        remind_before_minutes: vec![10, 60],
    };
    let plan = PlanFollowUpRequest {
        header: header(),
        customer_id: customer.clone(),
        kind: InteractionKind::Visit.into(),
        subject: "Show the new model".to_owned(),
        schedule: Some(schedule.clone()),
        ..PlanFollowUpRequest::default()
    };
    let response = replica
        .follow_ups()
        .plan_follow_up(agent("anna", plan))
        .await
        .unwrap();
    let plan_id = response.into_inner().receipt.unwrap().id;
    let seen = || async {
        let get = GetFollowUpRequest {
            follow_up_id: plan_id.clone(),
        };
        let response = replica
            .follow_ups()
            .get_follow_up(agent("anna", get))
            .await
            .unwrap();
        response.into_inner().follow_up.unwrap()
    };
    let planned = seen().await;
    assert_eq!(planned.schedule, Some(schedule));
    assert_eq!(
        (planned.status(), planned.reminders.len()),
        (FollowUpStatus::Open, 2)
    );

    let complete = CompleteFollowUpRequest {
        header: header(),
        follow_up_id: plan_id.clone(),
        details: Some(InteractionDetails {
            kind: InteractionKind::Call.into(),
            summary: "A call was enough".to_owned(),
            next_action: Some(NextAction {
                action: "Send the offer".to_owned(),
                due: Some(google_type::Date {
                    year: 2030,
                    month: 1,
                    day: 31,
                }),
                person: "bob".to_owned(),
            }),
            ..InteractionDetails::default()
        }),
        ..CompleteFollowUpRequest::default()
    };
    replica
        .follow_ups()
        .complete_follow_up(agent("anna", complete.clone()))
        .await
        .unwrap();
    let done = seen().await;
    assert_eq!(
        (done.status(), done.reminders.len()),
        (FollowUpStatus::Done, 0)
    );

    let get = GetInteractionRequest {
        interaction_id: done.interaction_id,
    };
    let interaction = replica
        .interactions()
        .get_interaction(agent("anna", get))
        .await
        .unwrap();
    let interaction = interaction.into_inner().interaction.unwrap();
    assert_eq!(interaction.follow_up_id, plan_id);
    let details = interaction.details.unwrap();
    assert_eq!(
        (details.customer_id.as_str(), details.staff.as_str()),
        (customer.as_str(), "anna")
    );
    assert_eq!(details.next_action, complete.details.unwrap().next_action);
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let database = TestDatabase::create().await.unwrap();
    let replica = Replica::of(&database).await;
    let id = || uuid::Uuid::now_v7().to_string();
    let codes = [
        replica.customer(&id(), manager).await.unwrap_err().code(),
        {
            let get = GetContactRequest { contact_id: id() };
            replica
                .contacts()
                .get_contact(manager(get))
                .await
                .unwrap_err()
                .code()
        },
        {
            let get = GetInteractionRequest {
                interaction_id: id(),
            };
            replica
                .interactions()
                .get_interaction(manager(get))
                .await
                .unwrap_err()
                .code()
        },
        {
            let get = GetFollowUpRequest { follow_up_id: id() };
            replica
                .follow_ups()
                .get_follow_up(manager(get))
                .await
                .unwrap_err()
                .code()
        },
    ];
    assert_eq!(codes, [Code::NotFound; 4]);
    let bad = replica.customer("acme", manager).await.unwrap_err();
    assert_eq!(bad.code(), Code::InvalidArgument);
}
