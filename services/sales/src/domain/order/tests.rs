//! The rules of orders as given / when / then.

use guanxi_decider::testing::Scenario;
use guanxi_events::sales::{
    CustomerCopied, InvoiceId, LinePart, OrderPlaced, ProductCreated, ProductDetails, ProductEvent,
    ProductId, ProductRetired,
};
use jiff::Timestamp;
use uuid::Uuid;

use super::*;
use crate::domain::product::Product;

mod cancelling;
mod changing;
mod credit;
mod delivering;
mod placing;
mod returning;
mod transitions;
mod world;

pub(crate) use world::World;

pub(crate) const ORDER: Uuid = Uuid::from_u128(1);
pub(crate) const CUSTOMER: CustomerId = CustomerId(Uuid::from_u128(2));
pub(crate) const GOODS: ProductId = ProductId(Uuid::from_u128(3));
pub(super) const OTHER_GOODS: ProductId = ProductId(Uuid::from_u128(4));
pub(super) const RETIRED: ProductId = ProductId(Uuid::from_u128(5));

pub(crate) fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub(crate) fn invoice(n: u128) -> InvoiceId {
    InvoiceId(Uuid::from_u128(100 + n))
}

/// Goods at a price without tax.
pub(crate) fn goods(quantity: &str, unit_price: &str) -> SaleLineInput {
    SaleLineInput {
        product: Some(GOODS),
        text: None,
        quantity: dec(quantity),
        unit_price: dec(unit_price),
        discount_percent: Decimal::ZERO,
        tax_rate: Decimal::ZERO,
    }
}

/// Postage, a fee, a discount.
pub(crate) fn words(text: &str, unit_price: &str) -> SaleLineInput {
    SaleLineInput {
        product: None,
        text: Some(text.to_owned()),
        ..goods("1", unit_price)
    }
}

pub(crate) fn place(lines: Vec<SaleLineInput>) -> Place {
    Place {
        customer: CUSTOMER,
        currency: Currency::EUR,
        prices_include_tax: false,
        lines,
        owner: None,
        team: None,
        terms: None,
        over_delivery_percent: Decimal::ZERO,
        reference: None,
        confirm: false,
        grant: None,
    }
}

pub(crate) fn part(line: u32, quantity: &str) -> LineQuantity {
    LineQuantity {
        line,
        quantity: dec(quantity),
    }
}

/// What a part of a line came to, without tax.
pub(super) fn came_to(line: u32, quantity: &str, net: &str) -> LinePart {
    LinePart {
        line,
        quantity: dec(quantity),
        net: dec(net),
        tax: Decimal::ZERO,
    }
}

pub(super) fn reason() -> String {
    "because".to_owned()
}

pub(crate) fn confirm() -> Command {
    Command::Confirm { grant: None }
}

pub(super) fn hold() -> Command {
    Command::Hold { reason: reason() }
}

pub(crate) fn deliver(lines: &[(u32, &str)]) -> Command {
    Command::Deliver {
        lines: Some(lines.iter().map(|(line, q)| part(*line, q)).collect()),
        reference: None,
    }
}

pub(crate) fn deliver_all() -> Command {
    Command::Deliver {
        lines: None,
        reference: None,
    }
}

pub(crate) fn cancel_rest() -> Command {
    Command::CancelRest {
        lines: Vec::new(),
        reason: reason(),
    }
}

pub(super) fn reopen() -> Command {
    Command::Reopen {
        reason: reason(),
        grant: None,
    }
}

pub(super) fn change(lines: Vec<SaleLineInput>) -> Command {
    Command::ChangeLines { lines, grant: None }
}

fn sku(sku: &str) -> ProductEvent {
    ProductCreated {
        details: ProductDetails {
            sku: sku.to_owned(),
            name: sku.to_owned(),
            unit: "piece".into(),
            ..ProductDetails::default()
        },
    }
    .into()
}

/// A known customer, two products and a retired one.
pub(super) fn scenario() -> Scenario<Order> {
    let customer = CustomerCopied {
        name: "Cancity".into(),
        ..CustomerCopied::default()
    };
    Scenario::new(ORDER)
        .reading::<CustomerCopy>(CUSTOMER, [customer.into()])
        .reading::<Product>(GOODS, [sku("GTX-PRO")])
        .reading::<Product>(OTHER_GOODS, [sku("MG-SPECIAL")])
        .reading::<Product>(
            RETIRED,
            [sku("GTX-OLD"), ProductRetired { reason: None }.into()],
        )
}

/// 2026-01-15 at noon: the kit's clock.
pub(super) fn now() -> Timestamp {
    "2026-01-15T12:00:00Z".parse().unwrap()
}
