//! A line of an account, which explains itself (L-20), and what it does to lots.

use guanxi_events::loyalty::points::{LotNo, PointsSource, RedemptionId};
use jiff::Timestamp;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::Figures;

/// Declares an enum whose members are stored by name.
macro_rules! named {
    (
        $(#[$doc:meta])* $type:ident {
            $($(#[$variant_doc:meta])* $variant:ident = $name:literal),+ $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $type {
            $($(#[$variant_doc])* $variant),+
        }

        impl $type {
            /// As it is stored.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),+
                }
            }

            /// From how it is stored.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

pub(crate) use named;

named! {
    /// The two accounts of a member (L-10).
    Account {
        /// Reward points (奖励积分).
        Reward = "reward",
        /// Tier points (升级积分): they count at once and never expire.
        Tier = "tier",
    }
}

named! {
    /// What a line is.
    LineKind {
        /// Points were earned.
        Earned = "earned",
        /// Pending points can be spent.
        Activated = "activated",
        /// Points expired.
        Expired = "expired",
        /// Points were spent.
        Spent = "spent",
        /// Spent points came back.
        Returned = "returned",
        /// Earned points were taken back.
        Reversed = "reversed",
        /// They were given again.
        Restored = "restored",
        /// New points were used for what was owed.
        DebtSettled = "debt_settled",
        /// Points were adjusted.
        Adjusted = "adjusted",
        /// Points went to another member.
        Sent = "sent",
        /// Points came from another member.
        Received = "received",
    }
}

named! {
    /// What a line is caused by.
    CauseKind {
        /// A purchase.
        Purchase = "purchase",
        /// Another system, or an activity.
        Stated = "stated",
        /// An adjustment.
        Adjustment = "adjustment",
        /// Another member.
        Member = "member",
        /// A redemption.
        Redemption = "redemption",
        /// Its time came.
        Time = "time",
        /// Something was owed.
        Debt = "debt",
    }
}

/// What a line is caused by, and which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// What.
    pub kind: CauseKind,
    /// The purchase, the other member, the redemption.
    pub id: Option<Uuid>,
    /// What another system calls it; the number of an adjustment.
    pub reference: Option<String>,
}

impl Cause {
    pub(super) const fn new(kind: CauseKind) -> Self {
        Self {
            kind,
            id: None,
            reference: None,
        }
    }

    pub(super) fn of(kind: CauseKind, id: impl Into<Uuid>) -> Self {
        Self {
            id: Some(id.into()),
            ..Self::new(kind)
        }
    }

    pub(super) fn redemption(id: RedemptionId, reference: Option<&String>) -> Self {
        Self {
            reference: reference.cloned(),
            ..Self::of(CauseKind::Redemption, id)
        }
    }

    pub(super) fn source(source: &PointsSource) -> Self {
        match source {
            PointsSource::Purchase(purchase) => Self::of(CauseKind::Purchase, *purchase),
            PointsSource::Stated(name) => Self {
                reference: Some(name.clone()),
                ..Self::new(CauseKind::Stated)
            },
            PointsSource::Adjustment(number) => Self {
                reference: Some(number.to_string()),
                ..Self::new(CauseKind::Adjustment)
            },
            PointsSource::Transfer(member) => Self::of(CauseKind::Member, *member),
        }
    }
}

/// What one earning rule gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleShare {
    /// The rule's key.
    pub rule: String,
    /// How many points, before caps and rounding.
    pub points: Decimal,
}

/// The earning rules that were applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Their version.
    pub version: u32,
    /// The member's tier by then.
    pub tier: Option<String>,
    /// The version of the tier ladder.
    pub ladder_version: Option<u32>,
    /// The tier's earning factor.
    pub factor: Decimal,
    /// How many points the caps cut off.
    pub capped: Decimal,
    /// What each rule gave, by priority.
    pub shares: Vec<RuleShare>,
}

/// What was collected of what was owed for a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Collected {
    /// The purchase.
    pub purchase: Uuid,
    /// How many points.
    pub points: Decimal,
}

/// A line of an account.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Which account.
    pub account: Account,
    /// What it is.
    pub kind: LineKind,
    /// When it counts.
    pub at: Timestamp,
    /// How many points it is about; below 0 when they go.
    pub quantity: Decimal,
    /// By how much each figure changes.
    pub figures: Figures,
    /// What had expired before it was to be taken back; below 0 when that is undone.
    pub lapsed: Decimal,
    /// What caused it.
    pub cause: Cause,
    /// Why, where somebody said so.
    pub reason: Option<String>,
    /// Who asked for it.
    pub requested_by: Option<String>,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// The version of the program's rules, where they made it.
    pub program_version: Option<u32>,
    /// The earning rules, where they made it.
    pub rules: Option<Rules>,
    /// What was collected of what was owed.
    pub collected: Vec<Collected>,
}

impl Line {
    /// A line of reward points that nothing more is told of.
    pub(super) fn reward(kind: LineKind, at: Timestamp, quantity: Decimal, cause: Cause) -> Self {
        Self {
            account: Account::Reward,
            kind,
            at,
            quantity,
            figures: Figures::default(),
            lapsed: Decimal::ZERO,
            cause,
            reason: None,
            requested_by: None,
            approved_by: None,
            program_version: None,
            rules: None,
            collected: Vec::new(),
        }
    }
}

/// When a lot was earned, can be spent, and expires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// The business time.
    pub earned_at: Timestamp,
    /// When it can be spent.
    pub active_at: Timestamp,
    /// When it expires; never when `None`.
    pub expires_at: Option<Timestamp>,
}

/// A lot as an event tells of it, new or with another life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLot {
    /// The lot of which its points were earned.
    pub origin: LotNo,
    /// Where they came from.
    pub source: Cause,
    /// How long it lives.
    pub life: Life,
    /// The version of the program's rules, where they made it.
    pub program_version: Option<u32>,
    /// The version of the earning rules, where they made it.
    pub rules_version: Option<u32>,
    /// The member's tier by then.
    pub tier: Option<String>,
}

/// What a line does to a lot.
#[derive(Debug, Clone, PartialEq)]
pub struct LotMove {
    /// Which.
    pub lot: LotNo,
    /// By how much what cannot be spent yet changes.
    pub pending: Decimal,
    /// By how much what can be spent changes.
    pub remaining: Decimal,
    /// By how much what expired of it changes.
    pub expired: Decimal,
    /// The lot, where it begins or changes its life.
    pub new: Option<NewLot>,
}

impl LotMove {
    /// Nothing yet.
    pub(super) fn of(lot: LotNo) -> Self {
        Self {
            lot,
            pending: Decimal::ZERO,
            remaining: Decimal::ZERO,
            expired: Decimal::ZERO,
            new: None,
        }
    }
}
