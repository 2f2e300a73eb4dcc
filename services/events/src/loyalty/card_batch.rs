//! What can happen to a batch of card numbers, and which numbers of a program are dealt by which
//! batch (L-04).

use serde::{Deserialize, Serialize};

use super::{CardBatchId, CardId, MemberId, ProgramId};
use crate::domain_events;

/// How the last digit of a number guards the others against slips.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckDigit {
    /// There is none.
    None,
    /// By Luhn (ISO/IEC 7812-1): it finds every wrong digit and nearly every swap of neighbours.
    Luhn,
}

/// How the numbers of a batch come to cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dealing {
    /// The next one is drawn: in order, without a gap.
    InOrder,
    /// They are printed already, or come from another system: each is named as it is given out.
    ByNumber,
}

/// The numbers of a batch: prefix, serial number, check digit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardNumbers {
    /// What all begin with; may be empty.
    pub prefix: String,
    /// The serial number has so many digits, with leading zeros.
    pub digits: u8,
    /// The first serial number.
    pub first: u64,
    /// The last serial number.
    pub last: u64,
    /// The check digit.
    pub check: CheckDigit,
}

/// A batch was created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardBatchCreated {
    /// The program.
    pub program: ProgramId,
    /// For people.
    pub name: String,
    /// Its numbers.
    pub numbers: CardNumbers,
    /// How they come to cards.
    pub dealing: Dealing,
}

/// The next number was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardDrawn {
    /// Its serial number.
    pub serial: u64,
    /// The card that has it.
    pub card: CardId,
    /// Whose it is.
    pub member: MemberId,
}

/// A batch gives out no more cards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardBatchClosed {
    /// Why.
    pub reason: String,
}

domain_events! {
    /// What can happen to a batch of card numbers.
    CardBatchEvent in Loyalty, "card_batch" {
        /// It was created.
        Created(CardBatchCreated) = "loyalty.card_batch_created" / 1,
        /// A number was drawn.
        Drawn(CardDrawn) = "loyalty.card_drawn" / 1,
        /// It gives out no more.
        Closed(CardBatchClosed) = "loyalty.card_batch_closed" / 1,
    }
}

/// Numbers of a program are a batch's from now on, and no other's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardNumbersReserved {
    /// The batch.
    pub batch: CardBatchId,
    /// The numbers.
    pub numbers: CardNumbers,
}

domain_events! {
    /// What can happen to the card numbers of a program, whose id they have.
    CardNumbersEvent in Loyalty, "card_numbers" {
        /// Some are a batch's.
        Reserved(CardNumbersReserved) = "loyalty.card_numbers_reserved" / 1,
    }
}
