//! From messages to commands: every bad field of a request is named at once, for every RPC.

use std::collections::BTreeSet;

use guanxi_customers::domain::{
    Contact, Customer, FollowUp, Interaction, Pool,
    customer::{self, FirstHolder},
};
use guanxi_decider::Decider;
use guanxi_events::customers::{CustomerField, CustomerKind, CustomerProfile, PoolEntry};
use guanxi_proto::{customers::v1::*, google_type, types::v1::CommandHeader};
use guanxi_runtime::{CommandRequest, Fields};
use prost_types::FieldMask;

const ID: &str = "0193f3a0-0000-7000-8000-000000000001";

fn parse<D: Decider, R: CommandRequest<D>>(request: R) -> Result<D::Command, Vec<String>> {
    let mut fields = Fields::default();
    let parsed = request.parse(&mut fields);
    match fields.finish() {
        Ok(()) => Ok(parsed.expect("no field is bad, so there is a command").1),
        Err(refusal) => Err(refusal.violations.into_iter().map(|v| v.field).collect()),
    }
}

fn bad<D: Decider, R: CommandRequest<D>>(request: R) -> Vec<String> {
    parse(request).err().expect("a bad field")
}

fn mask<const N: usize>(paths: [&str; N]) -> Option<FieldMask> {
    let paths = paths.map(str::to_owned).to_vec();
    Some(FieldMask { paths })
}

#[test]
fn every_command_names_what_an_empty_request_lacks() {
    assert_eq!(
        bad::<Customer, _>(RegisterCustomerRequest::default()),
        ["profile"]
    );
    assert_eq!(
        bad::<Customer, _>(UpdateCustomerRequest::default()),
        ["customer_id", "update_mask", "profile"]
    );
    assert_eq!(
        bad::<Customer, _>(SetPrimaryContactRequest::default()),
        ["customer_id"]
    );
    assert_eq!(
        bad::<Customer, _>(TransferCustomerRequest::default()),
        ["customer_id", "owner"]
    );
    assert_eq!(
        bad::<Customer, _>(ReleaseCustomerRequest::default()),
        ["customer_id", "pool_id"]
    );
    assert_eq!(
        bad::<Customer, _>(ClaimCustomerRequest::default()),
        ["customer_id", "pool_id", "person"]
    );
    assert_eq!(
        bad::<Customer, _>(AssignCustomerRequest::default()),
        ["customer_id", "pool_id", "person"]
    );
    assert_eq!(
        bad::<Contact, _>(RegisterContactRequest::default()),
        ["profile"]
    );
    assert_eq!(
        bad::<Contact, _>(UpdateContactRequest::default()),
        ["contact_id", "update_mask", "profile"]
    );
    assert_eq!(
        bad::<Contact, _>(LinkContactRequest::default()),
        ["contact_id", "customer_id"]
    );
    assert_eq!(
        bad::<Contact, _>(UnlinkContactRequest::default()),
        ["contact_id", "customer_id"]
    );
    assert_eq!(
        bad::<Interaction, _>(RecordInteractionRequest::default()),
        ["details"]
    );
    assert_eq!(
        bad::<Interaction, _>(AmendInteractionRequest::default()),
        ["interaction_id", "reason", "update_mask", "details"]
    );
    assert_eq!(
        bad::<FollowUp, _>(PlanFollowUpRequest::default()),
        ["customer_id", "kind", "subject", "schedule"]
    );
    assert_eq!(
        bad::<FollowUp, _>(RescheduleFollowUpRequest::default()),
        ["follow_up_id", "schedule"]
    );
    assert_eq!(
        bad::<FollowUp, _>(CompleteFollowUpRequest::default()),
        ["follow_up_id", "details"]
    );
    assert_eq!(
        bad::<FollowUp, _>(CancelFollowUpRequest::default()),
        ["follow_up_id", "reason"]
    );
    assert_eq!(bad::<Pool, _>(OpenPoolRequest::default()), ["name"]);
    assert_eq!(
        bad::<Pool, _>(ChangePoolRequest::default()),
        ["pool_id", "name", "settings"]
    );
    assert_eq!(
        bad::<Pool, _>(ChangePoolPeopleRequest::default()),
        ["pool_id"]
    );
    assert_eq!(
        bad::<Pool, _>(ClosePoolRequest::default()),
        ["pool_id", "reason"]
    );
    assert_eq!(bad::<Pool, _>(ReopenPoolRequest::default()), ["pool_id"]);
}

