//! From requests to commands of an order.

use guanxi_proto::sales::v1 as wire;
use guanxi_runtime::command;

use super::super::{
    each,
    sale_line::{grant, lines, number, percent, quantities},
};
use crate::domain::{
    order::{Command, Order, Place},
    sale_lines::MAX_LINES,
};

/// The tolerance of deliveries has at most this many decimal places.
const OVER_DELIVERY_PLACES: u32 = 2;

command!(wire::PlaceOrderRequest => wire::PlaceOrderResponse, Order,
|request, fields| {
    let id = fields.new_id("order_id", &request.order_id);
    let customer = fields.id("customer_id", &request.customer_id);
    let currency = fields.currency("currency_code", &request.currency_code);
    let lines = lines(fields, "lines", &request.lines);
    let owner = fields.optional_person("owner", &request.owner);
    let team = fields.optional_text("team", &request.team, 100);
    let terms = fields.optional_id("payment_terms_id", &request.payment_terms_id);
    let over = &request.over_delivery_percent;
    let over = percent(fields, "over_delivery_percent", over, OVER_DELIVERY_PLACES);
    let reference = fields.optional_text("reference", &request.reference, 100);
    let grant = grant(fields, &request.credit_override_reason);
    let place = Place {
        customer: customer?,
        currency: currency?,
        prices_include_tax: request.prices_include_tax,
        lines: lines?,
        owner: owner?,
        team: team?,
        terms: terms?,
        over_delivery_percent: over?,
        reference: reference?,
        confirm: request.confirm,
        grant: grant?,
    };
    Some((id?, Command::Place(Box::new(place))))
});

command!(wire::ChangeOrderLinesRequest => wire::ChangeOrderLinesResponse, Order,
|request, fields| {
    let id = fields.id("order_id", &request.order_id);
    let lines = lines(fields, "lines", &request.lines);
    let grant = grant(fields, &request.credit_override_reason);
    Some((id?, Command::ChangeLines { lines: lines?, grant: grant? }))
});

command!(wire::ConfirmOrderRequest => wire::ConfirmOrderResponse, Order,
|request, fields| {
    let id = fields.id("order_id", &request.order_id);
    let grant = grant(fields, &request.credit_override_reason);
    Some((id?, Command::Confirm { grant: grant? }))
});

command!(wire::HoldOrderRequest => wire::HoldOrderResponse, Order,
|request, fields| {
    let id = fields.id("order_id", &request.order_id);
    let reason = fields.text("reason", &request.reason, 1, 500);
    Some((id?, Command::Hold { reason: reason? }))
});

command!(wire::ReleaseOrderRequest => wire::ReleaseOrderResponse, Order,
|request, fields| {
    let id = fields.id("order_id", &request.order_id);
    Some((id?, Command::Release))
});

command!(wire::DeliverOrderRequest => wire::DeliverOrderResponse, Order,
|request, fields| {
    let id = fields.id("order_id", &request.order_id);
    let lines = quantities(fields, "lines", &request.lines);
    let reference = fields.optional_text("reference", &request.reference, 100);
    Some((id?, Command::Deliver { lines: lines?, reference: reference? }))
});

command!(wire::CancelRestRequest => wire::CancelRestResponse, Order,
|request, fields| {
    let id = fields.id("order_id", &request.order_id);
    let lines = each(fields, "lines", &request.lines, MAX_LINES, |fields, path, line| {
        number(fields, path, *line)
    });
    let reason = fields.text("reason", &request.reason, 1, 500);
    Some((id?, Command::CancelRest { lines: lines?, reason: reason? }))
});

command!(wire::ReopenOrderRequest => wire::ReopenOrderResponse, Order,
|request, fields| {
    let id = fields.id("order_id", &request.order_id);
    let reason = fields.text("reason", &request.reason, 1, 500);
    let grant = grant(fields, &request.credit_override_reason);
    Some((id?, Command::Reopen { reason: reason?, grant: grant? }))
});
