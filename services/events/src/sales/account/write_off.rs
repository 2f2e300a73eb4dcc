//! Debits that are given up, and their return (S-25).

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Booked, CreditFigures, ItemNo, PaymentId, TakenBack};
use crate::PersonId;

/// One write-off of an account, from the request on. Numbered 1, 2, 3 … within the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WriteOffNo(pub u32);

impl fmt::Display for WriteOffNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Somebody asks for a debit to be given up; nothing is booked yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteOffRequested {
    /// Its number.
    pub write_off: WriteOffNo,
    /// The debit.
    pub item: ItemNo,
    /// How much of it, in the item's currency.
    pub amount: rust_decimal::Decimal,
    /// The business date that it is to have.
    pub on: Date,
    /// Why.
    pub reason: String,
    /// Who asks; somebody else has to approve.
    pub by: PersonId,
}

/// A write-off was not approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteOffRejected {
    /// The write-off.
    pub write_off: WriteOffNo,
    /// Why.
    pub reason: String,
}

/// A debit was given up, wholly or partly: a bad debt (坏账).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenOff {
    /// The write-off.
    pub write_off: WriteOffNo,
    /// The debit.
    pub item: ItemNo,
    /// Its business date.
    pub on: Date,
    /// How much.
    pub booked: Booked,
    /// Who approved it.
    pub approved_by: PersonId,
}

/// A write-off was taken back, wholly or partly: that much of the debit is open again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteOffTakenBack {
    /// The write-off.
    pub write_off: WriteOffNo,
    /// The business date from which it counts no more: the write-off's own for a correction.
    pub on: Date,
    /// How much of it.
    pub booked: Booked,
    /// What made it so.
    pub because: TakenBack,
    /// Why.
    pub reason: String,
    /// What the customer owes by then: a fact is accepted above the limit, and flagged (S-10). Absent
    /// where the debit goes in the same decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<CreditFigures>,
}

/// A bad debt is paid after all (S-25): that much of the debit is open again, and the payment that
/// was received in the same decision is used for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovered {
    /// The write-off.
    pub write_off: WriteOffNo,
    /// The payment that recovers it.
    pub payment: PaymentId,
    /// The payment's business date.
    pub on: Date,
    /// How much.
    pub booked: Booked,
}

/// A recovery is none after all: its payment bounced, or was taken off the debit again (S-25). What
/// had counted as recovered counts as taken back from then on, so nothing more and nothing less is
/// open by it: the debit that the payment does not settle any more is owed like any other, until
/// somebody gives it up anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryTakenBack {
    /// The write-off.
    pub write_off: WriteOffNo,
    /// The payment that had recovered it.
    pub payment: PaymentId,
    /// The business date from which it counts no more: the recovery's own for a correction.
    pub on: Date,
    /// How much of it.
    pub booked: Booked,
    /// What made it so.
    pub because: TakenBack,
}
