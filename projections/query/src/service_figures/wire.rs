//! From what the model holds to messages.

use guanxi_events::service::{Channel, Priority, TicketKind};
use guanxi_proto::query::v1 as wire;
use guanxi_service_figures::State;

pub(super) fn state(state: State) -> wire::TicketState {
    match state {
        State::New => wire::TicketState::New,
        State::Open => wire::TicketState::Open,
        State::Pending => wire::TicketState::Pending,
        State::Resolved => wire::TicketState::Resolved,
        State::Closed => wire::TicketState::Closed,
        State::Merged => wire::TicketState::Merged,
    }
}

pub(super) fn priority(priority: Priority) -> wire::TicketPriority {
    match priority {
        Priority::Critical => wire::TicketPriority::Critical,
        Priority::High => wire::TicketPriority::High,
        Priority::Medium => wire::TicketPriority::Medium,
        Priority::Low => wire::TicketPriority::Low,
    }
}

pub(super) fn kind(kind: TicketKind) -> wire::TicketKind {
    match kind {
        TicketKind::Question => wire::TicketKind::Question,
        TicketKind::Request => wire::TicketKind::Request,
        TicketKind::Complaint => wire::TicketKind::Complaint,
        TicketKind::Return => wire::TicketKind::Return,
        TicketKind::Repair => wire::TicketKind::Repair,
    }
}

pub(super) fn channel(channel: Channel) -> wire::TicketChannel {
    match channel {
        Channel::Phone => wire::TicketChannel::Phone,
        Channel::Email => wire::TicketChannel::Email,
        Channel::Web => wire::TicketChannel::Web,
        Channel::Chat => wire::TicketChannel::Chat,
        Channel::Wechat => wire::TicketChannel::Wechat,
        Channel::InPerson => wire::TicketChannel::InPerson,
        Channel::Api => wire::TicketChannel::Api,
        Channel::Other => wire::TicketChannel::Other,
    }
}
