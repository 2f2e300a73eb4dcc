//! What can happen in the loyalty service.

mod card;
mod card_batch;
mod holder;
mod ids;
mod member;
mod tier_ladder;

pub use crate::customer_copy::loyalty::CustomerCopyEvent;
pub use card::{CardAssigned, CardCancelled, CardEvent, CardFound, CardReplaced, CardReportedLost};
pub use card_batch::{
    CardBatchClosed, CardBatchCreated, CardBatchEvent, CardDrawn, CardNumbers, CardNumbersEvent,
    CardNumbersReserved, CheckDigit, Dealing,
};
pub use holder::{HolderEvent, HolderJoined, HolderLeft};
pub use ids::{CardBatchId, CardId, MemberId, ProgramId};
pub use member::{
    ContactKeys, MemberActivated, MemberCardAdded, MemberCardRemoved, MemberCardReplaced,
    MemberClosed, MemberEnrolled, MemberEvent, MemberFrozen, MemberKeysChanged, MemberQualified,
    MemberStatus, MemberTierChanged, MemberTierConfirmed, MemberUnfrozen, QualifiedBy,
    QualifyingCause, QualifyingSums, TierReason, TierReview,
};
pub use tier_ladder::{
    Downgrade, Fall, InvalidTierKey, Privileges, Tier, TierKey, TierLadderDefined,
    TierLadderDefinition, TierLadderEvent, TierLadderVersion, TierMeasure, TierWindow,
};
