//! What requests to tickets are made of.

use guanxi_events::service::{Attachment, Channel, MessageId, TicketDetails, TicketKind};
use guanxi_proto::service::v1 as wire;
use guanxi_runtime::{Fields, each};

use super::super::{optional_channel, optional_kind};
use crate::domain::ticket::{Patch, Say, Speaker};

/// What is said at once has at most this many characters: at four bytes each, with its attachments,
/// still less than an event may have.
pub(super) const MAX_TEXT: usize = 20_000;
/// What is said at once has at most this many attachments.
const MAX_ATTACHMENTS: usize = 20;

pub(super) fn details(fields: &mut Fields, given: &wire::TicketDetails) -> Option<TicketDetails> {
    let kind = kind(fields, given);
    let channel = channel(fields, given);
    let subject = subject(fields, given);
    let category = category(fields, given);
    let customer = fields.optional_id("details.customer_id", &given.customer_id);
    let contact = fields.optional_id("details.contact_id", &given.contact_id);
    let order = fields.optional_id("details.order_id", &given.order_id);
    Some(TicketDetails {
        kind: kind?,
        channel: channel?,
        subject: subject?,
        category: category?,
        customer: customer?,
        contact: contact?,
        order: order?,
    })
}

/// Only the fields that the mask names are read.
pub(super) fn patch(
    fields: &mut Fields,
    given: &wire::TicketDetails,
    mask: &[String],
) -> Option<Patch> {
    if mask.is_empty() {
        fields.bad("update_mask", "must name at least one field of details");
        return None;
    }
    fields.count("update_mask", mask.len(), 50)?;
    let mut patch = Patch::default();
    for (index, path) in mask.iter().enumerate() {
        match path.as_str() {
            "kind" => patch.kind = kind(fields, given),
            "channel" => patch.channel = channel(fields, given),
            "subject" => patch.subject = subject(fields, given),
            "category" => patch.category = category(fields, given),
            "customer_id" => {
                patch.customer = fields.optional_id("details.customer_id", &given.customer_id);
            }
            "contact_id" => {
                patch.contact = fields.optional_id("details.contact_id", &given.contact_id);
            }
            "order_id" => {
                patch.order = fields.optional_id("details.order_id", &given.order_id);
            }
            _ => fields.bad(
                format!("update_mask[{index}]"),
                "must be kind, channel, subject, category, customer_id, contact_id or order_id",
            ),
        }
    }
    Some(patch)
}

/// A message as a request has it.
pub(super) struct Said<'a> {
    pub(super) id: &'a str,
    pub(super) channel: i32,
    pub(super) text: &'a str,
    pub(super) template: &'a str,
    pub(super) attachments: &'a [wire::Attachment],
}

pub(super) fn say(fields: &mut Fields, said: &Said<'_>, speaker: Option<Speaker>) -> Option<Say> {
    let message: Option<MessageId> = fields.new_id("message_id", said.id);
    let channel = optional_channel(fields, "channel", said.channel);
    let text = fields.text("text", said.text, 1, MAX_TEXT);
    let template = fields.optional_text("template", said.template, 100);
    let attachments = attachments(fields, said.attachments);
    Some(Say {
        message: message?,
        speaker: speaker?,
        channel: channel?,
        text: text?,
        template: template?,
        attachments: attachments?,
    })
}

pub(super) fn attachments(
    fields: &mut Fields,
    given: &[wire::Attachment],
) -> Option<Vec<Attachment>> {
    each(
        fields,
        "attachments",
        given,
        MAX_ATTACHMENTS,
        |fields, path, given| {
            let name = fields.text(&format!("{path}.name"), &given.name, 1, 200);
            let reference = fields.text(&format!("{path}.reference"), &given.reference, 1, 1000);
            let media_type = format!("{path}.media_type");
            let media_type = fields.optional_text(&media_type, &given.media_type, 100);
            let bytes = u64::try_from(given.bytes).ok();
            if bytes.is_none() {
                fields.bad(format!("{path}.bytes"), "must be 0 or more");
            }
            Some(Attachment {
                name: name?,
                reference: reference?,
                media_type: media_type?,
                bytes: Some(bytes?).filter(|bytes| *bytes > 0),
            })
        },
    )
}

/// A question when not set.
fn kind(fields: &mut Fields, given: &wire::TicketDetails) -> Option<TicketKind> {
    let kind = optional_kind(fields, "details.kind", given.kind)?;
    Some(kind.unwrap_or(TicketKind::Question))
}

/// Another way when not set.
fn channel(fields: &mut Fields, given: &wire::TicketDetails) -> Option<Channel> {
    let channel = optional_channel(fields, "details.channel", given.channel)?;
    Some(channel.unwrap_or(Channel::Other))
}

fn subject(fields: &mut Fields, given: &wire::TicketDetails) -> Option<String> {
    fields.text("details.subject", &given.subject, 1, 200)
}

fn category(fields: &mut Fields, given: &wire::TicketDetails) -> Option<Option<String>> {
    fields.optional_text("details.category", &given.category, 100)
}
