//! A resolution asks the customer, where its queue asks for ratings (V-11).

use guanxi_events::{
    DecodeError, DomainEvent, Recorded, Service,
    service::{SurveyAsked, SurveyId, SurveySubject, TicketEvent, TicketId},
};
use guanxi_runtime::{Reacted, Reaction, Start};

use crate::domain::survey::{Command, Survey};

/// Asks about each resolution once.
#[derive(Debug)]
pub struct AskAfterResolutions;

impl Reaction for AskAfterResolutions {
    type Decider = Survey;

    const NAME: &'static str = "ask_after_resolutions";
    const SOURCE: Service = Service::Service;
    // It is as old as resolutions: none happened before it that it must not ask about.
    const START: Start = Start::Beginning;

    fn react(&self, event: &Recorded) -> Result<Option<Reacted<Self>>, DecodeError> {
        if event.stream.category != TicketEvent::CATEGORY {
            return Ok(None);
        }
        let decoded = TicketEvent::decode(&event.event_type, &event.data)?;
        Ok(asked(&decoded, TicketId(event.stream.id)))
    }
}

fn asked(event: &TicketEvent, ticket: TicketId) -> Option<Reacted<AskAfterResolutions>> {
    let TicketEvent::Resolved(resolved) = event else {
        return None;
    };
    let rating = resolved.rating.as_ref()?;
    let asked = SurveyAsked {
        subject: SurveySubject {
            ticket,
            resolution: resolved.resolution,
            customer: rating.customer,
            contact: rating.contact,
            channel: rating.channel,
            agent: resolved.agent.clone(),
            queue: resolved.queue,
        },
        low_score: rating.low_score,
        at: resolved.at,
        expires_at: rating.expires_at,
    };
    let id = SurveyId::of(ticket, resolved.resolution);
    Some((id.0, Command::Ask(Box::new(asked))))
}
