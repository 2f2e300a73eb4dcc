//! From a credit note to its message.

use guanxi_events::{Money, sales::Credited};
use guanxi_proto::sales::v1 as wire;
use guanxi_runtime::{date_to_wire, money_to_wire};
use uuid::Uuid;

use super::super::{
    billing_profile::details_to_wire,
    sale_line::{line_to_wire, parts_to_wire, totals_to_wire},
};
use crate::domain::{billing_document::gross, credit_note::Note};

pub(super) fn to_wire(id: Uuid, version: i64, note: &Note) -> wire::CreditNote {
    let (order, returned, parts, lines) = match &note.subject {
        Credited::Order {
            order,
            parts,
            returned,
        } => (Some(order), returned.as_ref(), parts.as_slice(), &[][..]),
        Credited::Lines(lines) => (None, None, &[][..], lines.as_slice()),
    };
    let total = Money {
        amount: gross(&note.totals),
        currency: note.currency,
    };
    let voided = note.voided.as_ref();
    wire::CreditNote {
        id: id.to_string(),
        version,
        number: note.number.clone().unwrap_or_default(),
        customer_id: note.customer.to_string(),
        invoice_id: note.invoice.map(|id| id.to_string()).unwrap_or_default(),
        order_id: order.map(ToString::to_string).unwrap_or_default(),
        return_id: returned.map(ToString::to_string).unwrap_or_default(),
        parts: parts_to_wire(parts, note.currency),
        lines: lines
            .iter()
            .map(|line| line_to_wire(line, note.currency))
            .collect(),
        on: Some(date_to_wire(note.on)),
        billing: note.billing.as_ref().map(details_to_wire),
        totals: totals_to_wire(&note.totals, note.currency),
        total: Some(money_to_wire(&total)),
        reason: note.reason.clone(),
        voided_on: voided.map(|(on, _)| date_to_wire(*on)),
        void_reason: voided.map(|(_, reason)| reason.clone()).unwrap_or_default(),
    }
}
