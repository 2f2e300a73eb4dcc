//! A customer's reply that came too late to reopen its ticket becomes a new one (V-02).

use guanxi_events::{
    DecodeError, DomainEvent, Recorded, Service,
    service::{TicketEvent, TicketId},
};
use guanxi_runtime::{Reacted, Reaction, Start};

use crate::domain::ticket::{Command, Open, Ticket};

/// Opens the ticket that follows up, once.
#[derive(Debug)]
pub struct FollowUpLateReplies;

impl Reaction for FollowUpLateReplies {
    type Decider = Ticket;

    const NAME: &'static str = "follow_up_late_replies";
    const SOURCE: Service = Service::Service;
    // It is as old as late replies: none may be left without its ticket.
    const START: Start = Start::Beginning;

    fn react(&self, event: &Recorded) -> Result<Option<Reacted<Self>>, DecodeError> {
        if event.stream.category != TicketEvent::CATEGORY {
            return Ok(None);
        }
        let TicketEvent::RepliedLate(late) = TicketEvent::decode(&event.event_type, &event.data)?
        else {
            return Ok(None);
        };
        let open = Open {
            details: late.opening,
            priority: late.priority,
            queue: late.queue,
            assignee: None,
            text: Some(late.message.text),
            attachments: late.message.attachments,
            follow_up_of: Some(TicketId(event.stream.id)),
            replay: late.replay,
        };
        Ok(Some((late.follow_up.0, Command::Open(Box::new(open)))))
    }
}
