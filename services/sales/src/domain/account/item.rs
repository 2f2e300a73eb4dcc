//! One open item: how much of it is open, and from which day on so much of it can be used.

use guanxi_events::{
    Money,
    sales::{
        CreditNoteId, InvoiceId, OrderId, PaymentId, RefundId,
        account::{AllocationNo, Booked, EarlyDiscount},
    },
};
use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Which way an item counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The customer owes it.
    Debit,
    /// The customer is owed it.
    Credit,
}

/// What an item is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A part of an invoice.
    Instalment {
        /// The invoice.
        invoice: InvoiceId,
        /// What may be kept back by paying early.
        discount: Option<EarlyDiscount>,
    },
    /// A fee without an invoice.
    Fee,
    /// Money paid to the customer.
    Refund(RefundId),
    /// Money received.
    Payment {
        /// The payment.
        payment: PaymentId,
        /// The order that it is a down payment for.
        order: Option<OrderId>,
    },
    /// A credit note.
    CreditNote {
        /// The credit note.
        note: CreditNoteId,
        /// The invoice that it credits first.
        invoice: Option<InvoiceId>,
    },
}

/// An open item. It stays on the account when nothing of it is open any more, for whatever settled
/// it can be taken off again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// Its business date.
    pub on: Date,
    /// The last day on which it is not overdue; of a credit its own date.
    pub due: Date,
    /// Its currency.
    pub currency: Currency,
    /// Base currency for one unit of its currency; absent for the base currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Decimal>,
    /// What it came to.
    pub booked: Booked,
    /// What is open of it.
    pub open: Booked,
    /// Since when all of it is gone (voided, waived, bounced, returned).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone: Option<Date>,
    /// What was used until a day and is not any more: it cannot be used for days before that again,
    /// or a report as of such a day would show more used than there was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub used_until: Vec<(Date, Decimal)>,
    /// What it is used for, or what is used for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allocations: Vec<AllocationNo>,
}

impl Kind {
    /// Which way it counts.
    pub fn side(&self) -> Side {
        match self {
            Self::Instalment { .. } | Self::Fee | Self::Refund(_) => Side::Debit,
            Self::Payment { .. } | Self::CreditNote { .. } => Side::Credit,
        }
    }

    /// Whether it is money that was paid ahead of an order's invoices.
    pub fn is_down_payment_for(&self, order: OrderId) -> bool {
        matches!(self, Self::Payment { order: Some(paid), .. } if *paid == order)
    }

    /// As people call it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Instalment { .. } => "instalment",
            Self::Fee => "fee",
            Self::Refund(_) => "refund",
            Self::Payment { .. } => "payment",
            Self::CreditNote { .. } => "credit note",
        }
    }
}

impl Item {
    /// Whether anything of it is open.
    pub fn is_open(&self) -> bool {
        !self.open.amount.is_zero()
    }

    /// What is open of it, with its currency.
    pub fn open_money(&self) -> Money {
        Money {
            amount: self.open.amount,
            currency: self.currency,
        }
    }

    /// The share of what is open that an amount is: all of it takes all of the base value, so that
    /// no rest of a rounding stays behind.
    pub fn share(&self, amount: Decimal, base: Currency) -> Booked {
        share(self.open, amount, base)
    }

    /// The earliest day from `from` on at which so much of it is not used, on that day and ever
    /// after. Expects no more than what is open now.
    pub fn free_since(&self, from: Date, amount: Decimal) -> Date {
        let mut used = self.used_until.clone();
        used.sort_unstable_by_key(|(until, _)| std::cmp::Reverse(*until));
        let mut free = self.open.amount;
        for (until, was_used) in used {
            if until <= from {
                break;
            }
            free = free.saturating_sub(was_used);
            if free < amount {
                return until;
            }
        }
        from
    }
}

/// The share of `whole` that an amount of it is, with its base value rounded half-up.
pub(super) fn share(whole: Booked, amount: Decimal, base: Currency) -> Booked {
    if amount == whole.amount {
        return whole;
    }
    // Exact where a decimal holds the product; of very large amounts the quotient first.
    let part = match amount.checked_mul(whole.base) {
        Some(product) => product.checked_div(whole.amount).unwrap_or_default(),
        None => amount
            .checked_div(whole.amount)
            .unwrap_or_default()
            .saturating_mul(whole.base),
    };
    Booked {
        amount,
        base: Money::rounded(part, base).amount,
    }
}
