//! What can happen in the loyalty service.

mod earning_rules;
mod ids;
mod member;
pub mod points;
mod points_batch;
mod program;
mod purchase;
mod redemption;

pub use crate::customer_copy::loyalty::CustomerCopyEvent;
pub use earning_rules::{
    EarningCaps, EarningConditions, EarningFormula, EarningRule, EarningRulesEvent,
    EarningRulesSet, PointsRounding,
};
pub use ids::{CardBatchId, CardId, MemberId, ProgramId};
pub use member::MemberStatus;
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
