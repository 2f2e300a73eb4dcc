//! Requests about programs and their members, each with a fresh command id.

use guanxi_proto::loyalty::v1::{
    CardNumbers, CardSource, ContactKeys, CreateCardBatchRequest, DefineTierLadderRequest,
    EnrolMemberRequest, MemberStatus, OpenProgramRequest, PointsExpiry, PointsShortfall,
    ProgramRules, Tier, TierLadderDefinition, TierMeasure, TierWindow, card_source::From,
};

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
