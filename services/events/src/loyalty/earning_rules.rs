//! What can happen to the earning rules of a program: one versioned list, of the program's id (L-12).

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{PaymentKind, TierKey};
use crate::domain_events;

/// How a fraction of a point is rounded to the program's scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PointsRounding {
    /// Towards zero.
    Down,
    /// To the nearest, away from zero at the half.
    HalfUp,
    /// Away from zero.
    Up,
}

/// What a rule gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EarningFormula {
    /// So many points for each so much money that was paid, in proportion.
    Spend {
        /// How many points; above 0.
        points: Decimal,
        /// For how much money, in the program's currency; above 0.
        per: Decimal,
        /// Whether the tier's earning factor multiplies them.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        tier_factor: bool,
    },
    /// So many points for the purchase, whatever it came to.
    Bonus {
        /// How many points; above 0.
        points: Decimal,
    },
    /// What the rules before it gave, times this, is given instead.
    Multiply {
        /// Above 0.
        by: Decimal,
    },
}

/// When a rule holds: all that is named must be so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarningConditions {
    /// Only in these shops.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shops: Vec<String>,
    /// Only for lines of these categories.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Only in these tiers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<TierKey>,
    /// Only on these days of the week, 1 (Monday) to 7, in the tenant's time zone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<u8>,
    /// Only for the member's first purchase that earns.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first_purchase: bool,
    /// Only when at least so much was paid, in the program's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Decimal>,
    /// The first day on which it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day on which it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// One earning rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarningRule {
    /// By which events name it.
    pub key: String,
    /// Rules are applied from the lowest to the highest; no two are the same.
    pub priority: u16,
    /// What it gives.
    pub formula: EarningFormula,
    /// When.
    pub conditions: EarningConditions,
    /// Whether no later rule is applied when this one was.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub last: bool,
    /// Whether it gives tier points (升级积分) as well as reward points (奖励积分) (L-10).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tier_points: bool,
}

/// How many reward points a member can earn by purchases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarningCaps {
    /// On one business day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_day: Option<Decimal>,
    /// In one calendar month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_month: Option<Decimal>,
    /// In all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_member: Option<Decimal>,
}

/// The earning rules of a program were set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarningRulesSet {
    /// The version that this makes, from 1.
    pub version: u32,
    /// By priority.
    pub rules: Vec<EarningRule>,
    /// How a purchase's points are rounded, once.
    pub rounding: PointsRounding,
    /// What was paid in these ways earns.
    pub paid_by: Vec<PaymentKind>,
    /// How many can be earned.
    pub caps: EarningCaps,
}

domain_events! {
    /// What can happen to earning rules.
    EarningRulesEvent in Loyalty, "earning_rules" {
        /// They were set.
        Set(EarningRulesSet) = "loyalty.earning_rules_set" / 1,
    }
}
