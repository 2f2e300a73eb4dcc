//! A member on the wire.

use guanxi_events::loyalty::{MatchedBy, MemberStatus};
use guanxi_proto::loyalty::v1 as wire;
use guanxi_runtime::date_to_wire;

use super::super::{find::Found, id_to_wire};
use crate::domain::member::Membership;

pub(super) fn to_wire(version: i64, member: &Membership) -> wire::Member {
    let life_time = member.totals.life_time();
    wire::Member {
        id: member.id.to_string(),
        version,
        number: member.number.clone().unwrap_or_default(),
        program_id: member.program.to_string(),
        customer_id: id_to_wire(member.customer),
        status: status(member.status).into(),
        enrolled_on: Some(date_to_wire(member.enrolled_on)),
        shop: member.shop.clone().unwrap_or_default(),
        referrer_id: id_to_wire(member.referrer),
        contact_keys: Some(wire::ContactKeys {
            phone: member.keys.phone.clone().unwrap_or_default(),
            email: member.keys.email.clone().unwrap_or_default(),
        }),
        cards: member
            .cards
            .iter()
            .map(|(card, number)| wire::MemberCard {
                card_id: card.to_string(),
                number: number.clone().unwrap_or_default(),
            })
            .collect(),
        tier: id_to_wire(member.tier.as_ref()),
        tier_since: member.tier_since.map(date_to_wire),
        tier_review_on: member.review.map(|review| date_to_wire(review.on)),
        life_time: Some(wire::QualifyingTotals {
            tier_points: life_time.tier_points.normalize().to_string(),
            spend: life_time.spend.normalize().to_string(),
            orders: life_time.orders,
            referrals: life_time.referrals,
        }),
    }
}

pub(super) fn found(found: &Found) -> wire::FindMemberResponse {
    let by = match found.by {
        MatchedBy::Member => wire::FoundBy::MemberId,
        MatchedBy::Card => wire::FoundBy::Card,
        MatchedBy::Phone => wire::FoundBy::Phone,
        MatchedBy::Email => wire::FoundBy::Email,
        MatchedBy::Customer | MatchedBy::Hand => wire::FoundBy::Unspecified,
    };
    wire::FindMemberResponse {
        member: Some(to_wire(found.version.0, &found.member)),
        found_by: by.into(),
        card_id: id_to_wire(found.card),
    }
}

pub(in crate::api) fn status(status: MemberStatus) -> wire::MemberStatus {
    match status {
        MemberStatus::New => wire::MemberStatus::New,
        MemberStatus::Active => wire::MemberStatus::Active,
        MemberStatus::Frozen => wire::MemberStatus::Frozen,
        MemberStatus::Closed => wire::MemberStatus::Closed,
    }
}

/// A status by its name on the wire.
pub(in crate::api) fn status_from_wire(status: wire::MemberStatus) -> Option<MemberStatus> {
    Some(match status {
        wire::MemberStatus::Unspecified => return None,
        wire::MemberStatus::New => MemberStatus::New,
        wire::MemberStatus::Active => MemberStatus::Active,
        wire::MemberStatus::Frozen => MemberStatus::Frozen,
        wire::MemberStatus::Closed => MemberStatus::Closed,
    })
}
