//! Requests about members as commands.

use guanxi_events::loyalty::{ContactKeys, ProgramId};
use guanxi_proto::loyalty::v1 as wire;
use guanxi_runtime::{Fields, command};

use super::super::card_source;
use crate::domain::member::{Command, Enrolment, Member, keys::Wanted};

command!(wire::EnrolMemberRequest => wire::EnrolMemberResponse, Member, |request, fields| {
    let id = fields.new_id("member_id", &request.member_id);
    let program = fields.id("program_id", &request.program_id);
    let customer = fields.optional_id("customer_id", &request.customer_id);
    let shop = fields.optional_text("shop", &request.shop, 64);
    let referrer = fields.optional_id("referrer_id", &request.referrer_id);
    let keys = contact_keys(fields, &request.contact_keys.unwrap_or_default());
    let card = match &request.card {
        None => Some(None),
        given => card_source::source(fields, "card", given.as_ref()).map(Some),
    };
    Some((id?, Command::Enrol(Enrolment {
        program: program?,
        customer: customer?,
        active: request.active,
        shop: shop?,
        referrer: referrer?,
        keys: keys?,
        card: card?,
    })))
});

command!(wire::ActivateMemberRequest => wire::ActivateMemberResponse, Member, |request, fields| {
    let id = fields.id("member_id", &request.member_id);
    Some((id?, Command::Activate))
});

command!(wire::FreezeMemberRequest => wire::FreezeMemberResponse, Member, |request, fields| {
    let id = fields.id("member_id", &request.member_id);
    let reason = fields.text("reason", &request.reason, 1, 500);
    Some((id?, Command::Freeze { reason: reason? }))
});

command!(wire::UnfreezeMemberRequest => wire::UnfreezeMemberResponse, Member, |request, fields| {
    let id = fields.id("member_id", &request.member_id);
    let reason = fields.text("reason", &request.reason, 1, 500);
    Some((id?, Command::Unfreeze { reason: reason? }))
});

command!(wire::CloseMemberRequest => wire::CloseMemberResponse, Member, |request, fields| {
    let id = fields.id("member_id", &request.member_id);
    let reason = fields.text("reason", &request.reason, 1, 500);
    Some((id?, Command::Close { reason: reason? }))
});

command!(wire::ChangeContactKeysRequest => wire::ChangeContactKeysResponse, Member,
|request, fields| {
    let id = fields.id("member_id", &request.member_id);
    if request.contact_keys.is_none() {
        fields.bad("contact_keys", "must be given, empty when there are none");
    }
    let keys = contact_keys(fields, &request.contact_keys.unwrap_or_default());
    Some((id?, Command::ChangeKeys(keys?)))
});

command!(wire::AddCardRequest => wire::AddCardResponse, Member, |request, fields| {
    let id = fields.id("member_id", &request.member_id);
    let source = card_source::source(fields, "card", request.card.as_ref());
    Some((id?, Command::AddCard(source?)))
});

command!(wire::SetTierRequest => wire::SetTierResponse, Member, |request, fields| {
    let id = fields.id("member_id", &request.member_id);
    let tier = if request.tier.is_empty() {
        Some(None)
    } else {
        fields.parsed("tier", &request.tier).map(Some)
    };
    let reason = fields.text("reason", &request.reason, 1, 500);
    Some((id?, Command::SetTier { tier: tier?, reason: reason? }))
});

command!(wire::ReviewTierRequest => wire::ReviewTierResponse, Member, |request, fields| {
    let id = fields.id("member_id", &request.member_id);
    Some((id?, Command::ReviewTier))
});

fn contact_keys(fields: &mut Fields, keys: &wire::ContactKeys) -> Option<ContactKeys> {
    let phone = fields.optional_phone("contact_keys.phone", &keys.phone);
    let email = email(fields, "contact_keys.email", &keys.email);
    Some(ContactKeys {
        phone: phone?,
        email: email?,
    })
}

/// An address as a key: nobody has two that differ only in case.
pub(in crate::api) fn email(
    fields: &mut Fields,
    field: &str,
    text: &str,
) -> Option<Option<String>> {
    let address = fields.optional_email(field, text)?;
    Some(address.map(|address| address.to_lowercase()))
}

/// Whom a till looks for.
pub(super) fn wanted(
    fields: &mut Fields,
    request: &wire::FindMemberRequest,
) -> Option<(ProgramId, Wanted)> {
    let program = fields.id("program_id", &request.program_id);
    let member = fields.optional_id("member_id", &request.member_id);
    let card = if request.card_number.is_empty() {
        Some(None)
    } else {
        card_source::number(fields, "card_number", &request.card_number).map(Some)
    };
    let phone = fields.optional_phone("phone", &request.phone);
    let email = email(fields, "email", &request.email);
    let wanted = Wanted {
        member: member?,
        card: card?,
        phone: phone?,
        email: email?,
    };
    if wanted == Wanted::default() {
        fields.bad("member_id", "it, card_number, phone or email must be given");
        return None;
    }
    Some((program?, wanted))
}
