//! Open items: what makes them, and what takes the whole of one off again.

use std::fmt;

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    super::{CreditNoteId, InvoiceId, OrderId},
    CreditFigures,
};
use crate::PersonId;

/// An open item of an account: an instalment, a fee, a refund (debits), a payment, a credit note
/// (credits). Numbered 1, 2, 3 … within the account, in the order in which they were posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ItemNo(pub u32);

impl fmt::Display for ItemNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An amount in the currency of its item, and what it is worth in the tenant's base currency at the
/// rate at which the item was booked. Both are 0 or more; the direction is the event's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booked {
    /// In the item's currency, exact in its minor unit.
    pub amount: Decimal,
    /// In the base currency, exact in its minor unit.
    pub base: Decimal,
}

/// A part of an invoice that is due on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instalment {
    /// The open item that it is.
    pub item: ItemNo,
    /// The last day on which it is not overdue.
    pub due: Date,
    /// What is due.
    pub booked: Booked,
    /// What may be kept back by paying early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<EarlyDiscount>,
}

/// A discount for paying early (S-20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlyDiscount {
    /// The last day on which it is granted.
    pub until: Date,
    /// How much of the instalment may be kept back, in its currency.
    pub amount: Decimal,
}

/// An invoice stands on the account. Its instalments add up to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoicePosted {
    /// The invoice.
    pub invoice: InvoiceId,
    /// The order that it bills, when it bills one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// Its business date.
    pub on: Date,
    /// Its currency.
    pub currency: Currency,
    /// Base currency for one unit of its currency; absent when it is the base currency (S-30).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Decimal>,
    /// By due date; none when the total is 0.
    pub instalments: Vec<Instalment>,
    /// Who sold it, for the ageing by owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// The team that it counts for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
}

/// An invoice was voided: what is open of its instalments, which is all, is taken off (红冲).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceVoided {
    /// The invoice.
    pub invoice: InvoiceId,
    /// The business date from which it counts no more.
    pub on: Date,
}

/// A credit note stands on the account, as a credit that can be used for any debit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditNotePosted {
    /// The credit note.
    pub credit_note: CreditNoteId,
    /// The invoice that it credits, when it credits one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceId>,
    /// The open item that it is.
    pub item: ItemNo,
    /// Its business date.
    pub on: Date,
    /// Its currency.
    pub currency: Currency,
    /// Base currency for one unit of its currency; absent when it is the base currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Decimal>,
    /// What it credits.
    pub booked: Booked,
}

/// A credit note was voided: what is open of it, which is all, is taken off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditNoteVoided {
    /// The credit note.
    pub credit_note: CreditNoteId,
    /// The business date from which it counts no more.
    pub on: Date,
    /// What the customer owes by then: a fact is accepted above the limit, and flagged (S-10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<CreditFigures>,
}

/// What is open of an invoice is due on other days: a new version of its plan (S-21). What was
/// paid of it stays paid; the parts that are taken and the new instalments come to the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rescheduled {
    /// The invoice.
    pub invoice: InvoiceId,
    /// The version of its plan that this makes; the invoice itself made version 1.
    pub version: u32,
    /// The business date of the change; reports as of earlier days show the old due dates.
    pub on: Date,
    /// What is taken off the old instalments.
    pub taken: Vec<Taken>,
    /// The new ones.
    pub instalments: Vec<Instalment>,
}

/// What is taken off an open item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The item.
    pub item: ItemNo,
    /// How much.
    pub booked: Booked,
}

/// A fee was charged, without an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeCharged {
    /// The open item that it is.
    pub item: ItemNo,
    /// Its business date.
    pub on: Date,
    /// The last day on which it is not overdue.
    pub due: Date,
    /// Its currency.
    pub currency: Currency,
    /// Base currency for one unit of its currency; absent when it is the base currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Decimal>,
    /// How much.
    pub booked: Booked,
    /// What for.
    pub reason: String,
    /// What the customer owes by then: a fact is accepted above the limit, and flagged (S-10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<CreditFigures>,
}

/// A fee was waived: what is open of it, which is all, is taken off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeWaived {
    /// The fee.
    pub item: ItemNo,
    /// The business date from which it counts no more.
    pub on: Date,
    /// Why.
    pub reason: String,
}
