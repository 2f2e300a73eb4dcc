//! The gRPC services: from the contracts to the domain and back, one file an aggregate.

use guanxi_events::service::{Channel, Priority, QueueId, TicketKind};
use guanxi_proto::service::v1 as wire;
use guanxi_runtime::{Commands, Fields};
use jiff::SignedDuration;
use tonic::service::RoutesBuilder;

mod calendar;
mod queue;
mod sla_policy;
mod survey;
mod ticket;

/// Puts the gRPC services on the routes.
pub(crate) fn mount(commands: Commands, routes: &mut RoutesBuilder) {
    routes
        .add_service(ticket::server(commands.clone()))
        .add_service(queue::server(commands.clone()))
        .add_service(survey::server(commands.clone()))
        .add_service(calendar::server(commands.clone()))
        .add_service(sla_policy::server(commands));
}

/// A queue's id; the tenant's own when empty.
fn queue_id(fields: &mut Fields, id: &str) -> Option<QueueId> {
    let named = fields.optional_id("queue_id", id)?;
    Some(named.unwrap_or(QueueId::OF_TENANT))
}

/// An id that may be missing, empty on the wire.
fn optional_to_wire(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// A channel that may be left out.
fn optional_channel(fields: &mut Fields, field: &str, number: i32) -> Option<Option<Channel>> {
    fields.choice(field, number, |channel: wire::Channel| {
        Some(match channel {
            wire::Channel::Unspecified => None,
            wire::Channel::Phone => Some(Channel::Phone),
            wire::Channel::Email => Some(Channel::Email),
            wire::Channel::Web => Some(Channel::Web),
            wire::Channel::Chat => Some(Channel::Chat),
            wire::Channel::Wechat => Some(Channel::Wechat),
            wire::Channel::InPerson => Some(Channel::InPerson),
            wire::Channel::Api => Some(Channel::Api),
            wire::Channel::Other => Some(Channel::Other),
        })
    })
}

fn channel_to_wire(channel: Channel) -> wire::Channel {
    match channel {
        Channel::Phone => wire::Channel::Phone,
        Channel::Email => wire::Channel::Email,
        Channel::Web => wire::Channel::Web,
        Channel::Chat => wire::Channel::Chat,
        Channel::Wechat => wire::Channel::Wechat,
        Channel::InPerson => wire::Channel::InPerson,
        Channel::Api => wire::Channel::Api,
        Channel::Other => wire::Channel::Other,
    }
}

/// What a ticket is about, where that may be left out.
fn optional_kind(fields: &mut Fields, field: &str, number: i32) -> Option<Option<TicketKind>> {
    fields.choice(field, number, |kind: wire::TicketKind| {
        Some(match kind {
            wire::TicketKind::Unspecified => None,
            wire::TicketKind::Question => Some(TicketKind::Question),
            wire::TicketKind::Request => Some(TicketKind::Request),
            wire::TicketKind::Complaint => Some(TicketKind::Complaint),
            wire::TicketKind::Return => Some(TicketKind::Return),
            wire::TicketKind::Repair => Some(TicketKind::Repair),
        })
    })
}

fn kind_to_wire(kind: TicketKind) -> wire::TicketKind {
    match kind {
        TicketKind::Question => wire::TicketKind::Question,
        TicketKind::Request => wire::TicketKind::Request,
        TicketKind::Complaint => wire::TicketKind::Complaint,
        TicketKind::Return => wire::TicketKind::Return,
        TicketKind::Repair => wire::TicketKind::Repair,
    }
}

/// A span of working time: a second to ten years.
fn target_span(
    fields: &mut Fields,
    field: &str,
    span: Option<&prost_types::Duration>,
) -> Option<SignedDuration> {
    const TEN_YEARS: SignedDuration = SignedDuration::from_hours(10 * 365 * 24);
    fields.span(field, span, SignedDuration::from_secs(1), TEN_YEARS)
}

/// How urgent something is, where that may be left out.
fn optional_priority(fields: &mut Fields, field: &str, number: i32) -> Option<Option<Priority>> {
    fields.choice(field, number, |priority: wire::Priority| {
        Some(match priority {
            wire::Priority::Unspecified => None,
            wire::Priority::Critical => Some(Priority::Critical),
            wire::Priority::High => Some(Priority::High),
            wire::Priority::Medium => Some(Priority::Medium),
            wire::Priority::Low => Some(Priority::Low),
        })
    })
}

fn priority_to_wire(priority: Priority) -> wire::Priority {
    match priority {
        Priority::Critical => wire::Priority::Critical,
        Priority::High => wire::Priority::High,
        Priority::Medium => wire::Priority::Medium,
        Priority::Low => wire::Priority::Low,
    }
}
