//! What a ledger keeps of items, allocations and write-offs.

use guanxi_events::sales::account::Allocated;
use iso_currency::Currency;
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::Amounts;

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A part of an invoice.
    Instalment,
    /// A fee without an invoice.
    Fee,
    /// Money paid to the customer.
    Refund,
    /// Money received.
    Payment,
    /// A credit note.
    CreditNote,
}

impl Kind {
    /// Every one.
    pub const ALL: [Self; 5] = [
        Self::Instalment,
        Self::Fee,
        Self::Refund,
        Self::Payment,
        Self::CreditNote,
    ];

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Instalment => "instalment",
            Self::Fee => "fee",
            Self::Refund => "refund",
            Self::Payment => "payment",
            Self::CreditNote => "credit_note",
        }
    }

    /// From how it is stored.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether the customer is owed it.
    pub const fn is_credit(self) -> bool {
        matches!(self, Self::Payment | Self::CreditNote)
    }
}

/// An open item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// Its invoice, credit note, payment or refund; a fee has none.
    pub document: Option<Uuid>,
    /// The version of the invoice's plan that made it, from 1.
    pub plan_version: i64,
    /// Its business date.
    pub on: Date,
    /// The last day on which it is not overdue; of a credit its own date.
    pub due: Date,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Of which currency.
    pub currency: Currency,
    /// Who sold it, else who looked after the customer when it was recorded.
    pub owner: Option<String>,
    /// The team that it counts for.
    pub team: Option<String>,
    /// The order that it bills, or is paid for.
    pub order: Option<Uuid>,
    /// What it came to.
    pub posted: Amounts,
    /// What is open of it by all its entries.
    pub open: Amounts,
    /// The latest date of its entries.
    pub last_on: Date,
    /// When the last of them was recorded.
    pub last_recorded_at: Timestamp,
}

/// A use of a credit for a debit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    /// The credit.
    pub from: i64,
    /// The debit.
    pub to: i64,
    /// Its business date.
    pub on: Date,
    /// What was used of the credit; 0 or more, as are the others.
    pub taken: Amounts,
    /// What was settled of the debit by it.
    pub settled: Amounts,
    /// What was kept back for paying early.
    pub discount: Amounts,
    /// The small rest of the debit.
    pub shortfall: Amounts,
    /// The small rest of the credit.
    pub surplus: Amounts,
    /// From when on it counts no more.
    pub taken_back: Option<Date>,
}

impl Allocation {
    pub(super) fn of(allocated: &Allocated) -> Self {
        let rest = |booked| Option::map_or(booked, Amounts::default(), Amounts::debit);
        Self {
            from: allocated.from.0.into(),
            to: allocated.to.0.into(),
            on: allocated.on,
            taken: Amounts::debit(allocated.taken),
            settled: Amounts::debit(allocated.settled),
            discount: rest(allocated.discount),
            shortfall: rest(allocated.shortfall),
            surplus: rest(allocated.surplus),
            taken_back: None,
        }
    }
}

/// A write-off, from the request on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteOff {
    /// The debit.
    pub item: i64,
    /// Its business date.
    pub on: Date,
    /// How much was asked for, in the item's currency.
    pub wanted: Option<Decimal>,
    /// Why.
    pub reason: Option<String>,
    /// Who asked.
    pub requested_by: Option<String>,
    /// Who approved; it is not done before.
    pub approved_by: Option<String>,
    /// Why it was rejected.
    pub rejected: Option<String>,
}
