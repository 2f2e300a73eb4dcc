//! From requests to commands of a ticket.

use std::collections::BTreeSet;

use guanxi_events::{
    PersonId,
    service::{Priority, TicketId, ticket::PendingFor},
};
use guanxi_proto::service::v1 as wire;
use guanxi_runtime::{Fields, command, each};

use super::{
    super::{optional_priority, queue_id},
    parts::{MAX_TEXT, Said, attachments, details, patch, say},
};
use crate::domain::ticket::{Command, MAX_WATCHERS, Open, Speaker, Ticket};

command!(wire::OpenTicketRequest => wire::OpenTicketResponse, Ticket, |request, fields| {
    let id = fields.new_id("ticket_id", &request.ticket_id);
    let details = details(fields, &request.details.unwrap_or_default());
    let priority = optional_priority(fields, "priority", request.priority);
    let queue = queue_id(fields, &request.queue_id);
    let assignee = fields.optional_person("assignee", &request.assignee);
    let text = fields.optional_text("text", &request.text, MAX_TEXT);
    let attachments = attachments(fields, &request.attachments);
    let open = Open {
        details: details?,
        priority: priority?.unwrap_or(Priority::Medium),
        queue: queue?,
        assignee: assignee?,
        text: text?,
        attachments: attachments?,
        follow_up_of: None,
        replay: request.replay,
    };
    Some((id?, Command::Open(Box::new(open))))
});

command!(wire::ChangeTicketRequest => wire::ChangeTicketResponse, Ticket, |request, fields| {
    let id = fields.id("ticket_id", &request.ticket_id);
    let mask = request.update_mask.unwrap_or_default().paths;
    let patch = patch(fields, &request.details.unwrap_or_default(), &mask);
    Some((id?, Command::Change(Box::new(patch?))))
});

command!(wire::PrioritizeTicketRequest => wire::PrioritizeTicketResponse, Ticket,
|request, fields| {
    let id = fields.id("ticket_id", &request.ticket_id);
    let to = optional_priority(fields, "priority", request.priority);
    if to == Some(None) {
        fields.bad("priority", "must be given");
    }
    let reason = reason(fields, &request.reason);
    Some((id?, Command::Prioritise { to: to??, reason: reason? }))
});

command!(wire::AssignTicketRequest => wire::AssignTicketResponse, Ticket, |request, fields| {
    let id = fields.id("ticket_id", &request.ticket_id);
    let to = fields.optional_person("assignee", &request.assignee);
    Some((id?, Command::Assign { to: to? }))
});

command!(wire::UnassignTicketRequest => wire::UnassignTicketResponse, Ticket, |request, fields| {
    let id = fields.id("ticket_id", &request.ticket_id);
    let reason = reason(fields, &request.reason);
    Some((id?, Command::Unassign { reason: reason? }))
});

command!(wire::TransferTicketRequest => wire::TransferTicketResponse, Ticket, |request, fields| {
    let id = fields.id("ticket_id", &request.ticket_id);
    let queue = queue_id(fields, &request.queue_id);
    let to = fields.optional_person("assignee", &request.assignee);
    let reason = reason(fields, &request.reason);
    Some((id?, Command::Transfer { queue: queue?, to: to?, reason: reason? }))
});

command!(wire::WatchTicketRequest => wire::WatchTicketResponse, Ticket, |request, fields| {
    let id = fields.id("ticket_id", &request.ticket_id);
    let add = people(fields, "add", &request.add);
    let remove = people(fields, "remove", &request.remove);
    Some((id?, Command::Watch { add: add?, remove: remove? }))
});

command!(wire::ReplyToTicketRequest => wire::ReplyToTicketResponse, Ticket, |request, fields| {
    let id = fields.id("ticket_id", &request.ticket_id);
    let said = Said {
        id: &request.message_id,
        channel: request.channel,
        text: &request.text,
        template: &request.template,
        attachments: &request.attachments,
    };
    let speaker = speaker(fields, request.from_customer, &request.contact_id);
    let say = say(fields, &said, speaker);
    Some((id?, Command::Reply(Box::new(say?))))
});

command!(wire::NoteOnTicketRequest => wire::NoteOnTicketResponse, Ticket, |request, fields| {
    let id = fields.id("ticket_id", &request.ticket_id);
    let said = Said {
        id: &request.message_id,
        channel: request.channel,
        text: &request.text,
        template: &request.template,
        attachments: &request.attachments,
    };
    let say = say(fields, &said, Some(Speaker::Agent));
    Some((id?, Command::Note(Box::new(say?))))
});

