//! What the requests about the service desk have in common.

use guanxi_events::service::{Channel, Priority, TicketKind};
use guanxi_proto::{
    query::v1::{self as wire, ServiceGrouping, TicketFilter},
    types::v1::DateRange,
};
use guanxi_runtime::Fields;
use guanxi_service_figures::queries::{Days, Filter, GroupBy};
use jiff::tz::TimeZone;

use crate::{
    days,
    request::{MOST, choices, ids},
};

/// Which tickets.
pub(super) fn filter(fields: &mut Fields, filter: Option<&TicketFilter>) -> Option<Filter> {
    let Some(filter) = filter else {
        return Some(Filter::default());
    };
    let queues = ids(fields, "filter.queue_ids", &filter.queue_ids);
    let customers = ids(fields, "filter.customer_ids", &filter.customer_ids);
    let agents = fields.count("filter.agents", filter.agents.len(), MOST);
    let categories = fields.count("filter.categories", filter.categories.len(), MOST);
    let priorities = choices(fields, "filter.priorities", &filter.priorities, priority);
    let kinds = choices(fields, "filter.kinds", &filter.kinds, kind);
    let channels = choices(fields, "filter.channels", &filter.channels, channel);
    agents?;
    categories?;
    Some(Filter {
        queues: queues?,
        agents: filter.agents.clone(),
        priorities: priorities?,
        kinds: kinds?,
        channels: channels?,
        categories: filter.categories.clone(),
        customers: customers?,
    })
}

fn priority(priority: wire::TicketPriority) -> Option<Priority> {
    Some(match priority {
        wire::TicketPriority::Unspecified => return None,
        wire::TicketPriority::Critical => Priority::Critical,
        wire::TicketPriority::High => Priority::High,
        wire::TicketPriority::Medium => Priority::Medium,
        wire::TicketPriority::Low => Priority::Low,
    })
}

fn kind(kind: wire::TicketKind) -> Option<TicketKind> {
    Some(match kind {
        wire::TicketKind::Unspecified => return None,
        wire::TicketKind::Question => TicketKind::Question,
        wire::TicketKind::Request => TicketKind::Request,
        wire::TicketKind::Complaint => TicketKind::Complaint,
        wire::TicketKind::Return => TicketKind::Return,
        wire::TicketKind::Repair => TicketKind::Repair,
    })
}

fn channel(channel: wire::TicketChannel) -> Option<Channel> {
    Some(match channel {
        wire::TicketChannel::Unspecified => return None,
        wire::TicketChannel::Phone => Channel::Phone,
        wire::TicketChannel::Email => Channel::Email,
        wire::TicketChannel::Web => Channel::Web,
        wire::TicketChannel::Chat => Channel::Chat,
        wire::TicketChannel::Wechat => Channel::Wechat,
        wire::TicketChannel::InPerson => Channel::InPerson,
        wire::TicketChannel::Api => Channel::Api,
        wire::TicketChannel::Other => Channel::Other,
    })
}

/// What to tell apart.
pub(super) fn group_by(fields: &mut Fields, group_by: i32) -> Option<GroupBy> {
    fields.choice("group_by", group_by, |group_by| {
        Some(match group_by {
            ServiceGrouping::Unspecified => GroupBy::Nothing,
            ServiceGrouping::Day => GroupBy::Day,
            ServiceGrouping::Month => GroupBy::Month,
            ServiceGrouping::Agent => GroupBy::Agent,
            ServiceGrouping::Queue => GroupBy::Queue,
            ServiceGrouping::Priority => GroupBy::Priority,
            ServiceGrouping::Kind => GroupBy::Kind,
            ServiceGrouping::Channel => GroupBy::Channel,
            ServiceGrouping::Category => GroupBy::Category,
        })
    })
}

/// Whole days.
pub(super) fn days(
    fields: &mut Fields,
    field: &str,
    range: Option<&DateRange>,
    zone: &TimeZone,
) -> Option<Days> {
    let range = days::range(fields, field, range, zone)?;
    Some(Days {
        from: range.from,
        until: range.until,
    })
}
