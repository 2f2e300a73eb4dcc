//! Requests about programs and their members, each with a fresh command id.

use guanxi_proto::{
    google_type::Money,
    loyalty::v1::{
        AccruePointsRequest, CardNumbers, CardSource, ContactKeys, CreateCardBatchRequest,
        DefineTierLadderRequest, EnrolMemberRequest, MemberStatus, OpenProgramRequest, PaymentKind,
        PaymentPart, PointsExpiry, PointsShortfall, ProgramRules, PurchaseLine,
        RecordPurchaseRequest, RedeemFor, RedeemPointsRequest, Tier, TierLadderDefinition,
        TierMeasure, TierWindow, card_source::From,
    },
};
use uuid::Uuid;

use super::header;

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

/// A member's purchase for 40 euros in cash.
pub fn purchase(program_id: &str, member_id: &str, item: &str) -> RecordPurchaseRequest {
    let amount = Some(Money {
        currency_code: "EUR".to_owned(),
        units: 40,
        nanos: 0,
    });
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
