//! What can happen to a redemption of points (积分兑换), L-15, L-16.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    MemberId,
    points::{LotLife, LotNo, LotPart, PointsSource, ProgramVersion},
};
use crate::{Money, domain_events};

/// What points are spent for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RedeemFor {
    /// As payment of a bill.
    Payment,
    /// For a reward.
    Reward,
    /// For a coupon.
    Coupon,
}

/// Points that a redemption took, with all that their return needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenLot {
    /// The lot.
    pub lot: LotNo,
    /// The lot of which they were earned.
    pub origin: LotNo,
    /// How many.
    pub points: Decimal,
    /// When they were earned, and would have expired.
    pub life: LotLife,
    /// Where they had come from.
    pub source: PointsSource,
}

/// Points were redeemed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsRedeemed {
    /// By whom.
    pub member: MemberId,
    /// The program's rules.
    pub program: ProgramVersion,
    /// How many; the sum of the lots.
    pub points: Decimal,
    /// What they are worth.
    pub value: Money,
    /// The bill of which they pay a part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bill: Option<Money>,
    /// What for.
    pub purpose: RedeemFor,
    /// The shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop: Option<String>,
    /// The till's receipt, the reward, the coupon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Which, in the order in which they were taken.
    pub lots: Vec<TakenLot>,
}

/// A redemption was refunded, whole or in part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedemptionRefunded {
    /// How many points; the sum of the lots.
    pub points: Decimal,
    /// Of which of the taken lots: the last to expire first.
    pub lots: Vec<LotPart>,
    /// Why.
    pub reason: String,
}

domain_events! {
    /// What can happen to a redemption.
    RedemptionEvent in Loyalty, "redemption" {
        /// It was made.
        Redeemed(PointsRedeemed) = "loyalty.points_redeemed" / 1,
        /// It was refunded.
        Refunded(RedemptionRefunded) = "loyalty.redemption_refunded" / 1,
    }
}
