//! Requests about tickets.

use guanxi_proto::service::v1::{
    NoteOnTicketRequest, OpenQueueRequest, OpenTicketRequest, QueueSettings, RatingRules,
    ResolveTicketRequest, TicketDetails,
};

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
