//! Money that comes in and goes out (S-23).

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{super::OrderId, Booked, CreditFigures, CreditOverride, ItemNo};
use crate::typed_id;

typed_id! {
    /// One payment that was received (回款单).
    PaymentId
}

typed_id! {
    /// One payment to the customer.
    RefundId
}

/// How money moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentMethod {
    /// From bank to bank.
    BankTransfer,
    /// Collected by us from the customer's bank account.
    DirectDebit,
    /// A credit or debit card.
    Card,
    /// A cheque.
    Cheque,
    /// Coins and notes.
    Cash,
    /// A wallet such as Alipay or WeChat Pay.
    Wallet,
    /// Anything else.
    Other,
}

/// A payment was received: a credit that can be used for any debit. Draws a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentReceived {
    /// The payment.
    pub payment: PaymentId,
    /// The open item that it is.
    pub item: ItemNo,
    /// Its business date.
    pub on: Date,
    /// Its currency.
    pub currency: Currency,
    /// Base currency for one unit of its currency; absent when it is the base currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Decimal>,
    /// How much.
    pub booked: Booked,
    /// How it came.
    pub method: PaymentMethod,
    /// What the bank calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The order that it is a down payment for; it is used for that order's invoices first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
}

/// A payment bounced. What it was used for has been taken off by then; the whole of it is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentBounced {
    /// The payment.
    pub payment: PaymentId,
    /// The business date on which it bounced.
    pub on: Date,
    /// Why.
    pub reason: String,
    /// What the customer owes by then: a fact is accepted above the limit, and flagged (S-10).
    pub credit: CreditFigures,
}

/// A payment had not bounced after all: it is there again, unused, as if it had never been gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentReinstated {
    /// The payment.
    pub payment: PaymentId,
    /// The business date on which it was said to have bounced: a correction has the original's.
    pub on: Date,
    /// Why.
    pub reason: String,
}

/// Money was paid to the customer: a debit, for which a credit is used in the same decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refunded {
    /// The refund.
    pub refund: RefundId,
    /// The open item that it is.
    pub item: ItemNo,
    /// Its business date.
    pub on: Date,
    /// Its currency.
    pub currency: Currency,
    /// How much; its base value is that of the credit which is paid out, so that a refund is at the
    /// original rate.
    pub booked: Booked,
    /// How it went.
    pub method: PaymentMethod,
    /// What the bank calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The figures by which it was accepted: what is paid out is owed again (S-10). Absent where the
    /// credit came about in the same decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<CreditFigures>,
    /// Who granted it above the limit, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted: Option<CreditOverride>,
}

/// Money that was paid out came back. What was used for it has been taken off by then; the whole of
/// it is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundReturned {
    /// The refund.
    pub refund: RefundId,
    /// The business date on which it came back.
    pub on: Date,
    /// Why.
    pub reason: String,
}
