//! A return on the wire.

use guanxi_events::sales::{RefundAs, ReturnLine};
use guanxi_proto::sales::v1 as wire;
use uuid::Uuid;

use super::super::sale_line::{decimal_to_wire, number_to_wire, quantities_to_wire};
use crate::domain::{
    order::Sale,
    order_return::{GivenBack, GoodsReturn, Status},
};

pub(super) fn to_wire(
    id: Uuid,
    version: i64,
    returned: &GoodsReturn,
    sale: &Sale,
) -> wire::GetReturnResponse {
    let (status, reason) = status(&returned.status);
    let (credit_note, refund) = match &returned.status {
        Status::Refunded {
            credit_note,
            refund,
        } => (*credit_note, *refund),
        _ => (None, None),
    };
    let order_return = wire::Return {
        id: id.to_string(),
        version,
        number: returned.number.clone().unwrap_or_default(),
        order_id: returned.order.to_string(),
        customer_id: returned.customer.to_string(),
        lines: returned.lines.iter().map(line).collect(),
        refund: match returned.refund {
            RefundAs::CreditNote => wire::RefundAs::CreditNote,
            RefundAs::Payment => wire::RefundAs::Payment,
        }
        .into(),
        requested_by: returned.by.to_string(),
        status: status.into(),
        reason: reason.unwrap_or_default().to_owned(),
        received: quantities_to_wire(&returned.received),
        credit_note_id: credit_note.map(|id| id.to_string()).unwrap_or_default(),
        refund_id: refund.map(|id| id.to_string()).unwrap_or_default(),
        credits: returned.given_back.iter().map(credit).collect(),
    };
    let to_credit = match returned.status {
        Status::Received => returned.to_credit(sale),
        _ => Vec::new(),
    };
    wire::GetReturnResponse {
        order_return: Some(order_return),
        to_credit: quantities_to_wire(&to_credit),
    }
}

fn credit(given: &GivenBack) -> wire::ReturnCredit {
    let refund = given.refund.map(|id| id.to_string());
    wire::ReturnCredit {
        credit_note_id: given.credit_note.to_string(),
        refund_id: refund.unwrap_or_default(),
        lines: quantities_to_wire(&given.lines),
    }
}

fn line(line: &ReturnLine) -> wire::ReturnLine {
    wire::ReturnLine {
        line: number_to_wire(line.line),
        quantity: decimal_to_wire(line.quantity),
        reason: line.reason.clone(),
    }
}

fn status(status: &Status) -> (wire::ReturnStatus, Option<&str>) {
    match status {
        Status::Requested => (wire::ReturnStatus::Requested, None),
        Status::Approved => (wire::ReturnStatus::Approved, None),
        Status::Rejected { reason } => (wire::ReturnStatus::Rejected, Some(reason)),
        Status::Withdrawn { reason } => (wire::ReturnStatus::Withdrawn, Some(reason)),
        Status::Received => (wire::ReturnStatus::Received, None),
        Status::Refunded { .. } => (wire::ReturnStatus::Refunded, None),
    }
}
