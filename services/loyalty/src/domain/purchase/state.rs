//! The state of a purchase.

use std::collections::BTreeMap;

use guanxi_events::{
    customers::CustomerId,
    loyalty::{
        CardId, MemberId, PaymentPart, ProgramId, PurchaseLine, ReturnedLine,
        points::{LotLife, LotNo},
    },
};
use iso_currency::Currency;
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A purchase that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// Who bought, where sales knows it.
    pub customer: Option<CustomerId>,
    /// The program of the till.
    pub program: Option<ProgramId>,
    /// The card that was shown.
    pub card: Option<CardId>,
    /// The shop.
    pub shop: Option<String>,
    /// The receipt's number.
    pub reference: Option<String>,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// The lines, where they are known.
    pub lines: Vec<PurchaseLine>,
    /// How it was paid, where that is known.
    pub payments: Vec<PaymentPart>,
    /// Who bought, one in each program.
    pub members: Vec<(ProgramId, MemberId)>,
    /// What was paid of it, in the order in which it first was.
    pub parts: Vec<Part>,
    /// What came back or was credited, in its order.
    pub credits: Vec<Credit>,
    /// What it earned.
    pub earnings: Vec<Earning>,
}

/// A part that was paid in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The invoice, or the purchase itself.
    pub id: Uuid,
    /// When it was paid.
    pub at: Timestamp,
    /// The business day.
    pub on: Date,
    /// What it comes to.
    pub total: Decimal,
    /// What was really paid of it.
    pub paid: Decimal,
    /// What this purchase's own returns had covered of it.
    pub returned: Decimal,
    /// Whether it is paid now.
    pub settled: bool,
}

/// What came back or was credited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    /// The credit note, or the till's return.
    pub id: Uuid,
    /// What it comes to.
    pub amount: Decimal,
    /// Which goods, when they are known.
    pub lines: Vec<ReturnedLine>,
}

/// What a part earned for a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earning {
    /// The part.
    pub part: Uuid,
    /// Whose points.
    pub member: MemberId,
    /// The program.
    pub program: ProgramId,
    /// The lot on the member's account.
    pub lot: LotNo,
    /// Reward points.
    pub points: Decimal,
    /// Tier points.
    pub tier_points: Decimal,
    /// What of the reward points each line earned, unrounded.
    pub by_line: Vec<Decimal>,
    /// When they can be spent.
    pub active_at: Timestamp,
    /// When they were earned, and expire.
    pub life: LotLife,
    /// How many reward points are taken back.
    pub reversed: Decimal,
    /// Of these, how many had expired.
    pub lapsed: Decimal,
    /// How many tier points are taken back.
    pub tier_reversed: Decimal,
    /// How much of what was paid counts for the tier no more.
    pub spend_reversed: Decimal,
}

impl Recorded {
    /// A part.
    pub fn part(&self, id: Uuid) -> Option<&Part> {
        self.parts.iter().find(|part| part.id == id)
    }

    /// Whether a credit note or return is known.
    pub fn has_credit(&self, id: Uuid) -> bool {
        self.credits.iter().any(|credit| credit.id == id)
    }

    /// What was credited in all.
    pub fn credited(&self) -> Decimal {
        self.credits.iter().map(|credit| credit.amount).sum()
    }

    /// What its lines come to.
    pub fn total(&self) -> Decimal {
        self.lines.iter().map(|line| line.amount).sum()
    }

    /// How many of each line came back, by the line's number.
    pub fn back(&self) -> BTreeMap<u32, Decimal> {
        let mut back = BTreeMap::new();
        for line in self.credits.iter().flat_map(|credit| &credit.lines) {
            *back.entry(line.line).or_default() += line.quantity;
        }
        back
    }
}
