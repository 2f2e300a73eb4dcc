//! Surveys: asked by a resolution, once, visible as its effect (V-11).

use std::time::Duration;

use guanxi_events::service::{SurveyEvent, TicketEvent};
use guanxi_harness::eventually;
use guanxi_proto::service::v1 as wire;
use guanxi_served::events;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::served::{
    ANNA, BOB, Caller, Served, assigning, by_hand, customer_says, header, opening, resolving,
};

fn asking() -> wire::QueueSettings {
    wire::QueueSettings {
        rating: Some(wire::RatingRules {
            low_score: 2,
            answer_days: 10,
        }),
        ..by_hand()
    }
}

async fn survey(service: &Served, id: &str) -> Result<wire::Survey, Status> {
    let get = wire::GetSurveyRequest {
        survey_id: id.to_owned(),
    };
    let got = service.surveys().get_survey(service.by(ANNA, get)).await?;
    Ok(got.into_inner().survey.unwrap())
}

async fn asked(service: &Served, ticket: &str) -> wire::Survey {
    let id = service.get(ANNA, ticket).await.unwrap().survey_id;
    let found = eventually(Duration::from_secs(20), async || survey(service, &id).await);
    found.await.unwrap()
}

async fn answer(service: &Served, caller: Caller, id: &str, score: i32) -> Result<(), Status> {
    let answer = wire::AnswerSurveyRequest {
        header: header(),
        survey_id: id.to_owned(),
        score,
        comment: "太慢了".into(),
    };
    let answered = service
        .surveys()
        .answer_survey(service.by(caller, answer))
        .await;
    answered.map(|_| ())
}

#[tokio::test]
async fn a_resolution_asks_once_and_the_answer_counts_for_who_resolved_it() {
    let service = Served::start().await;
    // Both replicas would answer; one leads, and the command's id is the same anyway.
    let replica = service.replica().await;
    let queue = service.queue(asking(), &["anna", "bob"]).await;
    let id = service.open(ANNA, opening(&queue)).await.unwrap().id;
    let mut tickets = replica.tickets();
    tickets
        .assign_ticket(service.by(ANNA, assigning(&id, "bob")))
        .await
        .unwrap();
    service.resolve(ANNA, resolving(&id)).await.unwrap();
    let open = asked(&service, &id).await;
    assert_eq!((open.ticket_id.as_str(), open.resolution), (id.as_str(), 1));
    assert_eq!(
        (open.agent.as_str(), open.queue_id.as_str()),
        ("bob", queue.as_str())
    );
    assert_eq!(open.status(), wire::SurveyStatus::Open);

    answer(&service, BOB, &open.id, 2).await.unwrap();
    let answered = survey(&service, &open.id).await.unwrap();
    assert_eq!(answered.status(), wire::SurveyStatus::Answered);
    assert_eq!((answered.score, answered.low), (2, true));
    let again = answer(&service, BOB, &open.id, 5).await.unwrap_err();
    assert_eq!(
        again.get_details_error_info().unwrap().reason,
        "SURVEY_ANSWERED"
    );

    // Another resolution asks anew.
    replica
        .reply(ANNA, customer_says(&id, "it is broken again"))
        .await
        .unwrap();
    replica.resolve(BOB, resolving(&id)).await.unwrap();
    let second = asked(&service, &id).await;
    assert_ne!(second.id, open.id);
    assert_eq!(second.resolution, 2);

    // Cause and effect: each survey follows from its resolution, and there is one of each.
    let resolutions = events::<TicketEvent>(&service.database).await;
    let resolutions: Vec<_> = resolutions
        .into_iter()
        .filter(|(_, event)| matches!(event, TicketEvent::Resolved(_)))
        .map(|(recorded, _)| recorded)
        .collect();
    let surveys = events::<SurveyEvent>(&service.database).await;
    let surveys: Vec<_> = surveys
        .into_iter()
        .filter(|(_, event)| matches!(event, SurveyEvent::Asked(_)))
        .map(|(recorded, _)| recorded)
        .collect();
    assert_eq!((resolutions.len(), surveys.len()), (2, 2));
    for (cause, effect) in resolutions.iter().zip(&surveys) {
        assert_eq!(effect.meta.causation_id, Some(cause.id));
        assert_eq!(effect.meta.correlation_id, cause.meta.command_id);
        assert_eq!(effect.meta.actor.as_str(), "system:ask_after_resolutions");
        assert_eq!(effect.meta.depth, 1);
    }
}

#[tokio::test]
async fn a_queue_that_does_not_ask_asks_nobody() {
    let service = Served::start().await;
    let quiet = service.open(ANNA, opening("")).await.unwrap().id;
    service.resolve(ANNA, resolving(&quiet)).await.unwrap();
    // Another one that asks shows that the reaction came past the first.
    let queue = service.queue(asking(), &[]).await;
    let loud = service.open(ANNA, opening(&queue)).await.unwrap().id;
    service.resolve(ANNA, resolving(&loud)).await.unwrap();
    asked(&service, &loud).await;
    let id = service.get(ANNA, &quiet).await.unwrap().survey_id;
    assert_eq!(
        survey(&service, &id).await.unwrap_err().code(),
        Code::NotFound
    );
}
