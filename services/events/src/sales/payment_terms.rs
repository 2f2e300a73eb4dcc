//! What can happen to payment terms: a versioned rule (S-20).

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{domain_events, typed_id};

typed_id! {
    /// One set of payment terms.
    PaymentTermsId
}

/// The version of payment terms by which something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PaymentTermsVersion {
    /// The terms.
    pub id: PaymentTermsId,
    /// 1 when they were defined, one more with each change.
    pub version: u32,
}

/// When a portion is due, counted from the invoice's date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueRule {
    /// So many days after the invoice.
    DaysAfterInvoice(u16),
    /// So many months after the invoice; 31 January + 1 month is the end of February.
    MonthsAfterInvoice(u16),
    /// So many days after the end of the invoice's month.
    DaysAfterMonthEnd(u16),
    /// At the end of the month so many months after the invoice's.
    MonthsAfterMonthEnd(u16),
}

/// A part of what is billed that is due on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Portion {
    /// Above 0, at most 4 decimal places.
    pub percent: Decimal,
    /// When it is due.
    pub due: DueRule,
}

/// What may be kept back by paying early.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlyPayment {
    /// Of each instalment; above 0, below 100.
    pub percent: Decimal,
    /// For so many days after the invoice's date.
    pub days: u16,
}

/// Payment terms, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentTermsDefinition {
    /// For people.
    pub name: String,
    /// They add up to 100.
    pub portions: Vec<Portion>,
    /// The discount for paying early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub early_payment: Option<EarlyPayment>,
}

/// Payment terms were defined, or changed: what is billed from now on follows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentTermsDefined {
    /// The version that this makes, from 1.
    pub version: u32,
    /// The terms from now on, whole.
    pub definition: PaymentTermsDefinition,
}

domain_events! {
    /// What can happen to payment terms.
    PaymentTermsEvent in Sales, "payment_terms" {
        /// They were defined or changed.
        Defined(PaymentTermsDefined) = "sales.payment_terms_defined" / 1,
    }
}
