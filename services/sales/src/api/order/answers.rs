//! An order on the wire.

use guanxi_events::Money;
use guanxi_proto::sales::v1 as wire;
use guanxi_runtime::money_to_wire;
use uuid::Uuid;

use super::super::sale_line::{decimal_to_wire, line_to_wire, number_to_wire};
use crate::domain::order::{OrderLine, Sale, Status};

pub(super) fn to_wire(id: Uuid, version: i64, sale: &Sale) -> wire::Order {
    let money = |amount| {
        Some(money_to_wire(&Money {
            amount,
            currency: sale.currency,
        }))
    };
    let total = sale.total();
    let terms = sale.terms.map(|terms| terms.to_string());
    wire::Order {
        id: id.to_string(),
        version,
        number: sale.number.clone().unwrap_or_default(),
        customer_id: sale.customer.to_string(),
        currency_code: sale.currency.code().to_owned(),
        prices_include_tax: sale.prices_include_tax,
        lines: sale
            .numbered_lines()
            .map(|(number, line)| one_line(number, line, sale))
            .collect(),
        owner: sale.owner.to_string(),
        team: sale.team.clone().unwrap_or_default(),
        payment_terms_id: terms.unwrap_or_default(),
        over_delivery_percent: decimal_to_wire(sale.over_delivery_percent),
        reference: sale.reference.clone().unwrap_or_default(),
        status: status(sale.status()).into(),
        on_hold: sale.held.is_some(),
        hold_reason: sale.held.clone().unwrap_or_default(),
        net: money(total.net),
        tax: money(total.tax),
        gross: money(total.gross()),
        unbilled: money(sale.unbilled_gross()),
        invoice_ids: sale.invoices().iter().map(ToString::to_string).collect(),
    }
}

fn one_line(number: u32, line: &OrderLine, sale: &Sale) -> wire::OrderLine {
    let money = |amount| {
        Some(money_to_wire(&Money {
            amount,
            currency: sale.currency,
        }))
    };
    wire::OrderLine {
        number: number_to_wire(number),
        line: Some(line_to_wire(&line.line, sale.currency)),
        delivered: decimal_to_wire(line.delivered),
        returned: decimal_to_wire(line.returned),
        cancelled: decimal_to_wire(line.all_cancelled()),
        billed: decimal_to_wire(line.billed.quantity),
        credited: decimal_to_wire(line.credited.quantity),
        to_deliver: decimal_to_wire(line.to_deliver()),
        to_bill: decimal_to_wire(line.to_bill()),
        to_credit: decimal_to_wire(line.to_credit()),
        returnable: decimal_to_wire(sale.returnable(number)),
        billed_net: money(line.billed.net),
        billed_tax: money(line.billed.tax),
    }
}

fn status(status: Status) -> wire::OrderStatus {
    match status {
        Status::Draft => wire::OrderStatus::Draft,
        Status::Confirmed => wire::OrderStatus::Confirmed,
        Status::PartlyDelivered => wire::OrderStatus::PartlyDelivered,
        Status::Delivered => wire::OrderStatus::Delivered,
        Status::PartlyBilled => wire::OrderStatus::PartlyBilled,
        Status::Billed => wire::OrderStatus::Billed,
        Status::Completed => wire::OrderStatus::Completed,
        Status::Cancelled => wire::OrderStatus::Cancelled,
    }
}
