//! What can happen to a return of goods (S-09).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{CreditNoteId, LineQuantity, OrderId, RefundId};
use crate::{PersonId, customers::CustomerId, domain_events, typed_id};

typed_id! {
    /// One return (退货单).
    ReturnId
}

/// How the customer wants the value of returned goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundAs {
    /// As a credit note: it settles what is open of the order first, the rest is free credit.
    CreditNote,
    /// As money, as far as it was paid.
    Payment,
}

/// Goods of one order line that are to come back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnLine {
    /// The order line's number, from 1.
    pub line: u32,
    /// How much of it; above 0, never more than was delivered and is not returned yet.
    pub quantity: Decimal,
    /// Why.
    pub reason: String,
}

/// A return was asked for. Draws a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnRequested {
    /// The order.
    pub order: OrderId,
    /// Who bought.
    pub customer: CustomerId,
    /// What is to come back.
    pub lines: Vec<ReturnLine>,
    /// How the customer wants the value.
    pub refund: RefundAs,
    /// Who asked.
    pub by: PersonId,
}

/// A return was approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnApproved {}

/// A return was not approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnRejected {
    /// Why.
    pub reason: String,
}

/// A return will not happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnWithdrawn {
    /// Why.
    pub reason: String,
}

/// The goods came back: no more than was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnReceived {
    /// What came.
    pub lines: Vec<LineQuantity>,
}

/// A part of the value was given back: the return stays open for the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnPartlyRefunded {
    /// The credit note.
    pub credit_note: CreditNoteId,
    /// The payment to the customer, when it was given back as money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund: Option<RefundId>,
    /// What it credits of the return.
    pub lines: Vec<LineQuantity>,
}

/// The value was given back, or what was left of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnRefunded {
    /// The credit note; absent where nothing of it had been billed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit_note: Option<CreditNoteId>,
    /// The payment to the customer, when it was given back as money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund: Option<RefundId>,
    /// What the credit note credits of the return; events of earlier releases do not say it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<LineQuantity>,
}

/// A credit note of a return was voided: what it gave back can be given back anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnRefundTakenBack {
    /// The credit note.
    pub credit_note: CreditNoteId,
}

domain_events! {
    /// What can happen to a return.
    ReturnEvent in Sales, "return" {
        /// It was asked for.
        Requested(ReturnRequested) = "sales.return_requested" / 1,
        /// It was approved.
        Approved(ReturnApproved) = "sales.return_approved" / 1,
        /// It was not approved.
        Rejected(ReturnRejected) = "sales.return_rejected" / 1,
        /// It will not happen.
        Withdrawn(ReturnWithdrawn) = "sales.return_withdrawn" / 1,
        /// The goods came back.
        Received(ReturnReceived) = "sales.return_received" / 1,
        /// A part of the value was given back.
        PartlyRefunded(ReturnPartlyRefunded) = "sales.return_partly_refunded" / 1,
        /// The value was given back.
        Refunded(ReturnRefunded) = "sales.return_refunded" / 1,
        /// Its credit note was voided.
        RefundTakenBack(ReturnRefundTakenBack) = "sales.return_refund_taken_back" / 1,
    }
}
