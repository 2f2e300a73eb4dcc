//! What each log says.

mod customers;
mod loyalty;
mod sales;
mod service;

use std::collections::BTreeSet;

use guanxi_events::{
    Category, DomainEvent, Recorded, Service,
    customers::{CustomerEvent, FollowUpEvent, InteractionEvent},
    loyalty::{MemberEvent, PointsEvent},
    sales::{
        AccountEvent, CustomerCopyEvent, InvoiceEvent, OpportunityEvent, OrderEvent, PipelineEvent,
        ReturnEvent,
    },
    service::TicketEvent,
};
use guanxi_projection::{ApplyError, Key, Write};

use crate::kept::Id;

/// Streams that stand for themselves.
const ALONE: [Category; 9] = [
    CustomerEvent::CATEGORY,
    InteractionEvent::CATEGORY,
    FollowUpEvent::CATEGORY,
    PipelineEvent::CATEGORY,
    OpportunityEvent::CATEGORY,
    OrderEvent::CATEGORY,
    InvoiceEvent::CATEGORY,
    ReturnEvent::CATEGORY,
    TicketEvent::CATEGORY,
];

/// Streams that have one key with another one of the same id.
const TOGETHER: [(Category, &str); 4] = [
    (AccountEvent::CATEGORY, "account"),
    (CustomerCopyEvent::CATEGORY, "account"),
    (MemberEvent::CATEGORY, "member"),
    (PointsEvent::CATEGORY, "member"),
];

/// The key of an event; a category has the same name in several logs, and only sales' copies of
/// customers count.
pub(crate) fn key(event: &Recorded) -> Option<Key> {
    let category = &event.stream.category;
    if event.event_type.name.ends_with(".customer_copied")
        && !event.event_type.name.starts_with("sales.")
    {
        return None;
    }
    if ALONE.contains(category) {
        return Some(Key::stream(&event.stream));
    }
    let (_, name) = TOGETHER.into_iter().find(|(known, _)| known == category)?;
    let stream = &event.stream;
    Some(Key::new(format!("{}/{name}/{}", stream.tenant, stream.id)))
}

/// Folds a batch of one log.
pub(crate) async fn apply(write: &Write<'_>, events: &[Recorded]) -> Result<(), ApplyError> {
    match write.log() {
        Service::Customers => customers::apply(write, events).await,
        Service::Sales => sales::apply(write, events).await,
        Service::Service => service::apply(write, events).await,
        Service::Loyalty => loyalty::apply(write, events).await,
    }
}

/// The events of one kind of aggregate.
fn read<E: DomainEvent>(events: &[Recorded]) -> Result<Vec<(&Recorded, E)>, ApplyError> {
    events
        .iter()
        .filter(|event| event.stream.category == E::CATEGORY)
        .map(|event| {
            let read = E::decode(&event.event_type, &event.data);
            Ok((
                event,
                read.map_err(|error| ApplyError::undecodable(event, &error))?,
            ))
        })
        .collect()
}

/// The ids of their streams.
fn ids<E>(events: &[(&Recorded, E)]) -> BTreeSet<Id> {
    events
        .iter()
        .map(|(event, _)| crate::kept::id(event))
        .collect()
}