#[test]
fn all_bad_fields_of_a_profile_are_named() {
    let money = google_type::Money {
        currency_code: "EUR".to_owned(),
        units: -1,
        nanos: 0,
    };
    let profile = guanxi_proto::customers::v1::CustomerProfile {
        kind: 9,
        name: " ".to_owned(),
        tax_id: "1".repeat(41),
        annual_revenue: Some(money),
        founded_year: Some(100_000),
        addresses: vec![Address {
            country: "Germany".to_owned(),
            ..Address::default()
        }],
        phones: vec![Phone {
            number: "12".to_owned(),
            ..Phone::default()
        }],
        emails: vec![Email {
            address: "wu".to_owned(),
            ..Email::default()
        }],
        website: "ftp://acme.example".to_owned(),
        birthday: Some(google_type::Date {
            year: 2026,
            month: 2,
            day: 30,
        }),
        preferences: [("Channel!".to_owned(), "phone".to_owned())].into(),
        tags: vec!["a".to_owned(), String::new()],
        custom_fields: [("fleet".to_owned(), "x".repeat(1001))].into(),
        parent_id: "acme".to_owned(),
        referrer_id: "acme".to_owned(),
        ..Default::default()
    };
    let request = RegisterCustomerRequest {
        customer_id: "acme".to_owned(),
        profile: Some(profile),
        owner: "no such person!".to_owned(),
        pool_id: "north".to_owned(),
        ..RegisterCustomerRequest::default()
    };
    assert_eq!(
        bad::<Customer, _>(request),
        [
            "customer_id",
            "profile.kind",
            "profile.name",
            "profile.tax_id",
            "profile.annual_revenue",
            "profile.founded_year",
            "profile.addresses[0].kind",
            "profile.addresses[0].country",
            "profile.phones[0].number",
            "profile.emails[0].address",
            "profile.website",
            "profile.birthday",
            "profile.preferences",
            "profile.tags[1]",
            "profile.custom_fields.fleet",
            "profile.parent_id",
            "profile.referrer_id",
            "owner",
            "pool_id",
        ]
    );
}

#[test]
fn a_customer_goes_to_an_owner_or_into_a_pool() {
    let acme = || guanxi_proto::customers::v1::CustomerProfile {
        kind: guanxi_proto::customers::v1::CustomerKind::Company.into(),
        name: "Acme".to_owned(),
        ..Default::default()
    };
    let register = |owner: &str, pool: &str| RegisterCustomerRequest {
        profile: Some(acme()),
        owner: owner.to_owned(),
        pool_id: pool.to_owned(),
        ..RegisterCustomerRequest::default()
    };
    assert_eq!(bad::<Customer, _>(register("bob", ID)), ["pool_id"]);
    for (request, wanted) in [
        (register("", ""), FirstHolder::Registrant),
        (
            register("bob", ""),
            FirstHolder::Person("bob".parse().unwrap()),
        ),
        (register("", ID), FirstHolder::Pool(ID.parse().unwrap())),
    ] {
        let Ok(customer::Command::Register { holder, profile }) = parse::<Customer, _>(request)
        else {
            panic!("no registration");
        };
        assert_eq!(holder, wanted);
        assert_eq!(
            *profile,
            CustomerProfile::named(CustomerKind::Company, "Acme")
        );
    }
}

#[test]
fn an_update_reads_the_named_fields_and_no_others() {
    let profile = guanxi_proto::customers::v1::CustomerProfile {
        name: " Acme ".to_owned(),
        emails: vec![Email {
            address: "not read".to_owned(),
            ..Email::default()
        }],
        ..Default::default()
    };
    let update = |update_mask| UpdateCustomerRequest {
        customer_id: ID.to_owned(),
        profile: Some(profile.clone()),
        update_mask,
        ..UpdateCustomerRequest::default()
    };
    let Ok(customer::Command::Update { profile, fields }) =
        parse::<Customer, _>(update(mask(["name", "parent_id"])))
    else {
        panic!("no update");
    };
    assert_eq!(
        fields,
        BTreeSet::from([CustomerField::Name, CustomerField::Parent])
    );
    assert_eq!((profile.name.as_str(), profile.parent), ("Acme", None));

    assert_eq!(
        bad::<Customer, _>(update(mask(["emails"]))),
        ["profile.emails[0].address"]
    );
    assert_eq!(
        bad::<Customer, _>(update(mask(["name", "parent", "colour"]))),
        ["update_mask", "update_mask"]
    );
}

