//! The lines of orders, invoices and credit notes.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::ProductId;

/// One line of a sale, priced by the service. A document's lines are numbered from 1, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleLine {
    /// Which goods; a line without goods (postage, a discount, a fee) is never delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
    /// What it says to people; a line without goods always says something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// How much, in the product's unit; above 0, at most 4 decimal places.
    pub quantity: Decimal,
    /// The price of one unit in the document's currency, at most 4 decimal places; below 0 only
    /// where there are no goods.
    pub unit_price: Decimal,
    /// Taken off quantity × price, in per cent.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub discount_percent: Decimal,
    /// The tax on it, in per cent.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub tax_rate: Decimal,
    /// What it comes to without tax, rounded half-up to the currency's minor unit.
    pub net: Decimal,
    /// The tax on that, rounded in the same way.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub tax: Decimal,
}

impl SaleLine {
    /// What it comes to with tax.
    pub fn gross(&self) -> Decimal {
        self.net.saturating_add(self.tax)
    }
}

/// A quantity of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineQuantity {
    /// The line's number, from 1.
    pub line: u32,
    /// How much of it; above 0.
    pub quantity: Decimal,
}

/// A quantity of one order line, and what it comes to. The parts of a line add up to the line: the
/// last one takes the remainder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinePart {
    /// The order line's number, from 1.
    pub line: u32,
    /// How much of it; above 0.
    pub quantity: Decimal,
    /// What that comes to without tax.
    pub net: Decimal,
    /// The tax on that.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub tax: Decimal,
}
