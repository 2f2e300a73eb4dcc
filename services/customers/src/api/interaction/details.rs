//! What was done with a customer, on the wire.

use std::collections::BTreeSet;

use guanxi_events::customers::{
    Direction, InteractionDetails, InteractionField, InteractionKind, NextAction,
};
use guanxi_proto::customers::v1 as wire;
use guanxi_runtime::{Fields, date_to_wire, instant_to_wire};
use uuid::Uuid;

use crate::{
    api::{text_of, when},
    domain::interaction::Account,
};

/// A week.
pub(in crate::api) const LONGEST_MINUTES: u32 = 10_080;

const fn path_of(field: InteractionField) -> &'static str {
    match field {
        InteractionField::Customer => "customer_id",
        InteractionField::Contact => "contact_id",
        InteractionField::Opportunity => "opportunity_id",
        InteractionField::Ticket => "ticket_id",
        InteractionField::Campaign => "campaign_id",
        other => other.name(),
    }
}

/// The field of a path.
pub(super) fn field_of(path: &str) -> Option<InteractionField> {
    let mut fields = InteractionField::ALL.iter().copied();
    fields.find(|field| path_of(*field) == path)
}

/// Reads the fields that are meant; the others are stand-ins.
pub(in crate::api) fn read(
    fields: &mut Fields,
    given: &wire::InteractionDetails,
    meant: &BTreeSet<InteractionField>,
) -> Option<Account> {
    use InteractionField as F;
    let is = |field| meant.contains(&field);
    let path = |field: InteractionField| format!("details.{}", path_of(field));
    let id = |fields: &mut Fields, field, text: &str| {
        when(is(field), || fields.optional_id::<Uuid>(&path(field), text))
    };
    let customer = when(is(F::Customer), || {
        fields.id(&path(F::Customer), &given.customer_id).map(Some)
    });
    let contact = id(fields, F::Contact, &given.contact_id);
    let kind = if is(F::Kind) {
        fields.choice(&path(F::Kind), given.kind, kind)
    } else {
        Some(InteractionKind::Other)
    };
    let direction = when(is(F::Direction) && given.direction != 0, || {
        fields
            .choice(&path(F::Direction), given.direction, direction)
            .map(Some)
    });
    let started_at = when(is(F::StartedAt), || {
        fields.optional_instant(&path(F::StartedAt), given.started_at.as_ref())
    });
    let duration = given.duration_minutes.filter(|_| is(F::DurationMinutes));
    if duration.is_some_and(|minutes| minutes > LONGEST_MINUTES) {
        let description = format!("must be at most {LONGEST_MINUTES}");
        fields.bad(path(F::DurationMinutes), description);
    }
    let summary = when(is(F::Summary), || {
        fields.text(&path(F::Summary), &given.summary, 1, 10_000)
    });
    let staff = when(is(F::Staff), || {
        fields.optional_person(&path(F::Staff), &given.staff)
    });
    let outcome = when(is(F::Outcome), || {
        fields.optional_text(&path(F::Outcome), &given.outcome, 500)
    });
    let next_action = when(is(F::NextAction), || {
        next_action(fields, &path(F::NextAction), given.next_action.as_ref())
    });
    let opportunity = id(fields, F::Opportunity, &given.opportunity_id);
    let ticket = id(fields, F::Ticket, &given.ticket_id);
    let campaign = id(fields, F::Campaign, &given.campaign_id);
    Some(Account {
        customer: customer?,
        contact: contact?.map(Into::into),
        kind: kind?,
        direction: direction?,
        started_at: started_at?,
        duration_minutes: duration,
        summary: summary?,
        staff: staff?,
        outcome: outcome?,
        next_action: next_action?,
        opportunity: opportunity?,
        ticket: ticket?,
        campaign: campaign?,
    })
}

fn next_action(
    fields: &mut Fields,
    field: &str,
    given: Option<&wire::NextAction>,
) -> Option<Option<NextAction>> {
    let Some(given) = given else {
        return Some(None);
    };
    let action = fields.text(&format!("{field}.action"), &given.action, 1, 500);
    let due = fields.date(&format!("{field}.due"), given.due.as_ref());
    let person = fields.optional_person(&format!("{field}.person"), &given.person);
    Some(Some(NextAction {
        action: action?,
        due: due?,
        person: person?,
    }))
}

pub(in crate::api) fn kind(kind: wire::InteractionKind) -> Option<InteractionKind> {
    Some(match kind {
        wire::InteractionKind::Unspecified => return None,
        wire::InteractionKind::Call => InteractionKind::Call,
        wire::InteractionKind::Email => InteractionKind::Email,
        wire::InteractionKind::Meeting => InteractionKind::Meeting,
        wire::InteractionKind::Visit => InteractionKind::Visit,
        wire::InteractionKind::Chat => InteractionKind::Chat,
        wire::InteractionKind::Social => InteractionKind::Social,
        wire::InteractionKind::Other => InteractionKind::Other,
    })
}

pub(in crate::api) fn kind_to_wire(kind: InteractionKind) -> wire::InteractionKind {
    match kind {
        InteractionKind::Call => wire::InteractionKind::Call,
        InteractionKind::Email => wire::InteractionKind::Email,
        InteractionKind::Meeting => wire::InteractionKind::Meeting,
        InteractionKind::Visit => wire::InteractionKind::Visit,
        InteractionKind::Chat => wire::InteractionKind::Chat,
        InteractionKind::Social => wire::InteractionKind::Social,
        InteractionKind::Other => wire::InteractionKind::Other,
    }
}

fn direction(direction: wire::Direction) -> Option<Direction> {
    match direction {
        wire::Direction::Unspecified => None,
        wire::Direction::Inbound => Some(Direction::Inbound),
        wire::Direction::Outbound => Some(Direction::Outbound),
    }
}

pub(super) fn to_wire(details: InteractionDetails) -> wire::InteractionDetails {
    let direction = match details.direction {
        None => wire::Direction::Unspecified,
        Some(Direction::Inbound) => wire::Direction::Inbound,
        Some(Direction::Outbound) => wire::Direction::Outbound,
    };
    wire::InteractionDetails {
        customer_id: details.customer.to_string(),
        contact_id: text_of(details.contact),
        kind: kind_to_wire(details.kind).into(),
        direction: direction.into(),
        started_at: Some(instant_to_wire(details.started_at)),
        duration_minutes: details.duration_minutes,
        summary: details.summary,
        staff: details.staff.to_string(),
        outcome: details.outcome.unwrap_or_default(),
        next_action: details.next_action.map(|next| wire::NextAction {
            action: next.action,
            due: Some(date_to_wire(next.due)),
            person: text_of(next.person),
        }),
        opportunity_id: text_of(details.opportunity),
        ticket_id: text_of(details.ticket),
        campaign_id: text_of(details.campaign),
    }
}
