//! What can happen to an invoice (销项发票, S-22).

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    BillingDetails, LinePart, OrderId, PaymentTermsId, PaymentTermsVersion, PlanVersion, SaleLine,
    account::{CreditFigures, CreditOverride},
};
use crate::{PersonId, customers::CustomerId, domain_events, typed_id};

typed_id! {
    /// One invoice.
    InvoiceId
}

/// Somebody asks for an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceRequested {
    /// Who is billed.
    pub customer: CustomerId,
    /// What is billed.
    pub subject: Billed,
    /// The currency of all its lines.
    pub currency: Currency,
    /// How it is to be paid; for an order that has a plan, by its plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<PaymentTermsId>,
    /// Who sold it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// The team that it counts for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
}

/// What an invoice bills.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Billed {
    /// Parts of an order, at the order's prices.
    Order {
        /// The order.
        order: OrderId,
        /// Which parts.
        parts: Vec<LinePart>,
    },
    /// Lines of its own, without an order.
    Lines(Vec<SaleLine>),
}

/// What a document comes to at one tax rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxTotal {
    /// In per cent.
    pub rate: Decimal,
    /// The sum of its lines without tax.
    pub net: Decimal,
    /// The sum of their taxes.
    pub tax: Decimal,
}

/// An invoice was issued. Draws a number without a gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceIssued {
    /// Who is billed.
    pub customer: CustomerId,
    /// What is billed: what was requested, each part of an order as it is now.
    pub subject: Billed,
    /// Its business date.
    pub on: Date,
    /// To whom, as the profile said on that day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billing: Option<BillingDetails>,
    /// Its currency.
    pub currency: Currency,
    /// What it comes to, by tax rate.
    pub totals: Vec<TaxTotal>,
    /// The terms that made its instalments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<PaymentTermsVersion>,
    /// The plan that made its instalments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanVersion>,
    /// Who sold it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// The team that it counts for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// The figures by which credit was granted, where it asked for credit that no order had (S-10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<CreditFigures>,
    /// Who granted it above the limit, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted: Option<CreditOverride>,
}

/// A requested invoice will not be issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceWithdrawn {
    /// Why.
    pub reason: String,
}

/// An invoice was sent by post (邮寄).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceMailed {
    /// Who carries it.
    pub carrier: String,
    /// By which the carrier finds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking_number: Option<String>,
    /// On which day.
    pub on: Date,
}

/// The customer has the invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceDelivered {
    /// Since which day.
    pub on: Date,
}

/// An issued invoice was voided (红冲); its number stays used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceCancelled {
    /// Who had been billed.
    pub customer: CustomerId,
    /// Its business date.
    pub on: Date,
    /// Why.
    pub reason: String,
}

domain_events! {
    /// What can happen to an invoice.
    InvoiceEvent in Sales, "invoice" {
        /// Somebody asks for it.
        Requested(InvoiceRequested) = "sales.invoice_requested" / 1,
        /// It was issued.
        Issued(InvoiceIssued) = "sales.invoice_issued" / 1,
        /// It will not be issued.
        Withdrawn(InvoiceWithdrawn) = "sales.invoice_withdrawn" / 1,
        /// It was sent by post.
        Mailed(InvoiceMailed) = "sales.invoice_mailed" / 1,
        /// The customer has it.
        Delivered(InvoiceDelivered) = "sales.invoice_delivered" / 1,
        /// It was voided.
        Voided(InvoiceCancelled) = "sales.invoice_voided" / 1,
    }
}
