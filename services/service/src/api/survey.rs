//! `SurveyService`.

use guanxi_proto::service::v1::{
    self as wire,
    survey_service_server::{SurveyService, SurveyServiceServer},
};
use guanxi_runtime::{Commands, asked, command, count_to_wire, found, instant_to_wire};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{channel_to_wire, optional_to_wire};
use crate::domain::survey::{Asked, Command, Status as Outcome, Survey};

/// `SurveyService` on the service's commands.
struct Surveys {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> SurveyServiceServer<impl SurveyService> {
    SurveyServiceServer::new(Surveys { commands })
}

#[tonic::async_trait]
impl SurveyService for Surveys {
    async fn answer_survey(
        &self,
        request: Request<wire::AnswerSurveyRequest>,
    ) -> Result<Response<wire::AnswerSurveyResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_survey(
        &self,
        request: Request<wire::GetSurveyRequest>,
    ) -> Result<Response<wire::GetSurveyResponse>, Status> {
        let id: Uuid = asked(|fields| fields.id("survey_id", &request.get_ref().survey_id))?;
        let (state, version) = self.commands.get::<Survey, _>(&request, id).await?;
        let survey = found("survey", id, &state)?;
        Ok(Response::new(wire::GetSurveyResponse {
            survey: Some(to_wire(id, version.0, survey)),
        }))
    }
}

command!(wire::AnswerSurveyRequest => wire::AnswerSurveyResponse, Survey, |request, fields| {
    let id = fields.id("survey_id", &request.survey_id);
    let score = fields.whole("score", request.score, 1, 5);
    let score = score.and_then(|score| u8::try_from(score).ok());
    let comment = fields.optional_text("comment", &request.comment, 2000);
    Some((id?, Command::Answer { score: score?, comment: comment? }))
});

fn to_wire(id: Uuid, version: i64, survey: &Asked) -> wire::Survey {
    let subject = &survey.asked.subject;
    let (status, score, low) = match survey.status {
        Outcome::Open => (wire::SurveyStatus::Open, 0, false),
        Outcome::Answered { score, low } => (wire::SurveyStatus::Answered, score, low),
        Outcome::Expired => (wire::SurveyStatus::Expired, 0, false),
    };
    wire::Survey {
        id: id.to_string(),
        version,
        ticket_id: subject.ticket.to_string(),
        resolution: count_to_wire(subject.resolution),
        customer_id: optional_to_wire(subject.customer),
        contact_id: optional_to_wire(subject.contact),
        channel: channel_to_wire(subject.channel).into(),
        agent: subject.agent.to_string(),
        queue_id: subject.queue.id.to_string(),
        queue_version: count_to_wire(subject.queue.version),
        asked_at: Some(instant_to_wire(survey.asked.at)),
        expires_at: Some(instant_to_wire(survey.asked.expires_at)),
        status: status.into(),
        score: score.into(),
        low,
    }
}
