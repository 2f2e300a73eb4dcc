//! Invoices that are paid in full, and that are not any more: for those who must know no more of an
//! account than that.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::super::{InvoiceId, OrderId};
use crate::Money;

/// Nothing is open of an invoice any more: all of it is settled by money and credit notes, nothing
/// of it is written off. Stands in the same decision as what settled the last of it; an invoice that
/// comes to 0 is settled as it is posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceSettled {
    /// The invoice.
    pub invoice: InvoiceId,
    /// The order that it bills, when it bills one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// The business date since which nothing is open.
    pub on: Date,
    /// What the invoice came to, tax included, in its currency.
    pub total: Money,
    /// What of that is settled by credit notes, in its currency.
    pub credited: Decimal,
    /// What of that was kept back: early-payment discounts and small rests, in its currency.
    pub kept_back: Decimal,
}

impl InvoiceSettled {
    /// What was really paid, in the invoice's currency.
    pub fn paid(&self) -> Money {
        let amount = self.total.amount.saturating_sub(self.credited);
        Money {
            amount: amount.saturating_sub(self.kept_back),
            currency: self.total.currency,
        }
    }
}

/// An invoice that was settled is not any more: a payment bounced, an allocation was taken off, or
/// the invoice itself was voided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceUnsettled {
    /// The invoice.
    pub invoice: InvoiceId,
    /// The order that it bills, when it bills one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// The business date from which it counts as settled no more: the original's for a correction.
    pub on: Date,
    /// What the invoice came to, tax included, in its currency.
    pub total: Money,
    /// What of that is still settled by credit notes, in its currency.
    pub credited: Decimal,
}
