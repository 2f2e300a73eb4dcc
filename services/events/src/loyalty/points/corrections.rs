//! Adjustments, transfers between members, and the hold while history is loaded (L-17).

use std::fmt;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{LotLife, LotNo, LotPart, MemberId, PointsBatchId, ProgramVersion};
use crate::PersonId;

/// One adjustment. Numbered 1, 2, 3 … within the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AdjustmentNo(pub u32);

impl fmt::Display for AdjustmentNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Somebody asks for an adjustment that is above the program's limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdjustmentRequested {
    /// Its number.
    pub adjustment: AdjustmentNo,
    /// Reward points; below 0 to take some.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub points: Decimal,
    /// Tier points; below 0 to take some.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub tier_points: Decimal,
    /// Why.
    pub reason: String,
    /// Who asks.
    pub by: PersonId,
}

/// An adjustment was not approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdjustmentRejected {
    /// Its number.
    pub adjustment: AdjustmentNo,
    /// Why.
    pub reason: String,
}

/// Points were adjusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsAdjusted {
    /// Its number.
    pub adjustment: AdjustmentNo,
    /// When it counts.
    pub at: Timestamp,
    /// Reward points; below 0 when some were taken.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub points: Decimal,
    /// Tier points; below 0 when some were taken.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub tier_points: Decimal,
    /// Why.
    pub reason: String,
    /// Who asked for it.
    pub by: PersonId,
    /// Who approved it, where it was above the program's limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<PersonId>,
    /// The program's rules, which gave the expiry and the limit.
    pub program: ProgramVersion,
    /// The new lot, when points were given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<LotNo>,
    /// When the new lot expires; never when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// What was taken, the soonest to expire first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<LotPart>,
}

/// Points went to another member of the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsSent {
    /// When it counts.
    pub at: Timestamp,
    /// To whom.
    pub to: MemberId,
    /// How many; the sum of the lots.
    pub points: Decimal,
    /// Which, the soonest to expire first.
    pub lots: Vec<LotPart>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A new lot from another member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedLot {
    /// The new lot.
    pub lot: LotNo,
    /// How many points.
    pub points: Decimal,
    /// As it was at the other member's: a transfer prolongs nothing.
    pub life: LotLife,
}

/// Points came from another member of the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsReceived {
    /// When it counts.
    pub at: Timestamp,
    /// From whom.
    pub from: MemberId,
    /// How many; the sum of the lots.
    pub points: Decimal,
    /// The new lots.
    pub lots: Vec<ReceivedLot>,
}

/// More history of the account is to come: until then nothing happens by itself, so that what a
/// later batch says of an earlier day meets the points of that day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryHeld {
    /// The batch that said so.
    pub batch: PointsBatchId,
    /// Until when at the latest; absent when the history is complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}
