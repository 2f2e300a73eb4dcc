//! Requests about tickets.

use guanxi_proto::service::v1::{
    AnswerSurveyRequest, AssignmentStrategy, CloseTicketRequest, NoteOnTicketRequest,
    OpenQueueRequest, OpenTicketRequest, PendingFor, QueueMember, QueueSettings, RatingRules,
    ReopenTicketRequest, ReplyToTicketRequest, ResolveTicketRequest, ResumeTicketRequest,
    SetTicketPendingRequest, TicketDetails,
};
use jiff::Timestamp;
use prost_types::Timestamp as WireTimestamp;

use super::header;

/// A queue that gives by hand and asks for ratings.
pub fn queue(name: &str) -> OpenQueueRequest {
    OpenQueueRequest {
        header: header(),
        settings: Some(QueueSettings {
            name: name.to_owned(),
            reopen_days: 7,
            rating: Some(RatingRules {
                low_score: 2,
                answer_days: 30,
            }),
            ..QueueSettings::default()
        }),
        ..OpenQueueRequest::default()
    }
}

/// A queue that gives its tickets to these people in turn, and asks for ratings.
pub fn queue_in_turn(name: &str, people: impl IntoIterator<Item = String>) -> OpenQueueRequest {
    let member = |person| QueueMember {
        person,
        capacity: None,
        available: true,
    };
    let mut queue = queue(name);
    if let Some(settings) = &mut queue.settings {
        settings.strategy = AssignmentStrategy::RoundRobin.into();
    }
    queue.members = people.into_iter().map(member).collect();
    queue
}

/// A question in a queue.
pub fn ticket(queue_id: &str, subject: &str) -> OpenTicketRequest {
    OpenTicketRequest {
        header: header(),
        details: Some(TicketDetails {
            subject: subject.to_owned(),
            ..TicketDetails::default()
        }),
        queue_id: queue_id.to_owned(),
        text: subject.to_owned(),
        ..OpenTicketRequest::default()
    }
}

/// A note on a ticket.
pub fn note(ticket_id: &str, text: &str) -> NoteOnTicketRequest {
    NoteOnTicketRequest {
        header: header(),
        ticket_id: ticket_id.to_owned(),
        text: text.to_owned(),
        ..NoteOnTicketRequest::default()
    }
}

/// A ticket is done.
pub fn resolve(ticket_id: &str) -> ResolveTicketRequest {
    ResolveTicketRequest {
        header: header(),
        ticket_id: ticket_id.to_owned(),
        text: String::new(),
    }
}

/// Something is said on a ticket: by an agent, or by the customer.
pub fn reply(ticket_id: &str, text: &str, from_customer: bool) -> ReplyToTicketRequest {
    ReplyToTicketRequest {
        header: header(),
        ticket_id: ticket_id.to_owned(),
        text: text.to_owned(),
        from_customer,
        ..ReplyToTicketRequest::default()
    }
}

/// A ticket waits for a date, or else for its customer.
pub fn wait(ticket_id: &str, until: Option<Timestamp>) -> SetTicketPendingRequest {
    let pending_for = if until.is_some() {
        PendingFor::Date
    } else {
        PendingFor::Customer
    };
    SetTicketPendingRequest {
        header: header(),
        ticket_id: ticket_id.to_owned(),
        pending_for: pending_for.into(),
        until: until.map(|until| WireTimestamp {
            seconds: until.as_second(),
            nanos: until.subsec_nanosecond(),
        }),
        reason: String::new(),
    }
}

/// A ticket waits no longer.
pub fn resume(ticket_id: &str) -> ResumeTicketRequest {
    ResumeTicketRequest {
        header: header(),
        ticket_id: ticket_id.to_owned(),
    }
}

/// A resolved ticket is closed.
pub fn close(ticket_id: &str) -> CloseTicketRequest {
    CloseTicketRequest {
        header: header(),
        ticket_id: ticket_id.to_owned(),
    }
}

/// A ticket is worked on again.
pub fn reopen(ticket_id: &str) -> ReopenTicketRequest {
    ReopenTicketRequest {
        header: header(),
        ticket_id: ticket_id.to_owned(),
        reason: "it is not done".to_owned(),
    }
}

/// What the customer answers, from 1 to 5.
pub fn answer(survey_id: &str, score: i32) -> AnswerSurveyRequest {
    AnswerSurveyRequest {
        header: header(),
        survey_id: survey_id.to_owned(),
        score,
        comment: String::new(),
    }
}
