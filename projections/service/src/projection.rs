//! What the engine must know of the model, and the fold of a batch.

use std::collections::BTreeSet;

use futures::future::BoxFuture;
use guanxi_events::{
    DecodeError, DomainEvent, Recorded, Service as Log, StreamVersion, document_number,
    service::{CustomerCopyEvent, QueueEvent, SurveyEvent, TicketEvent},
};
use guanxi_projection::{ApplyError, Key, Projection, Write};

use crate::{
    loading::{self, Tickets, id},
    names::Names,
    storing,
    surveys::Surveys,
    ticket::Ticket,
    views,
};

/// The read model `service`. Its key is the stream: the ticket, the survey, the queue, the customer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Service;

impl Projection for Service {
    fn name(&self) -> &'static str {
        "service"
    }

    fn version(&self) -> u32 {
        2
    }

    fn logs(&self) -> &'static [Log] {
        &[Log::Service]
    }

    fn ddl(&self) -> &'static str {
        include_str!("sql/tables.sql")
    }

    fn indexes(&self) -> &'static str {
        include_str!("sql/indexes.sql")
    }

    fn tables(&self) -> &'static [&'static str] {
        &[
            "customers",
            "queues",
            "tickets",
            "spans",
            "resolutions",
            "clocks",
            "surveys",
        ]
    }

    fn key(&self, event: &Recorded) -> Option<Key> {
        let category = &event.stream.category;
        let followed = [
            TicketEvent::CATEGORY,
            SurveyEvent::CATEGORY,
            QueueEvent::CATEGORY,
            CustomerCopyEvent::CATEGORY,
        ];
        followed
            .contains(category)
            .then(|| Key::stream(&event.stream))
    }

    fn apply<'a>(
        &'a self,
        write: &'a Write<'a>,
        events: &'a [Recorded],
    ) -> BoxFuture<'a, Result<(), ApplyError>> {
        Box::pin(apply(write, events))
    }

    fn views(&self) -> Option<&'static str> {
        Some(views::sql())
    }
}

/// What a batch is about, read.
#[derive(Default)]
struct Read<'a> {
    tickets: Vec<(&'a Recorded, TicketEvent)>,
    surveys: Surveys,
    names: Names,
}

impl<'a> Read<'a> {
    fn take(&mut self, event: &'a Recorded) -> Result<(), DecodeError> {
        let (kind, data) = (&event.event_type, &event.data);
        let category = &event.stream.category;
        if *category == TicketEvent::CATEGORY {
            self.tickets.push((event, TicketEvent::decode(kind, data)?));
        } else if *category == SurveyEvent::CATEGORY {
            self.surveys
                .take(id(event), SurveyEvent::decode(kind, data)?);
        } else if *category == QueueEvent::CATEGORY {
            self.names
                .queue(id(event), &QueueEvent::decode(kind, data)?);
        } else if *category == CustomerCopyEvent::CATEGORY {
            let CustomerCopyEvent::Copied(copied) = CustomerCopyEvent::decode(kind, data)?;
            self.names.customer(id(event), copied);
        }
        Ok(())
    }
}

async fn apply(write: &Write<'_>, events: &[Recorded]) -> Result<(), ApplyError> {
    let mut read = Read::default();
    for event in events {
        read.take(event)
            .map_err(|error| ApplyError::undecodable(event, &error))?;
    }
    let mut known = BTreeSet::new();
    for (event, _) in &read.tickets {
        known.insert(id(event));
    }
    for (event, _) in &read.tickets {
        // What begins with this very batch has no rows yet.
        if event.version == StreamVersion::NONE.after(1) {
            known.remove(&id(event));
        }
    }
    let mut tickets = loading::tickets(write, &known).await?;
    for (event, what) in &read.tickets {
        happened(&mut tickets, event, what)?;
    }
    storing::tickets(write, &tickets).await?;
    read.surveys.store(write).await?;
    read.names.store(write).await?;
    Ok(())
}

fn happened(tickets: &mut Tickets, event: &Recorded, what: &TicketEvent) -> Result<(), ApplyError> {
    let id = id(event);
    let version = event.version.0;
    match (tickets.get_mut(&id), what) {
        (None, TicketEvent::Opened(opened)) => {
            let ticket = Ticket::opened(opened, number(event), version);
            tickets.insert(id, ticket);
            Ok(())
        }
        (Some(_), TicketEvent::Opened(_)) => Err(ApplyError::poison(event, "it was opened before")),
        (None, _) => Err(ApplyError::poison(event, "it was never opened")),
        (Some(ticket), _) => {
            ticket.take(what, version);
            Ok(())
        }
    }
}

/// The number that an event drew.
fn number(event: &Recorded) -> Option<String> {
    let (series, number) = event.numbers.iter().next()?;
    Some(document_number(series, *number))
}
