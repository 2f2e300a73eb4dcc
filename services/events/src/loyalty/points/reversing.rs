//! What a purchase earned is taken back, and given again (L-16).

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{LotLife, LotNo, LotPart, PurchaseId};

/// Earned points were taken back: `points` is the sum of what follows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsReversed {
    /// When it counts.
    pub at: Timestamp,
    /// Of which purchase.
    pub purchase: PurchaseId,
    /// The lot that it earned.
    pub lot: LotNo,
    /// How many reward points.
    pub points: Decimal,
    /// Of these, still pending.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub pending: Decimal,
    /// Of these, from active lots: the purchase's own first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<LotPart>,
    /// Of these, by which the balance goes below zero.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub debt: Decimal,
    /// Of these, what the member owes: it is reversed when it is collected.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub owed: Decimal,
    /// Of these, what had expired before: nothing more is taken for it.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub lapsed: Decimal,
    /// How many tier points, beside these.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub tier_points: Decimal,
}

/// Points that had been taken back were given again: `points + owed + lapsed` is what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsRestored {
    /// When it counts.
    pub at: Timestamp,
    /// Of which purchase.
    pub purchase: PurchaseId,
    /// The lot that has them now.
    pub lot: LotNo,
    /// The lot that the purchase earned.
    pub origin: LotNo,
    /// How many reward points are there again.
    pub points: Decimal,
    /// What the member owes no more.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub owed: Decimal,
    /// What had expired before it was taken back: it stays expired.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub lapsed: Decimal,
    /// How many tier points, beside these.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub tier_points: Decimal,
    /// When they can be spent; `at` when they are active at once.
    pub active_at: Timestamp,
    /// When they were earned, and expire now.
    pub life: LotLife,
}

/// What a member owed for a purchase was collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwedCollected {
    /// For which purchase.
    pub purchase: PurchaseId,
    /// How many points; they count as reversed from now on.
    pub points: Decimal,
}

/// New points were used for what the member owed, the negative balance first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DebtSettled {
    /// When it counts.
    pub at: Timestamp,
    /// Which points were used.
    pub lots: Vec<LotPart>,
    /// How much of the negative balance they cover.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub debt: Decimal,
    /// What they pay of what was owed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owed: Vec<OwedCollected>,
}
