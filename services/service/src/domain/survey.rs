//! Satisfaction surveys (满意度调查, V-11): one question, from 1 to 5, about one resolution.
//!
//! Its id follows from the ticket and the resolution ([`SurveyId::of`](guanxi_events::service::SurveyId::of)),
//! so that each resolution has one, and a ticket that is resolved again asks anew.

use guanxi_decider::{Context, Decider, Decision, Refusal};
use guanxi_events::service::{SurveyAnswered, SurveyAsked, SurveyEvent, SurveyExpired};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

#[cfg(test)]
mod tests;

/// The decider of a survey.
#[derive(Debug)]
pub struct Survey;

/// A survey that was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// What was asked.
    pub asked: SurveyAsked,
    /// What became of it.
    pub status: Status,
}

/// What became of a survey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It can be answered.
    Open,
    /// It was answered.
    Answered {
        /// From 1 to 5.
        score: u8,
        /// Whether that is a low one.
        low: bool,
    },
    /// It was not answered in time.
    Expired,
}

/// What can be asked of a survey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Ask the customer.
    Ask(Box<SurveyAsked>),
    /// The customer answers.
    Answer {
        /// From 1 to 5.
        score: u8,
        /// What else the customer says.
        comment: Option<String>,
    },
}

impl Decider for Survey {
    type State = Option<Asked>;
    type Command = Command;
    type Event = SurveyEvent;

    const SNAPSHOT: u16 = 1;

    fn decide(
        state: &Self::State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<SurveyEvent>, Refusal> {
        let mut at = context.occurred_at()?;
        if let (None, Command::Answer { .. }, Some(survey)) =
            (context.requested_at, command, state.as_ref())
        {
            // It was asked by a process whose clock is ahead of ours: that must not block who says
            // nothing of time.
            at = at.max(survey.asked.at);
        }
        let decision = match (command, state) {
            // A resolution that is so old that nobody could answer any more asks nobody.
            (Command::Ask(asked), None) if asked.expires_at > context.now => {
                Decision::event(asked.as_ref().clone())
            }
            (Command::Ask(_), _) => Decision::nothing(),
            (Command::Answer { .. }, None) => {
                return Err(Refusal::not_found("survey", context.id));
            }
            (Command::Answer { score, comment }, Some(survey)) => {
                Decision::event(survey.answered(*score, comment.as_ref(), at)?)
            }
        };
        Ok(decision.occurred_at(Some(at)))
    }

    fn evolve(state: Self::State, event: &SurveyEvent) -> Self::State {
        let status = match event {
            SurveyEvent::Asked(asked) => {
                return Some(Asked {
                    asked: asked.clone(),
                    status: Status::Open,
                });
            }
            SurveyEvent::Answered(answered) => Status::Answered {
                score: answered.score,
                low: answered.low,
            },
            SurveyEvent::Expired(_) => Status::Expired,
        };
        state.map(|survey| Asked { status, ..survey })
    }

    fn due(state: &Self::State) -> Option<Timestamp> {
        let survey = state.as_ref().filter(|s| s.status == Status::Open)?;
        Some(survey.asked.expires_at)
    }

    fn fire(_state: &Self::State, due: Timestamp) -> Vec<SurveyEvent> {
        vec![SurveyExpired { due_at: due }.into()]
    }
}

impl Asked {
    fn answered(
        &self,
        score: u8,
        comment: Option<&String>,
        at: Timestamp,
    ) -> Result<SurveyAnswered, Refusal> {
        let SurveyAsked {
            subject,
            low_score,
            at: asked_at,
            expires_at,
        } = &self.asked;
        match self.status {
            Status::Open => {}
            Status::Answered { .. } => {
                return Err(Refusal::precondition(
                    "SURVEY_ANSWERED",
                    "it was answered: there is one answer to a resolution",
                ));
            }
            Status::Expired => {
                return Err(Refusal::precondition(
                    "SURVEY_EXPIRED",
                    format!("it could be answered until {expires_at}"),
                )
                .figure("expired_at", expires_at));
            }
        }
        if at < *asked_at {
            return Err(Refusal::precondition(
                "ANSWERED_BEFORE_ASKED",
                format!("it was asked at {asked_at}, which is after {at}"),
            )
            .figure("occurred_at", at)
            .figure("asked_at", asked_at));
        }
        Ok(SurveyAnswered {
            subject: subject.clone(),
            score,
            comment: comment.cloned(),
            low: score <= *low_score,
            at,
        })
    }
}
