//! What an event leaves on an account: entries on its items, postings to the control account.

use guanxi_events::sales::account::Booked;
use iso_currency::Currency;
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use uuid::Uuid;

/// What is entered on an item. Taking back is the same again with the opposite sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Movement {
    /// The item was posted.
    Posted,
    /// All of it was taken off: voided, waived, bounced, returned.
    TakenOff,
    /// A new plan took it over, or made it.
    Rescheduled,
    /// Of a debit: a payment was used for it.
    Paid,
    /// Of a debit: a credit note was used for it.
    Credited,
    /// Of a credit: it was used for a debit.
    Used,
    /// It was kept back for paying early.
    Discount,
    /// A small rest was written off.
    Difference,
    /// It was given up.
    WrittenOff,
    /// What had been given up is open again, for it is paid after all.
    Recovered,
}

impl Movement {
    /// Every one.
    pub const ALL: [Self; 10] = [
        Self::Posted,
        Self::TakenOff,
        Self::Rescheduled,
        Self::Paid,
        Self::Credited,
        Self::Used,
        Self::Discount,
        Self::Difference,
        Self::WrittenOff,
        Self::Recovered,
    ];

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Posted => "posted",
            Self::TakenOff => "taken_off",
            Self::Rescheduled => "rescheduled",
            Self::Paid => "paid",
            Self::Credited => "credited",
            Self::Used => "used",
            Self::Discount => "discount",
            Self::Difference => "difference",
            Self::WrittenOff => "written_off",
            Self::Recovered => "recovered",
        }
    }
}

/// A figure of the control account (S-24). Postings are signed as the balance is: what the customer
/// owes more for is above 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Figure {
    /// Invoices, less voided ones.
    Invoiced,
    /// Fees, less waived ones.
    Fees,
    /// Money paid out, less what came back.
    Refunded,
    /// Money received, less what bounced.
    Received,
    /// Credit notes, less voided ones.
    Credited,
    /// What was kept back for paying early.
    Discount,
    /// Small rests that were written off, of debits and of credits.
    Difference,
    /// Bad debts.
    WrittenOff,
    /// Bad debts that were paid after all.
    Recovered,
    /// What allocations made of the difference between rates, and moved between currencies.
    Exchange,
}

impl Figure {
    /// Every one, in the order of the law.
    pub const ALL: [Self; 10] = [
        Self::Invoiced,
        Self::Fees,
        Self::Refunded,
        Self::Received,
        Self::Credited,
        Self::Discount,
        Self::Difference,
        Self::WrittenOff,
        Self::Recovered,
        Self::Exchange,
    ];

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invoiced => "invoiced",
            Self::Fees => "fees",
            Self::Refunded => "refunded",
            Self::Received => "received",
            Self::Credited => "credited",
            Self::Discount => "discount",
            Self::Difference => "difference",
            Self::WrittenOff => "written_off",
            Self::Recovered => "recovered",
            Self::Exchange => "exchange",
        }
    }

    /// From how it is stored.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|figure| figure.as_str() == name)
    }
}

/// A signed amount, and what it was booked at in the base currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amounts {
    /// In the currency of its item.
    pub amount: Decimal,
    /// In the base currency.
    pub base: Decimal,
}

impl Amounts {
    /// What is owed.
    pub fn debit(booked: Booked) -> Self {
        Self {
            amount: booked.amount,
            base: booked.base,
        }
    }

    /// What is owed less.
    pub fn credit(booked: Booked) -> Self {
        Self::debit(booked).opposite()
    }

    /// The sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            amount: self.amount + other.amount,
            base: self.base + other.base,
        }
    }

    /// The same with the other sign.
    #[must_use]
    pub fn opposite(self) -> Self {
        Self {
            amount: -self.amount,
            base: -self.base,
        }
    }

    /// Whether it is nothing, in both currencies.
    pub fn is_nothing(self) -> bool {
        self.amount.is_zero() && self.base.is_zero()
    }
}

/// An entry on an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The item.
    pub item: i64,
    /// Its business date.
    pub on: Date,
    /// What it is.
    pub movement: Movement,
    /// What is open more of the item with it.
    pub amounts: Amounts,
    /// The other item of an allocation.
    pub counterpart: Option<i64>,
    /// The number of the allocation or of the write-off.
    pub reference: Option<i64>,
}

/// A posting to the control account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// What it is.
    pub figure: Figure,
    /// Whether something is taken back; when that is itself taken back, with the sign of the first.
    pub reversal: bool,
    /// Its business date.
    pub on: Date,
    /// Of which currency.
    pub currency: Currency,
    /// What is owed more with it.
    pub amounts: Amounts,
    /// The item that it is about; the first of several.
    pub item: Option<i64>,
    /// The document.
    pub document: Option<Uuid>,
    /// The order that is billed by it.
    pub order: Option<Uuid>,
}

/// All that one event leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bookings {
    /// When the event was recorded.
    pub recorded_at: Timestamp,
    /// Entries, in order.
    pub entries: Vec<Entry>,
    /// Postings, in order.
    pub postings: Vec<Posting>,
}

impl Bookings {
    pub(super) fn at(recorded_at: Timestamp) -> Self {
        Self {
            recorded_at,
            entries: Vec::new(),
            postings: Vec::new(),
        }
    }

    /// Posts what is not nothing.
    pub(super) fn post(&mut self, posting: Posting) {
        if !posting.amounts.is_nothing() {
            self.postings.push(posting);
        }
    }
}
