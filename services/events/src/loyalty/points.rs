//! What can happen to a member's points (积分). The account's id is the member's.
//!
//! Every event that moves points says at which instant it counts (`at`, the business time) and which
//! lots it moves, so that a statement line explains itself (L-20) and the law of conservation (L-19)
//! can be checked event by event:
//!
//! `earned + adjusted + transferred in = pending + active + spent + transferred out + expired +
//! reversed`, and `active = Σ lots − debt`.
//!
//! Points that a member owes without a negative balance ([`ShortfallPolicy::Owe`]) are outside of
//! the law until they are collected ([`DebtSettled`]).
//!
//! [`ShortfallPolicy::Owe`]: super::ShortfallPolicy::Owe

use std::fmt;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{MemberId, ProgramId, PurchaseId};
use crate::{domain_events, typed_id};

mod corrections;
mod earning;
mod reversing;
mod spending;

pub use corrections::{
    AdjustmentNo, AdjustmentRejected, AdjustmentRequested, HistoryHeld, PointsAdjusted,
    PointsReceived, PointsSent, ReceivedLot,
};
pub use earning::{
    EarnedBy, PointsActivated, PointsEarned, PointsExpired, RulePoints, RulesApplied,
};
pub use reversing::{DebtSettled, OwedCollected, PointsRestored, PointsReversed};
pub use spending::{PointsReturned, PointsSpent, ReturnedLot};

typed_id! {
    /// One redemption of points.
    RedemptionId
}

typed_id! {
    /// One batch of history of a member.
    PointsBatchId
}

/// A lot of points: what was earned, adjusted, transferred or given back at once, with an expiry of
/// its own (L-14). Numbered 1, 2, 3 … within the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LotNo(pub u32);

impl fmt::Display for LotNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// So many points of a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotPart {
    /// The lot.
    pub lot: LotNo,
    /// How many; above 0.
    pub points: Decimal,
}

/// Where the points of a lot came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PointsSource {
    /// A purchase.
    Purchase(PurchaseId),
    /// Another system, or an activity: what it calls it.
    Stated(String),
    /// An adjustment.
    Adjustment(AdjustmentNo),
    /// Another member.
    Transfer(MemberId),
}

domain_events! {
    /// What can happen to a member's points.
    PointsEvent in Loyalty, "points_account" {
        /// Points were earned: a new lot.
        Earned(PointsEarned) = "loyalty.points_earned" / 1,
        /// Pending points can be spent.
        Activated(PointsActivated) = "loyalty.points_activated" / 1,
        /// Points expired.
        Expired(PointsExpired) = "loyalty.points_expired" / 1,
        /// Points were spent.
        Spent(PointsSpent) = "loyalty.points_spent" / 1,
        /// Spent points came back.
        Returned(PointsReturned) = "loyalty.points_returned" / 1,
        /// Earned points were taken back.
        Reversed(PointsReversed) = "loyalty.points_reversed" / 1,
        /// Points that had been taken back were given again.
        Restored(PointsRestored) = "loyalty.points_restored" / 1,
        /// New points were used for what the member owed.
        DebtSettled(DebtSettled) = "loyalty.points_debt_settled" / 1,
        /// Somebody asks for an adjustment that another must approve.
        AdjustmentRequested(AdjustmentRequested) = "loyalty.points_adjustment_requested" / 1,
        /// It was not approved.
        AdjustmentRejected(AdjustmentRejected) = "loyalty.points_adjustment_rejected" / 1,
        /// Points were adjusted.
        Adjusted(PointsAdjusted) = "loyalty.points_adjusted" / 1,
        /// Points went to another member.
        Sent(PointsSent) = "loyalty.points_sent" / 1,
        /// Points came from another member.
        Received(PointsReceived) = "loyalty.points_received" / 1,
        /// Nothing happens by itself until the history is complete.
        Held(HistoryHeld) = "loyalty.points_history_held" / 1,
    }
}

/// The program and the instants of a lot, as its events repeat them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotLife {
    /// When it was earned: the business time.
    pub earned_at: Timestamp,
    /// When it expires; never when absent. From this instant on it cannot be spent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// The rules by which points came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramVersion {
    /// The program.
    pub program: ProgramId,
    /// The version of its rules.
    pub version: u32,
}
