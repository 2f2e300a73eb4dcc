//! The gRPC services: from the contracts to the domain and back, one file an aggregate.

use guanxi_events::{Money, sales::Validity};
use guanxi_proto::{google_type, types::v1::DateRange};
use guanxi_runtime::{Commands, Fields, asked, count_to_wire, date_to_wire, each, found};
use rust_decimal::Decimal;
use tonic::service::RoutesBuilder;

mod account;
mod billing_profile;
mod credit_note;
mod due;
mod exchange_rate;
mod invoice;
mod opportunity;
mod opportunity_parts;
mod order;
mod order_return;
mod payment_terms;
mod pipeline;
mod price_list;
mod product;
mod receivable_plan;
mod receivables_policy;
mod sale_line;

/// Puts the gRPC services of sales on the routes.
pub(crate) fn mount(commands: Commands, routes: &mut RoutesBuilder) {
    routes
        .add_service(account::server(commands.clone()))
        .add_service(invoice::server(commands.clone()))
        .add_service(credit_note::server(commands.clone()))
        .add_service(pipeline::server(commands.clone()))
        .add_service(opportunity::server(commands.clone()))
        .add_service(order::server(commands.clone()))
        .add_service(order_return::server(commands.clone()))
        .add_service(product::server(commands.clone()))
        .add_service(price_list::server(commands.clone()))
        .add_service(payment_terms::server(commands.clone()))
        .add_service(exchange_rate::server(commands.clone()))
        .add_service(billing_profile::server(commands.clone()))
        .add_service(receivables_policy::server(commands.clone()))
        .add_service(receivable_plan::server(commands));
}

/// Money from 0 to `max`.
fn amount(
    fields: &mut Fields,
    field: &str,
    money: Option<&google_type::Money>,
    max: Decimal,
) -> Option<Money> {
    let money = fields.money(field, money)?;
    if (Decimal::ZERO..=max).contains(&money.amount) {
        return Some(money);
    }
    fields.bad(field, format!("{money} is not between 0 and {max}"));
    None
}

/// Money from 0 to `max` that may be left out.
fn optional_amount(
    fields: &mut Fields,
    field: &str,
    money: Option<&google_type::Money>,
    max: Decimal,
) -> Option<Option<Money>> {
    match money {
        None => Some(None),
        some => amount(fields, field, some, max).map(Some),
    }
}

/// A span of days; without one it is always.
fn validity(fields: &mut Fields, field: &str, range: Option<&DateRange>) -> Option<Validity> {
    let Some(range) = range else {
        return Some(Validity::default());
    };
    let from = fields.optional_date(&format!("{field}.first"), range.first.as_ref());
    let until = fields.optional_date(&format!("{field}.last"), range.last.as_ref());
    Some(Validity {
        from: from?,
        until: until?,
    })
}

fn validity_to_wire(validity: Validity) -> DateRange {
    DateRange {
        first: validity.from.map(date_to_wire),
        last: validity.until.map(date_to_wire),
    }
}
