//! Points are spent and come back (L-15, L-16).

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{LotLife, LotNo, LotPart, PointsSource, RedemptionId};

/// Points were spent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsSpent {
    /// When it counts.
    pub at: Timestamp,
    /// By which redemption. One of a batch of history has no stream of its own.
    pub redemption: RedemptionId,
    /// How many; the sum of the lots.
    pub points: Decimal,
    /// Which, the soonest to expire first.
    pub lots: Vec<LotPart>,
    /// What another system calls it, for a redemption of a batch of history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// Points of a lot that were spent and are active again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnedLot {
    /// The lot that has them now: their own, or a new one beside it when they live longer than what
    /// is left in their own.
    pub lot: LotNo,
    /// Their own lot, of which they were earned.
    pub origin: LotNo,
    /// How many.
    pub points: Decimal,
    /// When they were earned, and expire now.
    pub life: LotLife,
    /// Where they had come from.
    pub source: PointsSource,
}

/// Spent points came back to their own lots, with the life that they had left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsReturned {
    /// When it counts.
    pub at: Timestamp,
    /// Of which redemption.
    pub redemption: RedemptionId,
    /// How many; the sum of the lots.
    pub points: Decimal,
    /// Which.
    pub lots: Vec<ReturnedLot>,
}
