//! The lines of sales and quantities of them, between the contract and the domain.

use guanxi_events::{
    Money,
    sales::{LinePart, LineQuantity, ProductId, SaleLine, TaxTotal},
};
use guanxi_proto::sales::v1 as wire;
use guanxi_runtime::{Fields, money_to_wire};
use iso_currency::Currency;
use rust_decimal::Decimal;

use super::each;
use crate::domain::{
    account::Grant,
    limits,
    sale_lines::{DISCOUNT_PLACES, MAX_LINES, PRICE_PLACES, SaleLineInput, TAX_PLACES},
};

/// All lines of a document.
pub(super) fn lines(
    fields: &mut Fields,
    path: &str,
    lines: &[wire::SaleLineInput],
) -> Option<Vec<SaleLineInput>> {
    each(fields, path, lines, MAX_LINES, line)
}

fn line(fields: &mut Fields, path: &str, line: &wire::SaleLineInput) -> Option<SaleLineInput> {
    let product: Option<Option<ProductId>> =
        fields.optional_id(&format!("{path}.product_id"), &line.product_id);
    let text = fields.optional_text(&format!("{path}.text"), &line.text, 200);
    let quantity = quantity(fields, &format!("{path}.quantity"), &line.quantity);
    let unit_price = fields.decimal(
        &format!("{path}.unit_price"),
        &line.unit_price,
        PRICE_PLACES,
        -limits::UNIT_PRICE,
        limits::UNIT_PRICE,
    );
    let discount = format!("{path}.discount_percent");
    let discount = percent(fields, &discount, &line.discount_percent, DISCOUNT_PLACES);
    let tax = format!("{path}.tax_rate");
    let tax = percent(fields, &tax, &line.tax_rate, TAX_PLACES);
    Some(SaleLineInput {
        product: product?,
        text: text?,
        quantity: quantity?,
        unit_price: unit_price?,
        discount_percent: discount?,
        tax_rate: tax?,
    })
}

/// 0 to 100 per cent; empty is 0.
pub(super) fn percent(
    fields: &mut Fields,
    field: &str,
    text: &str,
    places: u32,
) -> Option<Decimal> {
    if text.is_empty() {
        return Some(Decimal::ZERO);
    }
    fields.decimal(field, text, places, Decimal::ZERO, Decimal::ONE_HUNDRED)
}

/// A quantity of something: above 0.
pub(super) fn quantity(fields: &mut Fields, field: &str, text: &str) -> Option<Decimal> {
    fields.decimal(
        field,
        text,
        limits::QUANTITY_PLACES,
        Decimal::new(1, limits::QUANTITY_PLACES),
        limits::QUANTITY,
    )
}

/// The number of a line, from 1.
pub(super) fn number(fields: &mut Fields, field: &str, number: i32) -> Option<u32> {
    let read = u32::try_from(number).ok().filter(|number| *number > 0);
    if read.is_none() {
        fields.bad(field, format!("lines are numbered from 1, got {number}"));
    }
    read
}

/// Quantities of lines; none where they are left out.
pub(super) fn quantities(
    fields: &mut Fields,
    path: &str,
    lines: &[wire::LineQuantity],
) -> Option<Option<Vec<LineQuantity>>> {
    let read = each(fields, path, lines, MAX_LINES, |fields, path, part| {
        let line = number(fields, &format!("{path}.line"), part.line);
        let quantity = quantity(fields, &format!("{path}.quantity"), &part.quantity);
        Some(LineQuantity {
            line: line?,
            quantity: quantity?,
        })
    })?;
    Some(Some(read).filter(|read| !read.is_empty()))
}

/// A decimal number on the wire, without trailing zeros.
pub(super) fn decimal_to_wire(decimal: Decimal) -> String {
    decimal.normalize().to_string()
}

/// A line's number on the wire, where counts are signed.
pub(super) fn number_to_wire(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

pub(super) fn quantities_to_wire(parts: &[LineQuantity]) -> Vec<wire::LineQuantity> {
    let part = |part: &LineQuantity| wire::LineQuantity {
        line: number_to_wire(part.line),
        quantity: decimal_to_wire(part.quantity),
    };
    parts.iter().map(part).collect()
}

pub(super) fn parts_to_wire(parts: &[LinePart], currency: Currency) -> Vec<wire::OrderLinePart> {
    let money = |amount| Some(money_to_wire(&Money { amount, currency }));
    let part = |part: &LinePart| wire::OrderLinePart {
        line: number_to_wire(part.line),
        quantity: decimal_to_wire(part.quantity),
        net: money(part.net),
        tax: money(part.tax),
    };
    parts.iter().map(part).collect()
}

pub(super) fn totals_to_wire(totals: &[TaxTotal], currency: Currency) -> Vec<wire::TaxTotal> {
    let money = |amount| Some(money_to_wire(&Money { amount, currency }));
    let total = |total: &TaxTotal| wire::TaxTotal {
        rate: decimal_to_wire(total.rate),
        net: money(total.net),
        tax: money(total.tax),
    };
    totals.iter().map(total).collect()
}

pub(super) fn line_to_wire(line: &SaleLine, currency: Currency) -> wire::SaleLine {
    let money = |amount| Some(money_to_wire(&Money { amount, currency }));
    let product = line.product.map(|product| product.to_string());
    wire::SaleLine {
        product_id: product.unwrap_or_default(),
        text: line.text.clone().unwrap_or_default(),
        quantity: decimal_to_wire(line.quantity),
        unit_price: decimal_to_wire(line.unit_price),
        discount_percent: decimal_to_wire(line.discount_percent),
        tax_rate: decimal_to_wire(line.tax_rate),
        net: money(line.net),
        tax: money(line.tax),
    }
}

/// The wish for credit above the limit, where one is given.
pub(super) fn grant(fields: &mut Fields, reason: &str) -> Option<Option<Grant>> {
    let reason = fields.optional_text("credit_override_reason", reason, 500)?;
    Some(reason.map(|reason| Grant { reason }))
}
