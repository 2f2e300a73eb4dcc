//! A ticket on the wire.

use guanxi_events::service::{SurveyId, TicketDetails, TicketId, ticket::PendingFor};
use guanxi_proto::service::v1 as wire;
use guanxi_runtime::{count_to_wire, instant_to_wire};

use super::{
    super::{channel_to_wire, kind_to_wire, optional_to_wire, priority_to_wire},
    sla::sla_to_wire,
};
use crate::domain::ticket::{Conversation, Status, Work};

pub(super) fn to_wire(id: TicketId, version: i64, work: &Work) -> wire::Ticket {
    let resolution = work.resolution.as_ref();
    let (pending_for, until) = match work.status {
        Status::Pending { pending, until } => (pending_for_to_wire(pending), until),
        _ => (wire::PendingFor::Unspecified, None),
    };
    let surveyed = (work.resolutions > 0).then(|| SurveyId::of(id, work.resolutions));
    wire::Ticket {
        id: id.to_string(),
        version,
        number: work.number.clone().unwrap_or_default(),
        details: Some(details_to_wire(&work.details)),
        priority: priority_to_wire(work.priority).into(),
        queue_id: work.queue.to_string(),
        assignee: optional_to_wire(work.assignee.as_ref()),
        status: status_to_wire(work).into(),
        pending_for: pending_for.into(),
        pending_until: until.map(instant_to_wire),
        opened_at: Some(instant_to_wire(work.opened_at)),
        changed_at: Some(instant_to_wire(work.changed_at)),
        conversation: Some(conversation_to_wire(&work.conversation)),
        resolutions: count_to_wire(work.resolutions),
        resolved_at: resolution.map(|held| instant_to_wire(held.at)),
        reopen_until: resolution.map(|held| instant_to_wire(held.reopen_until)),
        close_at: match work.status {
            Status::Resolved => resolution
                .and_then(|held| held.close_at)
                .map(instant_to_wire),
            _ => None,
        },
        merged_into: optional_to_wire(work.merged_into),
        absorbed_ids: work.absorbed.iter().map(TicketId::to_string).collect(),
        parent_id: optional_to_wire(work.parent),
        child_ids: work.children.iter().map(TicketId::to_string).collect(),
        link_ids: work.links.iter().map(TicketId::to_string).collect(),
        follow_up_of: optional_to_wire(work.follow_up_of),
        follow_up_id: optional_to_wire(work.follow_up),
        watchers: work.watchers.iter().map(ToString::to_string).collect(),
        replay: work.replay,
        survey_id: optional_to_wire(surveyed),
        sla: sla_to_wire(work),
    }
}

/// A merged ticket goes on elsewhere, however far it was.
fn status_to_wire(work: &Work) -> wire::TicketStatus {
    if work.merged_into.is_some() {
        return wire::TicketStatus::Merged;
    }
    match work.status {
        Status::New => wire::TicketStatus::New,
        Status::Open => wire::TicketStatus::Open,
        Status::Pending { .. } => wire::TicketStatus::Pending,
        Status::Resolved => wire::TicketStatus::Resolved,
        Status::Closed => wire::TicketStatus::Closed,
    }
}

fn details_to_wire(details: &TicketDetails) -> wire::TicketDetails {
    wire::TicketDetails {
        kind: kind_to_wire(details.kind).into(),
        channel: channel_to_wire(details.channel).into(),
        subject: details.subject.clone(),
        category: details.category.clone().unwrap_or_default(),
        customer_id: optional_to_wire(details.customer),
        contact_id: optional_to_wire(details.contact),
        order_id: optional_to_wire(details.order),
    }
}

fn conversation_to_wire(said: &Conversation) -> wire::TicketConversation {
    wire::TicketConversation {
        agent_replies: count_to_wire(said.agent_replies),
        customer_replies: count_to_wire(said.customer_replies),
        notes: count_to_wire(said.notes),
        first_response_at: said.first_response_at.map(instant_to_wire),
        agent_spoke_at: said.agent_spoke_at.map(instant_to_wire),
        customer_spoke_at: said.customer_spoke_at.map(instant_to_wire),
        waiting_since: said.waiting_since.map(instant_to_wire),
    }
}

fn pending_for_to_wire(pending: PendingFor) -> wire::PendingFor {
    match pending {
        PendingFor::Customer => wire::PendingFor::Customer,
        PendingFor::ThirdParty => wire::PendingFor::ThirdParty,
        PendingFor::Date => wire::PendingFor::Date,
    }
}