command!(wire::SetTicketPendingRequest => wire::SetTicketPendingResponse, Ticket,
|request, fields| {
    let id = fields.id("ticket_id", &request.ticket_id);
    let pending = fields.choice("pending_for", request.pending_for, |pending| match pending {
        wire::PendingFor::Unspecified => None,
        wire::PendingFor::Customer => Some(PendingFor::Customer),
        wire::PendingFor::ThirdParty => Some(PendingFor::ThirdParty),
        wire::PendingFor::Date => Some(PendingFor::Date),
    });
    let until = fields.optional_instant("until", request.until.as_ref());
    let reason = reason(fields, &request.reason);
    Some((id?, Command::Wait { pending: pending?, until: until?, reason: reason? }))
});

command!(wire::ResumeTicketRequest => wire::ResumeTicketResponse, Ticket, |request, fields| {
    let id = fields.id("ticket_id", &request.ticket_id);
    Some((id?, Command::Resume))
});

command!(wire::ResolveTicketRequest => wire::ResolveTicketResponse, Ticket, |request, fields| {
    let id = fields.id("ticket_id", &request.ticket_id);
    let text = fields.optional_text("text", &request.text, MAX_TEXT);
    Some((id?, Command::Resolve { text: text? }))
});

command!(wire::CloseTicketRequest => wire::CloseTicketResponse, Ticket, |request, fields| {
    let id = fields.id("ticket_id", &request.ticket_id);
    Some((id?, Command::Close))
});

command!(wire::ReopenTicketRequest => wire::ReopenTicketResponse, Ticket, |request, fields| {
    let id = fields.id("ticket_id", &request.ticket_id);
    let reason = reason(fields, &request.reason);
    Some((id?, Command::Reopen { reason: reason? }))
});

command!(wire::SetTicketParentRequest => wire::SetTicketParentResponse, Ticket,
|request, fields| {
    let id = fields.id("ticket_id", &request.ticket_id);
    let parent = fields.optional_id("parent_id", &request.parent_id);
    Some((id?, Command::SetParent { parent: parent? }))
});

command!(wire::LinkTicketsRequest => wire::LinkTicketsResponse, Ticket, |request, fields| {
    let id = fields.id("ticket_id", &request.ticket_id);
    let other: Option<TicketId> = fields.id("other_ticket_id", &request.other_ticket_id);
    Some((id?, Command::Link { other: other? }))
});

command!(wire::UnlinkTicketsRequest => wire::UnlinkTicketsResponse, Ticket, |request, fields| {
    let id = fields.id("ticket_id", &request.ticket_id);
    let other: Option<TicketId> = fields.id("other_ticket_id", &request.other_ticket_id);
    Some((id?, Command::Unlink { other: other? }))
});

command!(wire::MergeTicketRequest => wire::MergeTicketResponse, Ticket, |request, fields| {
    let id = fields.id("ticket_id", &request.ticket_id);
    let into: Option<TicketId> = fields.id("survivor_id", &request.survivor_id);
    Some((id?, Command::Merge { into: into? }))
});

command!(wire::UnmergeTicketRequest => wire::UnmergeTicketResponse, Ticket, |request, fields| {
    let id = fields.id("ticket_id", &request.ticket_id);
    Some((id?, Command::Unmerge))
});

command!(wire::EndTicketReplayRequest => wire::EndTicketReplayResponse, Ticket,
|request, fields| {
    let id = fields.id("ticket_id", &request.ticket_id);
    Some((id?, Command::EndReplay))
});

fn reason(fields: &mut Fields, text: &str) -> Option<Option<String>> {
    fields.optional_text("reason", text, 500)
}

fn people(fields: &mut Fields, field: &str, given: &[String]) -> Option<BTreeSet<PersonId>> {
    let read = |fields: &mut Fields, path: &str, person: &String| fields.person(path, person);
    let people = each(fields, field, given, MAX_WATCHERS, read)?;
    Some(people.into_iter().collect())
}

/// Only a customer's words name one of the customer's people.
fn speaker(fields: &mut Fields, from_customer: bool, contact_id: &str) -> Option<Speaker> {
    let contact = fields.optional_id("contact_id", contact_id)?;
    if from_customer {
        return Some(Speaker::Customer(contact));
    }
    if contact.is_some() {
        fields.bad(
            "contact_id",
            "must be empty when the customer does not say it",
        );
        return None;
    }
    Some(Speaker::Agent)
}
