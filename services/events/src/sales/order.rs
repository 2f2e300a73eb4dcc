//! What can happen to an order (S-08).

use iso_currency::Currency;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{CreditNoteId, InvoiceId, LinePart, LineQuantity, PaymentTermsId, ReturnId, SaleLine};
use crate::{PersonId, customers::CustomerId, domain_events, typed_id};

typed_id! {
    /// One order.
    OrderId
}

/// An order was placed; it is a draft. Draws a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPlaced {
    /// Who buys.
    pub customer: CustomerId,
    /// The currency of all its lines, for ever.
    pub currency: Currency,
    /// Whether the prices of its lines include their tax.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub prices_include_tax: bool,
    /// At least one.
    pub lines: Vec<SaleLine>,
    /// Who sold it.
    pub owner: PersonId,
    /// The team that it counts for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// How it is to be paid; at once when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<PaymentTermsId>,
    /// How much more than was ordered may be delivered, in per cent of each line.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub over_delivery_percent: Decimal,
    /// What the customer calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// The lines of an order were changed; lines keep their numbers, new ones follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLinesChanged {
    /// All lines, in order.
    pub lines: Vec<SaleLine>,
}

/// An order was confirmed: it can be delivered and billed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderConfirmed {}

/// An order was put on hold: nothing is delivered or billed until it is released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderHeld {
    /// Why.
    pub reason: String,
}

/// An order on hold goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderReleased {}

/// Goods of an order were delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderDelivered {
    /// What.
    pub lines: Vec<LineQuantity>,
    /// The delivery note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// A part of an order was invoiced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderBilled {
    /// By which invoice.
    pub invoice: InvoiceId,
    /// What.
    pub lines: Vec<LinePart>,
}

/// An invoice of an order was voided: what it billed can be billed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderUnbilled {
    /// The invoice.
    pub invoice: InvoiceId,
    /// What.
    pub lines: Vec<LinePart>,
}

/// What was left of an order was cancelled: all of it where nothing had been delivered or billed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRestCancelled {
    /// What, line by line.
    pub lines: Vec<LineQuantity>,
    /// Why.
    pub reason: String,
}

/// What had been cancelled of an order can be delivered and billed after all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderReopened {
    /// Why.
    pub reason: String,
}

/// Delivered goods of an order are to come back: no other return may ask for the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderReturnAsked {
    /// By which return.
    pub returned: ReturnId,
    /// What.
    pub lines: Vec<LineQuantity>,
}

/// A return will not happen after all: another one may ask for the same goods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderReturnDropped {
    /// The return.
    pub returned: ReturnId,
}

/// Delivered goods of an order came back; the return asks for no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderGoodsReturned {
    /// By which return.
    pub returned: ReturnId,
    /// What.
    pub lines: Vec<LineQuantity>,
}

/// A part of what an order had been billed was credited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCredited {
    /// By which credit note.
    pub credit_note: CreditNoteId,
    /// What.
    pub lines: Vec<LinePart>,
}

/// A credit note of an order was voided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderUncredited {
    /// The credit note.
    pub credit_note: CreditNoteId,
    /// What.
    pub lines: Vec<LinePart>,
}

domain_events! {
    /// What can happen to an order.
    OrderEvent in Sales, "order" {
        /// It was placed.
        Placed(OrderPlaced) = "sales.order_placed" / 1,
        /// Its lines were changed.
        LinesChanged(OrderLinesChanged) = "sales.order_lines_changed" / 1,
        /// It was confirmed.
        Confirmed(OrderConfirmed) = "sales.order_confirmed" / 1,
        /// It was put on hold.
        Held(OrderHeld) = "sales.order_held" / 1,
        /// It goes on.
        Released(OrderReleased) = "sales.order_released" / 1,
        /// Goods were delivered.
        Delivered(OrderDelivered) = "sales.order_delivered" / 1,
        /// A part was invoiced.
        Billed(OrderBilled) = "sales.order_billed" / 1,
        /// An invoice of it was voided.
        Unbilled(OrderUnbilled) = "sales.order_unbilled" / 1,
        /// What was left was cancelled.
        RestCancelled(OrderRestCancelled) = "sales.order_rest_cancelled" / 1,
        /// What had been cancelled is open again.
        Reopened(OrderReopened) = "sales.order_reopened" / 1,
        /// Goods are to come back.
        ReturnAsked(OrderReturnAsked) = "sales.order_return_asked" / 1,
        /// They are not.
        ReturnDropped(OrderReturnDropped) = "sales.order_return_dropped" / 1,
        /// Goods came back.
        GoodsReturned(OrderGoodsReturned) = "sales.order_goods_returned" / 1,
        /// A part was credited.
        Credited(OrderCredited) = "sales.order_credited" / 1,
        /// A credit note of it was voided.
        Uncredited(OrderUncredited) = "sales.order_uncredited" / 1,
    }
}
