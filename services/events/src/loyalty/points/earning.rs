//! Points come, become active and expire (L-12 to L-14).

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{super::TierKey, LotLife, LotNo, LotPart, PointsSource, ProgramVersion};

/// What one earning rule gave, before caps and rounding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulePoints {
    /// The rule's key.
    pub rule: String,
    /// How many points it added.
    pub points: Decimal,
}

/// The rules that were applied, and what they gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesApplied {
    /// The version of the earning rules.
    pub version: u32,
    /// The member's tier by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<TierKey>,
    /// The version of the tier ladder, which gave the factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ladder_version: Option<u32>,
    /// The tier's earning factor.
    pub factor: Decimal,
    /// By priority.
    pub rules: Vec<RulePoints>,
    /// How many points the caps cut off.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub capped: Decimal,
}

/// How points came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EarnedBy {
    /// The earning rules computed them.
    Rules(RulesApplied),
    /// Somebody stated them.
    Stated,
}

/// Points were earned: a new lot. It is pending when it becomes active later than `at`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsEarned {
    /// The new lot.
    pub lot: LotNo,
    /// When it counts.
    pub at: Timestamp,
    /// The business day, by which caps count.
    pub on: Date,
    /// Reward points (奖励积分).
    pub points: Decimal,
    /// Tier points (升级积分), an account of their own (L-10): they count at once and never expire.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub tier_points: Decimal,
    /// What for.
    pub source: PointsSource,
    /// The program's rules.
    pub program: ProgramVersion,
    /// How they came about.
    pub by: EarnedBy,
    /// When they can be spent; `at` when they are active at once.
    pub active_at: Timestamp,
    /// When they expire; never when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

impl PointsEarned {
    /// Whether they are pending first.
    pub fn is_pending(&self) -> bool {
        self.active_at > self.at
    }

    /// When the lot was earned and expires.
    pub fn life(&self) -> LotLife {
        LotLife {
            earned_at: self.at,
            expires_at: self.expires_at,
        }
    }
}

/// Pending points can be spent from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsActivated {
    /// When it counts.
    pub at: Timestamp,
    /// What is left of them; at least one.
    pub lots: Vec<LotPart>,
}

/// Points expired: what was left of lots whose time had come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsExpired {
    /// When it counts.
    pub at: Timestamp,
    /// What; at least one.
    pub lots: Vec<LotPart>,
}
