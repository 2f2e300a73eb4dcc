//! From requests to commands of a return.

use guanxi_events::sales::{RefundAs, ReturnLine};
use guanxi_proto::sales::v1 as wire;
use guanxi_runtime::{Fields, command};

use super::super::{
    each,
    sale_line::{number, quantities, quantity},
};
use crate::domain::{
    order_return::{Command, OrderReturn, Request},
    sale_lines::MAX_LINES,
};

command!(wire::RequestReturnRequest => wire::RequestReturnResponse, OrderReturn,
|request, fields| {
    let id = fields.new_id("return_id", &request.return_id);
    let order = fields.id("order_id", &request.order_id);
    if request.lines.is_empty() {
        fields.bad("lines", "must have at least one line");
    }
    let lines = each(fields, "lines", &request.lines, MAX_LINES, line);
    let refund = refund(fields, request.refund);
    let asked = Request {
        order: order?,
        lines: lines?,
        refund: refund?,
        at_once: request.at_once,
    };
    Some((id?, Command::Request(asked)))
});

command!(wire::ApproveReturnRequest => wire::ApproveReturnResponse, OrderReturn,
|request, fields| {
    let id = fields.id("return_id", &request.return_id);
    Some((id?, Command::Approve))
});

command!(wire::RejectReturnRequest => wire::RejectReturnResponse, OrderReturn,
|request, fields| {
    let id = fields.id("return_id", &request.return_id);
    let reason = fields.text("reason", &request.reason, 1, 500);
    Some((id?, Command::Reject { reason: reason? }))
});

command!(wire::WithdrawReturnRequest => wire::WithdrawReturnResponse, OrderReturn,
|request, fields| {
    let id = fields.id("return_id", &request.return_id);
    let reason = fields.text("reason", &request.reason, 1, 500);
    Some((id?, Command::Withdraw { reason: reason? }))
});

command!(wire::ReceiveReturnRequest => wire::ReceiveReturnResponse, OrderReturn,
|request, fields| {
    let id = fields.id("return_id", &request.return_id);
    let lines = quantities(fields, "lines", &request.lines);
    Some((id?, Command::Receive { lines: lines? }))
});

command!(wire::CloseReturnRequest => wire::CloseReturnResponse, OrderReturn,
|request, fields| {
    let id = fields.id("return_id", &request.return_id);
    Some((id?, Command::Close))
});

fn line(fields: &mut Fields, path: &str, line: &wire::ReturnLine) -> Option<ReturnLine> {
    let number = number(fields, &format!("{path}.line"), line.line);
    let quantity = quantity(fields, &format!("{path}.quantity"), &line.quantity);
    let reason = fields.text(&format!("{path}.reason"), &line.reason, 1, 500);
    Some(ReturnLine {
        line: number?,
        quantity: quantity?,
        reason: reason?,
    })
}

/// A credit note when not set.
fn refund(fields: &mut Fields, number: i32) -> Option<RefundAs> {
    fields.choice("refund", number, |refund: wire::RefundAs| match refund {
        wire::RefundAs::Unspecified | wire::RefundAs::CreditNote => Some(RefundAs::CreditNote),
        wire::RefundAs::Payment => Some(RefundAs::Payment),
    })
}
