//! The rules of surveys (V-11).

use guanxi_decider::testing::Scenario;
use guanxi_events::service::{Channel, QueueId, QueueVersion, SurveyId, SurveySubject, TicketId};
use uuid::Uuid;

use super::*;

const TICKET: TicketId = TicketId(Uuid::from_u128(1));

fn asked() -> SurveyAsked {
    SurveyAsked {
        subject: SurveySubject {
            ticket: TICKET,
            resolution: 1,
            customer: None,
            contact: None,
            channel: Channel::Email,
            agent: "bob".parse().unwrap(),
            queue: QueueVersion {
                id: QueueId(Uuid::from_u128(2)),
                version: 3,
            },
        },
        low_score: 2,
        at: "2026-01-10T09:00:00Z".parse().unwrap(),
        expires_at: "2026-01-20T09:00:00Z".parse().unwrap(),
    }
}

fn ask() -> Command {
    Command::Ask(Box::new(asked()))
}

fn answer(score: u8) -> Command {
    Command::Answer {
        score,
        comment: Some("thanks".into()),
    }
}

fn answered(score: u8, low: bool) -> SurveyEvent {
    SurveyAnswered {
        subject: asked().subject,
        score,
        comment: Some("thanks".into()),
        low,
        at: "2026-01-15T12:00:00Z".parse().unwrap(),
    }
    .into()
}

fn scenario() -> Scenario<Survey> {
    Scenario::new(SurveyId::of(TICKET, 1))
}

#[test]
fn a_resolution_asks_once_and_another_one_asks_anew() {
    scenario().when(ask()).then([asked().into()]);
    scenario()
        .given([asked().into()])
        .when(ask())
        .then_nothing();
    assert_eq!(SurveyId::of(TICKET, 1), SurveyId::of(TICKET, 1));
    assert_ne!(SurveyId::of(TICKET, 1), SurveyId::of(TICKET, 2));
}

#[test]
fn a_resolution_that_nobody_could_answer_any_more_asks_nobody() {
    scenario()
        .at("2026-01-20T09:00:00Z")
        .when(ask())
        .then_nothing();
}

#[test]
fn an_answer_stands_with_agent_and_queue_and_says_whether_it_is_low() {
    for (score, low) in [(1, true), (2, true), (3, false), (5, false)] {
        scenario()
            .given([asked().into()])
            .when(answer(score))
            .then([answered(score, low)]);
    }
}

#[test]
fn an_answer_by_a_clock_that_is_behind_came_when_it_was_asked() {
    let decided = SurveyAnswered {
        subject: asked().subject,
        score: 5,
        comment: Some("thanks".into()),
        low: false,
        at: asked().at,
    };
    scenario()
        .given([asked().into()])
        .at("2026-01-10T08:59:31Z")
        .when(answer(5))
        .then([decided.into()]);
}

#[test]
fn there_is_one_answer_in_time_after_the_question() {
    scenario().when(answer(4)).then_refused("NOT_FOUND");
    scenario()
        .given([asked().into(), answered(4, false)])
        .when(answer(5))
        .then_refused("SURVEY_ANSWERED");
    scenario()
        .given([asked().into()])
        .dated("2026-01-10T08:59:59Z")
        .when(answer(5))
        .then_refused("ANSWERED_BEFORE_ASKED");
}

#[test]
fn it_expires_by_itself_at_its_instant() {
    let outcome = scenario()
        .at("2026-02-15T12:00:00Z")
        .given([asked().into()])
        .when(answer(5));
    let due_at = "2026-01-20T09:00:00Z".parse().unwrap();
    assert_eq!(outcome.overdue, [SurveyExpired { due_at }.into()]);
    outcome.then_refused("SURVEY_EXPIRED");
    scenario()
        .at("2026-02-15T12:00:00Z")
        .given([asked().into(), answered(4, false)])
        .when(answer(5))
        .then_refused("SURVEY_ANSWERED");
}
