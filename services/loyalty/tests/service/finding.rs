//! A member is found by its id, a card, a telephone number, an email address, in that order (L-03).

use guanxi_proto::loyalty::v1::{self as wire, card_source::From};
use tonic::{Code, Status};
use uuid::Uuid;

use crate::served::{ANNA, STRANGER, Served, draw, header, reason};

async fn find(
    loyalty: &Served,
    request: wire::FindMemberRequest,
) -> Result<(String, wire::FoundBy), Status> {
    let request = wire::FindMemberRequest {
        program_id: loyalty.program.to_string(),
        ..request
    };
    let found = loyalty
        .members()
        .find_member(loyalty.by(ANNA, request))
        .await?;
    let found = found.into_inner();
    let by = found.found_by();
    Ok((found.member.unwrap().id, by))
}

fn keys(phone: &str, email: &str) -> Option<wire::ContactKeys> {
    Some(wire::ContactKeys {
        phone: phone.into(),
        email: email.into(),
    })
}

#[tokio::test]
async fn the_first_that_finds_a_member_decides() {
    let loyalty = Served::start().await;
    let batch = loyalty.batch().await;
    let mut ids = Vec::new();
    for n in 0..4 {
        let enrolment = wire::EnrolMemberRequest {
            contact_keys: keys(&format!("+49 30 90182{n}"), &format!("Wu{n}@acme.example")),
            card: Some(draw(&batch)),
            ..loyalty.enrolment()
        };
        ids.push(loyalty.enrol(enrolment).await.unwrap().id);
    }
    let card = loyalty.member(&ids[1]).await.cards[0].number.clone();
    let mut asked = wire::FindMemberRequest {
        member_id: ids[0].clone(),
        card_number: format!("{} {}", &card[..4], &card[4..]),
        phone: "0049 30 901822".into(),
        email: "wu3@ACME.example".into(),
        ..Default::default()
    };
    let by = wire::FoundBy::MemberId;
    assert_eq!(
        find(&loyalty, asked.clone()).await.unwrap(),
        (ids[0].clone(), by)
    );
    asked.member_id = Uuid::now_v7().to_string();
    let by = wire::FoundBy::Card;
    assert_eq!(
        find(&loyalty, asked.clone()).await.unwrap(),
        (ids[1].clone(), by)
    );
    asked.card_number = "6217999999".into();
    let by = wire::FoundBy::Phone;
    assert_eq!(
        find(&loyalty, asked.clone()).await.unwrap(),
        (ids[2].clone(), by)
    );
    asked.phone = "+49 30 901829".into();
    let by = wire::FoundBy::Email;
    assert_eq!(
        find(&loyalty, asked.clone()).await.unwrap(),
        (ids[3].clone(), by)
    );
    asked.email = "nobody@acme.example".into();
    let nobody = find(&loyalty, asked).await.unwrap_err();
    assert_eq!(nobody.code(), Code::NotFound);
    assert!(!nobody.message().contains("acme"), "{nobody:?}");
}

#[tokio::test]
async fn keys_that_were_changed_find_who_has_them_now() {
    let loyalty = Served::start().await;
    let enrolment = wire::EnrolMemberRequest {
        contact_keys: keys("+49 30 901820", ""),
        card: Some(wire::CardSource {
            from: Some(From::Phone(true)),
        }),
        ..loyalty.enrolment()
    };
    let first = loyalty.enrol(enrolment).await.unwrap().id;
    let by_phone = |phone: &str| wire::FindMemberRequest {
        phone: phone.into(),
        ..Default::default()
    };
    let by_card = |number: &str| wire::FindMemberRequest {
        card_number: number.into(),
        ..Default::default()
    };
    let as_card = find(&loyalty, by_card("+49 30 901820")).await.unwrap();
    assert_eq!(as_card, (first.clone(), wire::FoundBy::Card));

    let taken = wire::EnrolMemberRequest {
        contact_keys: keys("+4930901820", ""),
        ..loyalty.enrolment()
    };
    let refused = loyalty.enrol(taken).await.unwrap_err();
    assert_eq!(
        (refused.code(), reason(&refused)),
        (Code::AlreadyExists, "TAKEN".into())
    );
    let change = wire::ChangeContactKeysRequest {
        header: header(),
        member_id: first.clone(),
        contact_keys: keys("+49 30 901821", ""),
    };
    let mut members = loyalty.members();
    let change = loyalty.by(ANNA, change);
    members.change_contact_keys(change).await.unwrap();
    let enrolment = wire::EnrolMemberRequest {
        contact_keys: keys("+49 30 901820", ""),
        ..loyalty.enrolment()
    };
    let second = loyalty.enrol(enrolment).await.unwrap().id;
    let found = find(&loyalty, by_phone("+49 30 901820")).await.unwrap();
    assert_eq!(found.0, second);
    // The card went along with the number; the other's number is no card.
    let found = find(&loyalty, by_card("+49 30 901821")).await.unwrap();
    assert_eq!(found, (first, wire::FoundBy::Card));
    let nobody = find(&loyalty, by_card("+49 30 901820")).await.unwrap_err();
    assert_eq!(nobody.code(), Code::NotFound);
    let foreign = wire::FindMemberRequest {
        program_id: loyalty.program.to_string(),
        ..by_phone("+49 30 901820")
    };
    let foreign = loyalty
        .members()
        .find_member(loyalty.by(STRANGER, foreign))
        .await;
    assert_eq!(foreign.unwrap_err().code(), Code::NotFound);
}
