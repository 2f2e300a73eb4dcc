//! Cards over gRPC (L-04).

use std::collections::BTreeSet;

use guanxi_proto::loyalty::v1::{self as wire, card_source::From};
use tonic::Code;
use tonic_types::StatusExt;

use crate::served::{ANNA, MANAGER, Served, draw, header, reason};

#[tokio::test]
async fn two_replicas_draw_every_number_once_and_leave_no_gap() {
    let loyalty = Served::start().await;
    let other = loyalty.replica().await;
    let batch = loyalty.batch().await;
    let enrol = async |served: &Served| {
        let enrolment = wire::EnrolMemberRequest {
            card: Some(draw(&batch)),
            ..served.enrolment()
        };
        // Who is out of time on a slow machine sends the same command again.
        for _ in 0..5 {
            match served.enrol(enrolment.clone()).await {
                Err(status) if status.code() == Code::DeadlineExceeded => {}
                enrolled => return enrolled.unwrap().id,
            }
        }
        panic!("five times out of time");
    };
    let both = (0..15).flat_map(|_| [&loyalty, &other]).map(enrol);
    let ids = futures::future::join_all(both).await;
    let mut numbers = BTreeSet::new();
    for id in &ids {
        for card in loyalty.member(id).await.cards {
            assert!(numbers.insert(card.number));
        }
    }
    let serials: Vec<u32> = numbers.iter().map(|n| n[4..10].parse().unwrap()).collect();
    assert_eq!(serials, (1..=30).collect::<Vec<_>>());
    let get = wire::GetCardBatchRequest {
        card_batch_id: batch,
    };
    let read = loyalty
        .batches()
        .get_card_batch(loyalty.by(ANNA, get))
        .await;
    let read = read.unwrap().into_inner().card_batch.unwrap();
    assert_eq!(read.left, 999_969);
    assert!(read.next_number.starts_with("6217000031"));
}

#[tokio::test]
async fn a_lost_card_is_replaced_once_and_shows_no_image_any_more() {
    let loyalty = Served::start().await;
    let batch = loyalty.batch().await;
    let member = loyalty.enrol(loyalty.enrolment()).await.unwrap().id;
    loyalty.add_card(&member, draw(&batch)).await.unwrap();
    let card = loyalty.member(&member).await.cards[0].card_id.clone();
    let shown = loyalty.card(&card).await;
    assert!(shown.qr_svg.contains("<svg") && shown.bar_code_svg.contains("<svg"));

    let lost = wire::ReportCardLostRequest {
        header: header(),
        card_id: card.clone(),
        note: "on the train".into(),
    };
    let mut cards = loyalty.cards();
    cards
        .report_card_lost(loyalty.by(ANNA, lost))
        .await
        .unwrap();
    let status = loyalty.card(&card).await.card.unwrap().status();
    assert_eq!(status, wire::CardStatus::Lost);
    let replace = async || {
        let request = wire::ReplaceCardRequest {
            header: header(),
            card_id: card.clone(),
            card: Some(draw(&batch)),
            reason: "lost".into(),
        };
        let request = loyalty.by(ANNA, request);
        loyalty.cards().replace_card(request).await
    };
    let (one, other) = tokio::join!(replace(), replace());
    let refused = one.and(other).unwrap_err();
    assert_eq!(reason(&refused), "CARD_REPLACED");
    let kept = loyalty.member(&member).await.cards;
    assert_eq!(kept.len(), 1);
    let old = loyalty.card(&card).await;
    assert_eq!((old.qr_svg.as_str(), old.bar_code_svg.as_str()), ("", ""));
    let old = old.card.unwrap();
    assert_eq!(old.status(), wire::CardStatus::Replaced);
    assert_eq!(old.replaced_by_id, kept[0].card_id);
    let new = loyalty.card(&kept[0].card_id).await.card.unwrap();
    assert_eq!((new.replaces_id, new.member_id), (card, member));
}

#[tokio::test]
async fn a_wrong_check_digit_is_a_bad_field_that_says_what_is_wrong() {
    let loyalty = Served::start().await;
    let create = wire::CreateCardBatchRequest {
        header: header(),
        program_id: loyalty.program.to_string(),
        name: "printed".into(),
        numbers: Some(wire::CardNumbers {
            prefix: "99".into(),
            serial_digits: 6,
            first_serial: 1,
            last_serial: 500,
            ..Default::default()
        }),
        dealing: wire::CardDealing::ByNumber.into(),
        ..Default::default()
    };
    let created = loyalty
        .batches()
        .create_card_batch(loyalty.by(MANAGER, create))
        .await;
    let batch = created.unwrap().into_inner().receipt.unwrap().id;
    let member = loyalty.enrol(loyalty.enrolment()).await.unwrap().id;
    let printed = |number: &str| wire::CardSource {
        from: Some(From::Printed(wire::PrintedCard {
            card_batch_id: batch.clone(),
            number: number.into(),
        })),
    };
    let refused = loyalty
        .add_card(&member, printed("99-000042-8"))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let details = refused.get_details_bad_request().unwrap();
    assert_eq!(details.field_violations[0].field, "card.number");
    assert!(
        details.field_violations[0]
            .description
            .contains("ask for 4")
    );
    loyalty
        .add_card(&member, printed("99-000042-4"))
        .await
        .unwrap();
    let again = loyalty
        .add_card(&member, printed("990000424"))
        .await
        .unwrap_err();
    assert_eq!(reason(&again), "CARD_EXISTS");
}