#[test]
fn what_an_interaction_must_have_cannot_be_taken_away() {
    let amend = |path| AmendInteractionRequest {
        interaction_id: ID.to_owned(),
        details: Some(InteractionDetails::default()),
        update_mask: mask([path]),
        reason: "misheard".to_owned(),
        ..AmendInteractionRequest::default()
    };
    for path in ["customer_id", "kind", "started_at", "summary", "staff"] {
        assert_eq!(
            bad::<Interaction, _>(amend(path)),
            [format!("details.{path}")]
        );
    }
    for path in [
        "contact_id",
        "direction",
        "duration_minutes",
        "outcome",
        "next_action",
    ] {
        assert!(parse::<Interaction, _>(amend(path)).is_ok(), "{path}");
    }
}

#[test]
fn an_interaction_that_completes_a_plan_is_with_the_plans_customer() {
    let details = InteractionDetails {
        customer_id: ID.to_owned(),
        kind: InteractionKind::Call.into(),
        duration_minutes: Some(100_000),
        next_action: Some(NextAction::default()),
        ..InteractionDetails::default()
    };
    let request = CompleteFollowUpRequest {
        follow_up_id: ID.to_owned(),
        details: Some(details),
        ..CompleteFollowUpRequest::default()
    };
    assert_eq!(
        bad::<FollowUp, _>(request),
        [
            "details.customer_id",
            "details.duration_minutes",
            "details.summary",
            "details.next_action.action",
            "details.next_action.due",
        ]
    );
}

#[test]
fn a_schedule_has_its_bounds() {
    let schedule = FollowUpSchedule {
        planned_at: None,
        duration_minutes: 10_081,
        remind_before_minutes: vec![10, 527_041],
    };
    let reschedule = |schedule| RescheduleFollowUpRequest {
        follow_up_id: ID.to_owned(),
        schedule: Some(schedule),
        ..RescheduleFollowUpRequest::default()
    };
    assert_eq!(
        bad::<FollowUp, _>(reschedule(schedule)),
        [
            "schedule.planned_at",
            "schedule.duration_minutes",
            "schedule.remind_before_minutes[1]",
        ]
    );
    let many = FollowUpSchedule {
        planned_at: Some(prost_types::Timestamp {
            seconds: 1,
            nanos: 0,
        }),
        duration_minutes: 0,
        remind_before_minutes: (0..11).collect(),
    };
    assert_eq!(
        bad::<FollowUp, _>(reschedule(many)),
        ["schedule.remind_before_minutes"]
    );
}

#[test]
fn a_pools_rules_have_their_bounds() {
    let span = |seconds| Some(prost_types::Duration { seconds, nanos: 0 });
    let request = OpenPoolRequest {
        name: "North".to_owned(),
        settings: Some(PoolSettings {
            new_entry_lock: span(-1),
            previous_owner_lock: span(367 * 86_400),
            masked_fields: vec!["phones".to_owned(), "colour".to_owned()],
            ..PoolSettings::default()
        }),
        members: vec!["anna".to_owned(), "no one!".to_owned()],
        admins: vec!["a".to_owned(); 101],
        ..OpenPoolRequest::default()
    };
    assert_eq!(
        bad::<Pool, _>(request),
        [
            "settings.new_entry_lock",
            "settings.previous_owner_lock",
            "settings.masked_fields[1]",
            "members[1]",
            "admins",
        ]
    );
}

#[test]
fn a_release_is_a_release_unless_it_says_otherwise() {
    let release = |entry: guanxi_proto::customers::v1::PoolEntry| ReleaseCustomerRequest {
        header: Some(CommandHeader::default()),
        customer_id: ID.to_owned(),
        pool_id: ID.to_owned(),
        entry: entry.into(),
        ..ReleaseCustomerRequest::default()
    };
    use guanxi_proto::customers::v1::PoolEntry as Wire;
    for (given, wanted) in [
        (Wire::Unspecified, PoolEntry::Released),
        (Wire::Released, PoolEntry::Released),
        (Wire::OwnerLeft, PoolEntry::OwnerLeft),
        (Wire::Recycled, PoolEntry::Recycled),
    ] {
        let Ok(customer::Command::Release { entry, .. }) = parse::<Customer, _>(release(given))
        else {
            panic!("no release");
        };
        assert_eq!(entry, wanted);
    }
    assert_eq!(bad::<Customer, _>(release(Wire::Imported)), ["entry"]);
}
