//! What can happen to a program's tier ladder: a versioned rule (L-05).

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::ProgramId;
use crate::domain_events;

/// The key of a tier: 1 to 40 lower-case letters, digits, `_` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TierKey(String);

/// The text is no tier's key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a tier's key is 1 to 40 lower-case letters, digits, _ and -")]
pub struct InvalidTierKey;

impl TierKey {
    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TierKey {
    type Err = InvalidTierKey;

    fn from_str(key: &str) -> Result<Self, InvalidTierKey> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b);
        if (1..=40).contains(&key.len()) && key.bytes().all(allowed) {
            Ok(Self(key.to_owned()))
        } else {
            Err(InvalidTierKey)
        }
    }
}

impl TryFrom<String> for TierKey {
    type Error = InvalidTierKey;

    fn try_from(key: String) -> Result<Self, InvalidTierKey> {
        key.parse()
    }
}

impl From<TierKey> for String {
    fn from(key: TierKey) -> Self {
        key.0
    }
}

impl fmt::Display for TierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the thresholds of a ladder count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TierMeasure {
    /// Tier points (升级积分).
    TierPoints,
    /// What was really paid, in the program's currency.
    Spend,
    /// Purchases.
    Orders,
    /// Members who were brought in.
    Referrals,
}

/// Over which days the thresholds count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TierWindow {
    /// The calendar year.
    CalendarYear,
    /// So many days, the last one counted.
    RollingDays(u16),
    /// So many months back from a day: from 16 March on for 12 months until 15 March.
    RollingMonths(u16),
    /// For ever.
    LifeTime,
}

/// How far a member falls at a period's end who did not qualify again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fall {
    /// One tier down, whatever the total.
    OneStep,
    /// To the tier that the total is enough for.
    ToBalance,
}

/// When a member loses a tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Downgrade {
    /// How far.
    pub fall: Fall,
    /// So many days after the period's end; what comes in on them still counts.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub grace_days: u16,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(days: &u16) -> bool {
    *days == 0
}

/// What a tier is good for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Privileges {
    /// What is earned is multiplied by it; 1 changes nothing.
    pub earning_factor: Decimal,
    /// Off the price; 0 to 100.
    pub discount_percent: Decimal,
    /// What the member gets on a birthday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday_gift: Option<String>,
}

/// One tier (会员级别).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tier {
    /// Its key, which members keep through all versions.
    pub key: TierKey,
    /// For people.
    pub name: String,
    /// The total that it takes; 0 is every member's from the first day.
    pub threshold: Decimal,
    /// What it is good for.
    pub privileges: Privileges,
}

/// A ladder, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierLadderDefinition {
    /// What is counted.
    pub measure: TierMeasure,
    /// Over which days.
    pub window: TierWindow,
    /// The tiers, each with a higher threshold than the one before.
    pub tiers: Vec<Tier>,
    /// When a tier is lost; never when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub downgrade: Option<Downgrade>,
}

/// The version of a ladder by which something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TierLadderVersion {
    /// The program whose ladder it is.
    pub program: ProgramId,
    /// 1 when it was defined, one more with each change.
    pub version: u32,
}

/// The ladder was defined, or changed: what is decided from now on follows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierLadderDefined {
    /// The version that this makes, from 1.
    pub version: u32,
    /// The ladder from now on, whole.
    pub definition: TierLadderDefinition,
}

domain_events! {
    /// What can happen to a tier ladder, whose id is its program's.
    TierLadderEvent in Loyalty, "tier_ladder" {
        /// It was defined or changed.
        Defined(TierLadderDefined) = "loyalty.tier_ladder_defined" / 1,
    }
}
