//! What can happen to a credit note (红字发票, S-22).

use iso_currency::Currency;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{BillingDetails, InvoiceId, LinePart, OrderId, ReturnId, SaleLine, TaxTotal};
use crate::{customers::CustomerId, domain_events, typed_id};

typed_id! {
    /// One credit note.
    CreditNoteId
}

/// What a credit note credits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Credited {
    /// Billed parts of an order, at the order's prices.
    Order {
        /// The order.
        order: OrderId,
        /// Which parts; never more than was billed and is not credited yet.
        parts: Vec<LinePart>,
        /// The return that made it so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        returned: Option<ReturnId>,
    },
    /// Lines of its own: a goodwill, a price that was wrong.
    Lines(Vec<SaleLine>),
}

/// A credit note was issued. Draws a number without a gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditNoteIssued {
    /// Who is credited.
    pub customer: CustomerId,
    /// The invoice that it is settled with first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice: Option<InvoiceId>,
    /// What is credited.
    pub subject: Credited,
    /// Its business date.
    pub on: Date,
    /// To whom, as the profile said on that day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billing: Option<BillingDetails>,
    /// Its currency.
    pub currency: Currency,
    /// What it comes to, by tax rate.
    pub totals: Vec<TaxTotal>,
    /// Why.
    pub reason: String,
}

/// A credit note was voided; its number stays used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditNoteCancelled {
    /// Who had been credited.
    pub customer: CustomerId,
    /// Its business date.
    pub on: Date,
    /// Why.
    pub reason: String,
}

domain_events! {
    /// What can happen to a credit note.
    CreditNoteEvent in Sales, "credit_note" {
        /// It was issued.
        Issued(CreditNoteIssued) = "sales.credit_note_issued" / 1,
        /// It was voided.
        Voided(CreditNoteCancelled) = "sales.credit_note_voided" / 1,
    }
}
