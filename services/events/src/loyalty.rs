//! What can happen in the loyalty service.

mod card;
mod card_batch;
mod earning_rules;
mod holder;
mod ids;
mod member;
pub mod points;
mod points_batch;
mod program;
mod purchase;
mod redemption;
mod tier_ladder;

pub use crate::customer_copy::loyalty::CustomerCopyEvent;
pub use card::{CardAssigned, CardCancelled, CardEvent, CardFound, CardReplaced, CardReportedLost};
pub use card_batch::{
    CardBatchClosed, CardBatchCreated, CardBatchEvent, CardDrawn, CardNumbers, CardNumbersEvent,
    CardNumbersReserved, CheckDigit, Dealing,
};
pub use earning_rules::{
    EarningCaps, EarningConditions, EarningFormula, EarningRule, EarningRulesEvent,
    EarningRulesSet, PointsRounding,
};
pub use holder::{HolderEvent, HolderJoined, HolderLeft};
pub use ids::{CardBatchId, CardId, MemberId, ProgramId};
pub use member::{
    ContactKeys, MemberActivated, MemberCardAdded, MemberCardRemoved, MemberCardReplaced,
    MemberClosed, MemberEnrolled, MemberEvent, MemberFrozen, MemberKeysChanged, MemberQualified,
    MemberStatus, MemberTierChanged, MemberTierConfirmed, MemberUnfrozen, QualifiedBy,
    QualifyingCause, QualifyingSums, TierReason, TierReview,
};
pub use points::{PointsBatchId, PointsEvent, RedemptionId};
pub use points_batch::{PointsBatchBooked, PointsBatchEvent, RefusedItem};
pub use program::{
    ExpiryRule, ProgramChanged, ProgramEvent, ProgramOpened, ProgramRules, ShortfallPolicy,
    SpendingRules,
};
pub use purchase::{
    MatchedBy, PaymentKind, PaymentPart, PurchaseCreditTakenBack, PurchaseCredited, PurchaseEarned,
    PurchaseEvent, PurchaseId, PurchaseLine, PurchaseMatched, PurchasePaid, PurchaseRecorded,
    PurchaseReversed, PurchaseUnpaid, ReturnedLine,
};
pub use redemption::{PointsRedeemed, RedeemFor, RedemptionEvent, RedemptionRefunded, TakenLot};
pub use tier_ladder::{
    Downgrade, Fall, InvalidTierKey, Privileges, Tier, TierKey, TierLadderDefined,
    TierLadderDefinition, TierLadderEvent, TierLadderVersion, TierMeasure, TierWindow,
};
