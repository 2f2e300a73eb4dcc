//! The use of credits for debits, and its inverse (S-24).

use std::fmt;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Booked, ItemNo};

/// One use of a credit for a debit. Numbered 1, 2, 3 … within the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AllocationNo(pub u32);

impl fmt::Display for AllocationNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A credit was used for a debit. In one currency `taken` and `settled` are the same amount; their
/// base values differ by the exchange gain or loss, and in two currencies so do the amounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allocated {
    /// Its number.
    pub allocation: AllocationNo,
    /// The credit.
    pub from: ItemNo,
    /// The debit.
    pub to: ItemNo,
    /// Its business date: not before either item's.
    pub on: Date,
    /// What is used of the credit, in the credit's currency.
    pub taken: Booked,
    /// What is settled of the debit by it, in the debit's currency.
    pub settled: Booked,
    /// Units of the debit's currency for one of the credit's, when they differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Decimal>,
    /// What is settled of the debit beside it as the discount for paying early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<Booked>,
    /// A small rest of the debit that is written off with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortfall: Option<Booked>,
    /// A small rest of the credit that is written off with it, in the company's favour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surplus: Option<Booked>,
}

/// An allocation was taken off again, with the discount and the small rests that came with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deallocated {
    /// The allocation.
    pub allocation: AllocationNo,
    /// The business date from which it counts no more: the allocation's own for a correction, a
    /// later one where something happened (a payment bounced).
    pub on: Date,
    /// What made it so.
    pub because: TakenBack,
}

/// What made something be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakenBack {
    /// It should never have been so.
    Correction,
    /// Somebody decided so, on a day of its own.
    Decision,
    /// The payment bounced.
    Bounced,
    /// The refund came back.
    Returned,
}
