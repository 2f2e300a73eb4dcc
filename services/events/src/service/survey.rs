//! What can happen to a satisfaction survey (满意度调查, V-11): one question about one resolution.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Channel, QueueVersion, TicketId};
use crate::{
    PersonId,
    customers::{ContactId, CustomerId},
    domain_events,
};

/// What a survey is about: the resolution, and whose work it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveySubject {
    /// The ticket.
    pub ticket: TicketId,
    /// Which of its resolutions, from 1.
    pub resolution: u32,
    /// Whom the ticket was for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// Which of their people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactId>,
    /// The ticket's channel.
    pub channel: Channel,
    /// Who resolved it: the assignee, or who did it in place of one.
    pub agent: PersonId,
    /// The queue, and the version of its settings that asks.
    pub queue: QueueVersion,
}

/// A customer was asked: how satisfied, from 1 to 5?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyAsked {
    /// About what.
    pub subject: SurveySubject,
    /// This score and below is a low one.
    pub low_score: u8,
    /// When it was asked.
    pub at: Timestamp,
    /// Until when it can be answered.
    pub expires_at: Timestamp,
}

/// The customer answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyAnswered {
    /// What it was about, so that the answer counts for agent and queue by itself.
    pub subject: SurveySubject,
    /// 1 (not at all satisfied) to 5 (very satisfied).
    pub score: u8,
    /// What the customer said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Whether it is a low score by the rules under which it was asked.
    pub low: bool,
    /// When it was answered.
    pub at: Timestamp,
}

/// The time to answer passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyExpired {
    /// When.
    pub due_at: Timestamp,
}

domain_events! {
    /// What can happen to a survey.
    SurveyEvent in Service, "survey" {
        /// The customer was asked.
        Asked(SurveyAsked) = "service.survey_asked" / 1,
        /// The customer answered.
        Answered(SurveyAnswered) = "service.survey_answered" / 1,
        /// The customer did not answer in time.
        Expired(SurveyExpired) = "service.survey_expired" / 1,
    }
}
