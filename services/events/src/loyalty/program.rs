//! What can happen to a program (会员计划): its rules are versioned (L-01, L-11).

use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::MemberStatus;
use crate::domain_events;

/// How long points live, counted from the business day on which they can first be spent. A day is
/// the tenant's, and points live to its end (L-14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpiryRule {
    /// For ever.
    Never,
    /// So many days.
    Days(u16),
    /// So many months; 31 January + 1 month is the end of February.
    Months(u16),
    /// To the end of the month so many months later; 0 is the same month.
    MonthEnd(u16),
    /// To the end of the year so many years later; 0 is the same year.
    YearEnd(u16),
}

/// What happens with points that are to be taken back and have been spent (L-16).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShortfallPolicy {
    /// The balance goes below zero.
    GoNegative,
    /// The balance stops at zero; what is owed is taken from the next points.
    Owe,
    /// It is refused.
    Refuse,
}

/// How points may be spent (L-15).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpendingRules {
    /// The fewest at once.
    pub minimum: Decimal,
    /// Only multiples of it; above 0.
    pub step: Decimal,
    /// The largest part of a bill that points may pay, in per cent; above 0, at most 100.
    pub max_share_percent: Decimal,
}

/// The rules of a program, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramRules {
    /// For people.
    pub name: String,
    /// How many decimal places points have: 0 to 2. It never falls.
    pub scale: u8,
    /// The currency in which a point has a value, and in which purchases earn.
    pub currency: Currency,
    /// What one point is worth as payment, at most 6 decimal places.
    pub point_value: Decimal,
    /// The first day on which points are earned; open when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day on which points are earned; open when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// For so many days after the purchase its points are pending (L-13).
    pub return_window_days: u16,
    /// How long points live.
    pub expiry: ExpiryRule,
    /// Which members earn.
    pub may_earn: Vec<MemberStatus>,
    /// Which members spend.
    pub may_spend: Vec<MemberStatus>,
    /// How they spend.
    pub spending: SpendingRules,
    /// What happens with points that cannot be taken back.
    pub shortfall: ShortfallPolicy,
    /// Points that come back after they were spent live for so many more days at least.
    pub returned_grace_days: u16,
    /// Whether members may give points to each other (L-17).
    pub transfers: bool,
    /// Adjustments of more points than this need somebody else's approval; none does when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjustment_limit: Option<Decimal>,
}

/// A program was opened, with version 1 of its rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramOpened {
    /// The shop that runs it; the whole tenant's when absent (L-01).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop: Option<String>,
    /// Its rules.
    pub rules: ProgramRules,
}

/// The rules of a program were changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramChanged {
    /// The version that this makes, from 2.
    pub version: u32,
    /// The rules from now on, whole.
    pub rules: ProgramRules,
}

domain_events! {
    /// What can happen to a program.
    ProgramEvent in Loyalty, "program" {
        /// It was opened.
        Opened(ProgramOpened) = "loyalty.program_opened" / 1,
        /// Its rules were changed.
        Changed(ProgramChanged) = "loyalty.program_changed" / 1,
    }
}
