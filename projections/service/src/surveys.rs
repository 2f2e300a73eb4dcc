//! What customers were asked, and what they answered (V-11).

use guanxi_events::service::{SurveyAnswered, SurveyAsked, SurveyEvent, SurveySubject};
use guanxi_projection::{Write, columns};
use jiff::Timestamp;
use tokio_postgres::Error;
use uuid::Uuid;

use crate::{loading::Id, values::Named};

columns! {
    /// A survey that was asked.
    AskedColumns of AskedRow {
        tenant: &'a str,
        survey: Uuid,
        ticket: Uuid,
        resolution: i32,
        customer: Option<Uuid>,
        channel: &'static str,
        agent: &'a str,
        queue: Uuid,
        low_score: i16,
        asked_at: Timestamp,
        expires_at: Timestamp,
    }
}

columns! {
    /// An answer.
    AnsweredColumns of AnsweredRow {
        tenant: &'a str,
        survey: Uuid,
        answered_at: Timestamp,
        score: i16,
        low: bool,
        comment: Option<&'a str>,
    }
}

columns! {
    /// A survey that nobody answered in time.
    ExpiredColumns of ExpiredRow {
        tenant: &'a str,
        survey: Uuid,
    }
}

/// What happened to surveys in a batch.
#[derive(Default)]
pub(crate) struct Surveys(Vec<(Id, SurveyEvent)>);

impl Surveys {
    /// Takes what happened to one.
    pub(crate) fn take(&mut self, id: Id, event: SurveyEvent) {
        self.0.push((id, event));
    }

    /// Writes it: each survey is asked, then answered or expired, each once.
    pub(crate) async fn store(&self, write: &Write<'_>) -> Result<(), Error> {
        let mut asked = AskedColumns::default();
        let mut answered = AnsweredColumns::default();
        let mut expired = ExpiredColumns::default();
        for (id, event) in &self.0 {
            match event {
                SurveyEvent::Asked(event) => asked.push(AskedRow::of(id, event)),
                SurveyEvent::Answered(event) => answered.push(AnsweredRow::of(id, event)),
                SurveyEvent::Expired(_) => expired.push(ExpiredRow {
                    tenant: &id.0,
                    survey: id.1,
                }),
            }
        }
        asked.insert(write, "surveys").await?;
        answered
            .write(write, include_str!("sql/answer_surveys.sql"))
            .await?;
        expired
            .write(write, include_str!("sql/expire_surveys.sql"))
            .await?;
        Ok(())
    }
}

impl<'a> AskedRow<'a> {
    fn of((tenant, survey): &'a Id, asked: &'a SurveyAsked) -> Self {
        let SurveySubject {
            ticket,
            resolution,
            customer,
            channel,
            agent,
            queue,
            ..
        } = &asked.subject;
        Self {
            tenant,
            survey: *survey,
            ticket: (*ticket).into(),
            resolution: i32::try_from(*resolution).unwrap_or(i32::MAX),
            customer: customer.map(Uuid::from),
            channel: channel.name(),
            agent: agent.as_str(),
            queue: queue.id.into(),
            low_score: asked.low_score.into(),
            asked_at: asked.at,
            expires_at: asked.expires_at,
        }
    }
}

impl<'a> AnsweredRow<'a> {
    fn of((tenant, survey): &'a Id, answered: &'a SurveyAnswered) -> Self {
        Self {
            tenant,
            survey: *survey,
            answered_at: answered.at,
            score: answered.score.into(),
            low: answered.low,
            comment: answered.comment.as_deref(),
        }
    }
}
