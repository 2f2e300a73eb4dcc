//! Requests become commands, every bad field is named, and a member reads as it was enrolled.

use guanxi_decider::Decider;
use guanxi_events::loyalty::{MemberEnrolled, MemberStatus};
use guanxi_proto::loyalty::v1::card_source::From;
use guanxi_runtime::{CommandRequest, Fields};

use super::*;
use crate::domain::{
    card_issue::Source,
    member::{Command, Enrolment},
};

const PROGRAM: Uuid = Uuid::from_u128(1);

fn request() -> wire::EnrolMemberRequest {
    wire::EnrolMemberRequest {
        header: None,
        member_id: Uuid::from_u128(2).to_string(),
        program_id: PROGRAM.to_string(),
        customer_id: Uuid::from_u128(3).to_string(),
        active: true,
        shop: "shanghai-1".into(),
        referrer_id: Uuid::from_u128(4).to_string(),
        contact_keys: Some(wire::ContactKeys {
            phone: "+86 139 1234 5678".into(),
            email: "Wu@ACME.example".into(),
        }),
        card: Some(wire::CardSource {
            from: Some(From::Phone(true)),
        }),
    }
}

fn enrolment() -> Enrolment {
    let (_, command) = request().parse(&mut Fields::default()).unwrap();
    match command {
        Command::Enrol(enrolment) => enrolment,
        other => panic!("{other:?}"),
    }
}

fn bad_fields<R: CommandRequest<Member>>(request: R) -> Vec<String> {
    let mut fields = Fields::default();
    let _ = request.parse(&mut fields);
    let violations = fields.finish().unwrap_err().violations;
    violations.into_iter().map(|v| v.field).collect()
}

#[test]
fn keys_are_stored_in_one_form() {
    let enrolment = enrolment();
    assert_eq!(enrolment.keys.phone.as_deref(), Some("+8613912345678"));
    assert_eq!(enrolment.keys.email.as_deref(), Some("wu@acme.example"));
    assert_eq!(enrolment.card, Some(Source::Phone));
}

#[test]
fn a_member_reads_as_it_was_enrolled() {
    let Enrolment {
        program,
        customer,
        shop,
        referrer,
        keys,
        ..
    } = enrolment();
    let enrolled = MemberEnrolled {
        member: Uuid::from_u128(2).into(),
        program,
        customer,
        status: MemberStatus::Active,
        on: "2026-01-15".parse().unwrap(),
        shop,
        referrer,
        keys,
    };
    let state = Member::evolve(None, &enrolled.into()).unwrap();
    let read = answers::to_wire(1, &state);
    let asked = request();
    assert_eq!(
        (read.id, read.program_id, read.customer_id, read.referrer_id),
        (
            asked.member_id,
            asked.program_id,
            asked.customer_id,
            asked.referrer_id
        )
    );
    assert_eq!(read.shop, "shanghai-1");
    assert_eq!(read.status, i32::from(wire::MemberStatus::Active));
    let day = read.enrolled_on.unwrap();
    assert_eq!((day.year, day.month, day.day), (2026, 1, 15));
    assert_eq!(read.contact_keys.unwrap().phone, "+8613912345678");
    assert_eq!((read.tier.as_str(), read.tier_since), ("", None));
}

#[test]
fn every_bad_field_is_named() {
    let bad = wire::EnrolMemberRequest {
        header: None,
        member_id: "1".into(),
        program_id: String::new(),
        customer_id: "2".into(),
        active: false,
        shop: "x".repeat(65),
        referrer_id: "3".into(),
        contact_keys: Some(wire::ContactKeys {
            phone: "110".into(),
            email: "wu".into(),
        }),
        card: Some(wire::CardSource {
            from: Some(From::Phone(false)),
        }),
    };
    assert_eq!(
        bad_fields(bad),
        [
            "member_id",
            "program_id",
            "customer_id",
            "shop",
            "referrer_id",
            "contact_keys.phone",
            "contact_keys.email",
            "card",
        ]
    );
    let printed = wire::AddCardRequest {
        card: Some(wire::CardSource {
            from: Some(From::Printed(wire::PrintedCard {
                card_batch_id: "x".into(),
                number: " - ".into(),
            })),
        }),
        ..Default::default()
    };
    assert_eq!(
        bad_fields(printed),
        [
            "member_id",
            "card.printed.card_batch_id",
            "card.printed.number"
        ]
    );
    let tier = wire::SetTierRequest {
        tier: "Gold!".into(),
        ..Default::default()
    };
    assert_eq!(bad_fields(tier), ["member_id", "tier", "reason"]);
}

#[test]
fn whom_a_till_looks_for_is_said_by_one_thing_at_least() {
    let find = |card: &str, phone: &str| {
        let request = wire::FindMemberRequest {
            program_id: PROGRAM.to_string(),
            card_number: card.into(),
            phone: phone.into(),
            ..Default::default()
        };
        let mut fields = Fields::default();
        let wanted = requests::wanted(&mut fields, &request).map(|(_, wanted)| wanted);
        fields.finish().map(|()| wanted.unwrap())
    };
    assert!(find("", "").is_err());
    assert!(find("", "110").is_err());
    let wanted = find("6217 0000-0018", "0049 30 901820").unwrap();
    assert_eq!(wanted.card.as_deref(), Some("621700000018"));
    assert_eq!(wanted.phone.as_deref(), Some("+4930901820"));
}
