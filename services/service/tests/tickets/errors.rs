//! What a client is told when something is wrong.

use guanxi_proto::service::v1 as wire;
use tonic::{Code, Status};
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::served::{
    ANALYST, ANNA, MANAGER, STRANGER, Served, assigning, by_hand, header, in_turn, member, opening,
    reason, reply, resolving,
};

fn fields(status: &Status) -> Vec<String> {
    let violations = status.get_details_bad_request().unwrap().field_violations;
    violations.into_iter().map(|v| v.field).collect()
}

#[tokio::test]
async fn all_bad_fields_are_named_at_once() {
    let service = Served::start().await;
    let bad = wire::OpenTicketRequest {
        header: None,
        ticket_id: "x".into(),
        queue_id: "y".into(),
        priority: 17,
        assignee: "who is this".into(),
        attachments: vec![wire::Attachment {
            bytes: -1,
            ..Default::default()
        }],
        ..Default::default()
    };
    let status = service.open(ANNA, bad).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!(
        fields(&status),
        [
            "header.command_id",
            "ticket_id",
            "details.subject",
            "priority",
            "queue_id",
            "assignee",
            "attachments[0].name",
            "attachments[0].reference",
            "attachments[0].bytes"
        ]
    );
    let bad = wire::OpenQueueRequest {
        header: header(),
        settings: Some(wire::QueueSettings {
            reopen_days: -1,
            close_days: Some(0),
            rating: Some(wire::RatingRules::default()),
            escalation: vec!["x y".into()],
            ..Default::default()
        }),
        members: vec![member("", Some(-1))],
        ..Default::default()
    };
    let status = service.queues().open_queue(service.by(MANAGER, bad)).await;
    assert_eq!(
        fields(&status.unwrap_err()),
        [
            "settings.name",
            "settings.reopen_days",
            "settings.close_days",
            "settings.rating.low_score",
            "settings.rating.answer_days",
            "settings.escalation[0]",
            "members[0].person",
            "members[0].capacity"
        ]
    );
    let bad = wire::AnswerSurveyRequest {
        header: header(),
        survey_id: String::new(),
        score: 6,
        comment: "x".repeat(2001),
    };
    let status = service.surveys().answer_survey(service.by(ANNA, bad)).await;
    assert_eq!(
        fields(&status.unwrap_err()),
        ["survey_id", "score", "comment"]
    );
}

#[tokio::test]
async fn what_is_not_there_is_not_found_also_when_another_tenant_has_it() {
    let service = Served::start().await;
    let id = service.open(ANNA, opening("")).await.unwrap().id;
    let status = service.get(STRANGER, &id).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    let status = service
        .reply(STRANGER, reply(&id, "hello"))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    let nobody = Uuid::now_v7().to_string();
    let status = service.resolve(ANNA, resolving(&nobody)).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
}

#[tokio::test]
async fn rules_refuse_by_name_and_leave_nothing_behind() {
    let service = Served::start().await;
    let nowhere = Uuid::now_v7().to_string();
    let status = service.open(ANNA, opening(&nowhere)).await.unwrap_err();
    assert_eq!(reason(&status), "QUEUE_UNKNOWN");

    let full = service.queue_of(in_turn(), [member("bob", Some(0))]).await;
    let id = service.open(ANNA, opening(&full)).await.unwrap().id;
    let mut tickets = service.tickets();
    let by_itself = assigning(&id, "");
    let status = tickets
        .assign_ticket(service.by(ANNA, by_itself))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    assert_eq!(reason(&status), "NOBODY_FREE");
    let status = tickets
        .assign_ticket(service.by(ANNA, assigning(&id, "zoe")))
        .await;
    assert_eq!(reason(&status.unwrap_err()), "NOT_QUEUE_MEMBER");
    assert_eq!(service.get(ANNA, &id).await.unwrap().version, 1);
}

#[tokio::test]
async fn agents_work_and_managers_make_the_rules() {
    let service = Served::start().await;
    let queue = service.queue(by_hand(), &["anna", "bob"]).await;
    let open = || wire::OpenQueueRequest {
        header: header(),
        settings: Some(by_hand()),
        ..Default::default()
    };
    let mut queues = service.queues();
    let status = queues
        .open_queue(service.by(ANNA, open()))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
    let status = service.open(ANALYST, opening(&queue)).await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
    let away = |person: &str| wire::SetAvailabilityRequest {
        header: header(),
        queue_id: queue.clone(),
        person: person.to_owned(),
        available: false,
    };
    queues
        .set_availability(service.by(ANNA, away("")))
        .await
        .unwrap();
    let status = queues.set_availability(service.by(ANNA, away("bob"))).await;
    assert_eq!(reason(&status.unwrap_err()), "NOT_YOURS");
    queues
        .set_availability(service.by(MANAGER, away("bob")))
        .await
        .unwrap();
}
