//! From an invoice to its message.

use guanxi_events::{Money, sales::Billed};
use guanxi_proto::sales::v1 as wire;
use guanxi_runtime::{date_to_wire, money_to_wire};
use uuid::Uuid;

use super::super::{
    billing_profile::details_to_wire,
    sale_line::{line_to_wire, parts_to_wire, totals_to_wire},
};
use crate::domain::{
    billing_document::gross,
    invoice::{Bill, Status},
};

pub(super) fn to_wire(id: Uuid, version: i64, bill: &Bill) -> wire::Invoice {
    let (status, reason, voided_on) = match &bill.status {
        Status::Requested => (wire::InvoiceStatus::Requested, "", None),
        Status::Issued => (wire::InvoiceStatus::Issued, "", None),
        Status::Withdrawn { reason } => (wire::InvoiceStatus::Withdrawn, reason.as_str(), None),
        Status::Voided { on, reason } => (wire::InvoiceStatus::Voided, reason.as_str(), Some(*on)),
    };
    let (order, parts, lines) = match &bill.subject {
        Billed::Order { order, parts } => (Some(order), parts.as_slice(), &[][..]),
        Billed::Lines(lines) => (None, &[][..], lines.as_slice()),
    };
    let issued = bill.issued.as_ref();
    let mailed = bill.mailed.as_ref();
    let text = |text: Option<&String>| text.cloned().unwrap_or_default();
    wire::Invoice {
        id: id.to_string(),
        version,
        number: text(bill.number.as_ref()),
        customer_id: bill.customer.to_string(),
        status: status.into(),
        order_id: order.map(ToString::to_string).unwrap_or_default(),
        parts: parts_to_wire(parts, bill.currency),
        lines: lines
            .iter()
            .map(|line| line_to_wire(line, bill.currency))
            .collect(),
        owner: bill
            .owner
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        team: text(bill.team.as_ref()),
        on: issued.map(|issued| date_to_wire(issued.on)),
        billing: issued.and_then(|issued| issued.billing.as_ref().map(details_to_wire)),
        totals: issued.map_or_else(Vec::new, |issued| {
            totals_to_wire(&issued.totals, bill.currency)
        }),
        total: issued.map(|issued| {
            money_to_wire(&Money {
                amount: gross(&issued.totals),
                currency: bill.currency,
            })
        }),
        payment_terms_id: issued
            .and_then(|issued| issued.terms)
            .map(|terms| terms.id.to_string())
            .unwrap_or_default(),
        reason: reason.to_owned(),
        voided_on: voided_on.map(date_to_wire),
        mailed_on: mailed.map(|mailed| date_to_wire(mailed.on)),
        carrier: text(mailed.map(|mailed| &mailed.carrier)),
        tracking_number: text(mailed.and_then(|mailed| mailed.tracking_number.as_ref())),
        delivered_on: bill.arrived.map(date_to_wire),
    }
}
