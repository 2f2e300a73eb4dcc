//! What can happen to a member (L-03) and to its tier (L-05).

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CardId, MemberId, ProgramId, TierKey, TierLadderVersion, TierMeasure};
use crate::{PersonId, customers::CustomerId, domain_events};

/// How a member stands. Which of them may earn and which may spend is the program's rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberStatus {
    /// Enrolled, not active yet.
    New,
    /// In good standing.
    Active,
    /// Held for a while.
    Frozen,
    /// Left, for good.
    Closed,
}

/// A member was enrolled. Draws a number of the series `MB`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberEnrolled {
    /// The member.
    pub member: MemberId,
    /// The program.
    pub program: ProgramId,
    /// Who it is, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// New or active.
    pub status: MemberStatus,
    /// The day.
    pub on: Date,
    /// The home shop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop: Option<String>,
    /// Who brought the member in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referrer: Option<MemberId>,
    /// By what the member can be found.
    #[serde(default)]
    pub keys: ContactKeys,
}

/// By what a member can be found, besides number and card; each is one member's within a program.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactKeys {
    /// E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// In lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// A new member is active.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberActivated {}

/// A member is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberFrozen {
    /// Why.
    pub reason: String,
}

/// A member is held no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberUnfrozen {
    /// What it was before: new or active.
    pub to: MemberStatus,
    /// Why.
    pub reason: String,
}

/// A member left. Its keys and its customer are free for another membership.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberClosed {
    /// Why.
    pub reason: String,
}

/// A member is found by other keys from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberKeysChanged {
    /// The keys, whole.
    pub keys: ContactKeys,
}

/// A card was given to a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberCardAdded {
    /// The card.
    pub card: CardId,
    /// Its number; absent where it is the member's telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
}

/// Another card stands for the member in place of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberCardReplaced {
    /// The old one, which never stands for anyone again.
    pub from: CardId,
    /// The new one.
    pub to: CardId,
    /// Its number; absent where it is the member's telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
}

/// A card of the member was cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberCardRemoved {
    /// The card.
    pub card: CardId,
}

/// From where something that counts towards a tier comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QualifyingCause {
    /// A purchase.
    Purchase(Uuid),
    /// A purchase was taken back, whole or in part.
    PurchaseReturn(Uuid),
    /// A member was brought in.
    Referral(MemberId),
    /// An adjustment of tier points.
    Adjustment(Uuid),
}

/// What counts towards a tier. Below 0 where something is taken back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualifyingSums {
    /// Tier points, at the program's scale.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub tier_points: Decimal,
    /// What was really paid, in the program's currency.
    #[serde(default, skip_serializing_if = "Decimal::is_zero")]
    pub spend: Decimal,
    /// Purchases.
    #[serde(default, skip_serializing_if = "is_none")]
    pub orders: i64,
    /// Members who were brought in.
    #[serde(default, skip_serializing_if = "is_none")]
    pub referrals: i64,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_none(count: &i64) -> bool {
    *count == 0
}

/// Something counts towards the member's tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberQualified {
    /// The day for which it counts.
    pub on: Date,
    /// Where it comes from.
    pub cause: QualifyingCause,
    /// How much.
    pub sums: QualifyingSums,
}

/// The figures by which a tier was reached, kept or lost. The events behind them are this member's
/// own `member_qualified` that count for those days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualifiedBy {
    /// What was counted.
    pub measure: TierMeasure,
    /// The first day that counts; absent where all do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day that counts.
    pub until: Date,
    /// What it came to.
    pub total: Decimal,
    /// What tipped the scales; absent at a review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<QualifyingCause>,
}

/// When a tier is looked at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TierReview {
    /// The first day that counts for it.
    pub from: Date,
    /// The day on which it is looked at; the days before it count.
    pub on: Date,
    /// When that day begins.
    pub at: Timestamp,
}

/// Why a tier changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TierReason {
    /// The member was enrolled: the tier that takes nothing.
    Enrolled,
    /// The member qualified, and rises at once.
    Qualified(QualifiedBy),
    /// A period ended, and the member had not qualified again.
    Reviewed(QualifiedBy),
    /// Somebody said so.
    ByHand {
        /// Who.
        by: PersonId,
        /// Why.
        reason: String,
    },
}

/// A member's tier changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberTierChanged {
    /// Before; absent where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<TierKey>,
    /// After; absent where the total is enough for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<TierKey>,
    /// By this ladder.
    pub ladder: TierLadderVersion,
    /// Why.
    pub reason: TierReason,
    /// Since which day.
    pub on: Date,
    /// When it is looked at again; never where the ladder takes nothing away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<TierReview>,
}

/// A member's tier was looked at and stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberTierConfirmed {
    /// The tier; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<TierKey>,
    /// By this ladder.
    pub ladder: TierLadderVersion,
    /// The figures; absent where no period had ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualified_by: Option<QualifiedBy>,
    /// When it is looked at again; never where the ladder takes nothing away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<TierReview>,
}

domain_events! {
    /// What can happen to a member.
    MemberEvent in Loyalty, "member" {
        /// It was enrolled.
        Enrolled(MemberEnrolled) = "loyalty.member_enrolled" / 1,
        /// It is active.
        Activated(MemberActivated) = "loyalty.member_activated" / 1,
        /// It is held.
        Frozen(MemberFrozen) = "loyalty.member_frozen" / 1,
        /// It is held no longer.
        Unfrozen(MemberUnfrozen) = "loyalty.member_unfrozen" / 1,
        /// It left.
        Closed(MemberClosed) = "loyalty.member_closed" / 1,
        /// It is found by other keys.
        KeysChanged(MemberKeysChanged) = "loyalty.member_keys_changed" / 1,
        /// It has one card more.
        CardAdded(MemberCardAdded) = "loyalty.member_card_added" / 1,
        /// Another card stands for it.
        CardReplaced(MemberCardReplaced) = "loyalty.member_card_replaced" / 1,
        /// It has one card less.
        CardRemoved(MemberCardRemoved) = "loyalty.member_card_removed" / 1,
        /// Something counts towards its tier.
        Qualified(MemberQualified) = "loyalty.member_qualified" / 1,
        /// Its tier changed.
        TierChanged(MemberTierChanged) = "loyalty.member_tier_changed" / 1,
        /// Its tier was looked at and stays.
        TierConfirmed(MemberTierConfirmed) = "loyalty.member_tier_confirmed" / 1,
    }
}
