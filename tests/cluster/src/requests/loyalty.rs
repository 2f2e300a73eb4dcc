//! Requests about programs and their members, each with a fresh command id.

use guanxi_proto::loyalty::v1::{
    AccruePointsRequest, CardNumbers, CardSource, ContactKeys, CreateCardBatchRequest,
    DefineTierLadderRequest, EarningRule, EarningRules, EnrolMemberRequest, MemberStatus,
    OpenProgramRequest, PaymentKind, PaymentPart, PointsExpiry, PointsRounding, PointsShortfall,
    ProgramRules, PurchaseLine, RecordPurchaseRequest, RecordReturnRequest, RedeemFor,
    RedeemPointsRequest, RefundRedemptionRequest, SetEarningRulesRequest, SpendFormula, Tier,
    TierLadderDefinition, TierMeasure, TierWindow, card_source::From, earning_rule::Formula,
};
use uuid::Uuid;

use super::{account::euros, header};

/// A program in which active members earn and spend points of a cent.
pub fn program(name: &str) -> OpenProgramRequest {
    OpenProgramRequest {
        header: header(),
        rules: Some(ProgramRules {
            name: name.to_owned(),
            currency_code: "EUR".to_owned(),
            point_value: "0.01".to_owned(),
            expiry: PointsExpiry::Never.into(),
            may_earn: vec![MemberStatus::Active.into()],
            may_spend: vec![MemberStatus::Active.into()],
            shortfall: PointsShortfall::GoNegative.into(),
            ..ProgramRules::default()
        }),
        ..OpenProgramRequest::default()
    }
}

/// A point for each euro, however it was paid.
pub fn point_a_euro(program_id: &str) -> SetEarningRulesRequest {
    SetEarningRulesRequest {
        header: header(),
        program_id: program_id.to_owned(),
        rules: Some(EarningRules {
            rules: vec![EarningRule {
                key: "base".to_owned(),
                priority: 10,
                formula: Some(Formula::Spend(SpendFormula {
                    points: "1".to_owned(),
                    per: "1".to_owned(),
                    tier_factor: false,
                })),
                ..EarningRule::default()
            }],
            rounding: PointsRounding::Down.into(),
            paid_by: vec![PaymentKind::Cash.into(), PaymentKind::Card.into()],
            ..EarningRules::default()
        }),
    }
}

/// A ladder of one tier, which is every member's.
pub fn tier_ladder(program_id: &str, name: &str) -> DefineTierLadderRequest {
    DefineTierLadderRequest {
        header: header(),
        program_id: program_id.to_owned(),
        definition: Some(TierLadderDefinition {
            measure: TierMeasure::TierPoints.into(),
            window: TierWindow::CalendarYear.into(),
            tiers: vec![Tier {
                key: "star".to_owned(),
                name: name.to_owned(),
                threshold: "0".to_owned(),
                ..Tier::default()
            }],
            ..TierLadderDefinition::default()
        }),
    }
}

/// A batch of a million numbers that are drawn in order.
pub fn card_batch(program_id: &str, name: &str) -> CreateCardBatchRequest {
    CreateCardBatchRequest {
        header: header(),
        program_id: program_id.to_owned(),
        name: name.to_owned(),
        numbers: Some(CardNumbers {
            prefix: "6217".to_owned(),
            serial_digits: 6,
            last_serial: 999_999,
            ..CardNumbers::default()
        }),
        ..CreateCardBatchRequest::default()
    }
}

/// An active member with a card of the batch, found by an email address.
pub fn member(program_id: &str, card_batch_id: &str, email: &str) -> EnrolMemberRequest {
    EnrolMemberRequest {
        header: header(),
        program_id: program_id.to_owned(),
        active: true,
        contact_keys: Some(ContactKeys {
            email: email.to_owned(),
            ..ContactKeys::default()
        }),
        card: Some(CardSource {
            from: Some(From::CardBatchId(card_batch_id.to_owned())),
        }),
        ..EnrolMemberRequest::default()
    }
}

/// A member without card and keys.
pub fn plain_member(program_id: &str) -> EnrolMemberRequest {
    EnrolMemberRequest {
        header: header(),
        program_id: program_id.to_owned(),
        active: true,
        ..EnrolMemberRequest::default()
    }
}

/// So many points that another system states.
pub fn accrue(member_id: &str, points: &str) -> AccruePointsRequest {
    AccruePointsRequest {
        header: header(),
        member_id: member_id.to_owned(),
        points: points.to_owned(),
        reference: Uuid::now_v7().to_string(),
        ..AccruePointsRequest::default()
    }
}

/// A member who is a customer.
pub fn member_of_customer(program_id: &str, customer_id: &str) -> EnrolMemberRequest {
    EnrolMemberRequest {
        customer_id: customer_id.to_owned(),
        ..plain_member(program_id)
    }
}

/// A member's purchase for 40 euros in cash.
pub fn purchase(program_id: &str, member_id: &str, item: &str) -> RecordPurchaseRequest {
    purchase_for(program_id, member_id, item, 40)
}

/// A member's purchase for whole euros in cash.
pub fn purchase_for(
    program_id: &str,
    member_id: &str,
    item: &str,
    amount: i64,
) -> RecordPurchaseRequest {
    let amount = Some(euros(amount));
    RecordPurchaseRequest {
        header: header(),
        purchase_id: Uuid::now_v7().to_string(),
        program_id: program_id.to_owned(),
        member_id: member_id.to_owned(),
        reference: item.to_owned(),
        lines: vec![PurchaseLine {
            item: item.to_owned(),
            quantity: "1".to_owned(),
            amount: amount.clone(),
            ..PurchaseLine::default()
        }],
        payments: vec![PaymentPart {
            kind: PaymentKind::Cash.into(),
            amount,
        }],
        ..RecordPurchaseRequest::default()
    }
}

/// So many points for a reward.
pub fn redeem(member_id: &str, points: &str, reference: &str) -> RedeemPointsRequest {
    RedeemPointsRequest {
        header: header(),
        member_id: member_id.to_owned(),
        points: points.to_owned(),
        purpose: RedeemFor::Reward.into(),
        reference: reference.to_owned(),
        ..RedeemPointsRequest::default()
    }
}

/// Everything of a purchase comes back.
pub fn bring_back(purchase_id: &str) -> RecordReturnRequest {
    RecordReturnRequest {
        header: header(),
        purchase_id: purchase_id.to_owned(),
        return_id: Uuid::now_v7().to_string(),
        ..RecordReturnRequest::default()
    }
}

/// All points of a redemption come back.
pub fn refund(redemption_id: &str, reason: &str) -> RefundRedemptionRequest {
    RefundRedemptionRequest {
        header: header(),
        redemption_id: redemption_id.to_owned(),
        reason: reason.to_owned(),
        ..RefundRedemptionRequest::default()
    }
}
