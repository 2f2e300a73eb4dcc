//! Finds a member: by its id, a card, a telephone number, an email address, in that order (L-03).

use std::sync::Arc;

use guanxi_events::{
    StreamVersion,
    loyalty::{CardId, MatchedBy, MemberId, ProgramId},
};
use guanxi_runtime::{Commands, e164};
use tonic::{Request, Status};
use uuid::Uuid;

use crate::domain::{
    card::{Card, Status as CardStatus},
    member::{Member, Membership, keys},
};

/// A member that was found.
pub(super) struct Found {
    /// The member as it is now.
    pub(super) member: Membership,
    /// The version of its stream.
    pub(super) version: StreamVersion,
    /// By what.
    pub(super) by: MatchedBy,
    /// The card that found it. It may be lost: then it neither earns nor spends.
    pub(super) card: Option<CardId>,
}

/// The member of a program whom these find; the first that finds one decides. A decision that is
/// made for it must read it, for it may have left, and its keys may be another's, since.
pub(super) async fn member<T: Sync>(
    commands: &Commands,
    request: &Request<T>,
    program: ProgramId,
    wanted: &keys::Wanted,
) -> Result<Option<Found>, Status> {
    if let Some(id) = wanted.member
        && let Some(found) = by_id(commands, request, program, id, MatchedBy::Member).await?
    {
        return Ok(Some(found));
    }
    if let Some(number) = &wanted.card
        && let Some(found) = by_card(commands, request, program, number).await?
    {
        return Ok(Some(found));
    }
    if let Some(number) = &wanted.phone
        && let Some(found) = by_phone(commands, request, program, number).await?
    {
        return Ok(Some(found));
    }
    let Some(address) = &wanted.email else {
        return Ok(None);
    };
    let key = keys::email(program, address);
    let Some(holder) = commands.holder_of(request, &key).await? else {
        return Ok(None);
    };
    let found = by_id(
        commands,
        request,
        program,
        MemberId(holder.id),
        MatchedBy::Email,
    )
    .await?;
    Ok(found.filter(|found| found.member.has_email(address)))
}

async fn by_id<T: Sync>(
    commands: &Commands,
    request: &Request<T>,
    program: ProgramId,
    id: MemberId,
    by: MatchedBy,
) -> Result<Option<Found>, Status> {
    let (state, version) = commands.get::<Member, _>(request, id.0).await?;
    let member = Arc::unwrap_or_clone(state).filter(|member| member.program == program);
    Ok(member.map(|member| Found {
        member,
        version,
        by,
        card: None,
    }))
}

/// By a printed card; else by the telephone number that is one.
async fn by_card<T: Sync>(
    commands: &Commands,
    request: &Request<T>,
    program: ProgramId,
    number: &str,
) -> Result<Option<Found>, Status> {
    let id = CardId::of(program, number);
    let (state, _) = commands.get::<Card, _>(request, Uuid::from(id)).await?;
    if let Some(card) = state.as_ref() {
        if !matches!(card.status, CardStatus::Assigned | CardStatus::Lost) {
            return Ok(None);
        }
        let member = card.assigned.member;
        let found = by_id(commands, request, program, member, MatchedBy::Card).await?;
        return Ok(found.map(|found| Found {
            card: Some(id),
            ..found
        }));
    }
    let Some(phone) = e164(number, None) else {
        return Ok(None);
    };
    let found = by_phone(commands, request, program, &phone).await?;
    Ok(found.and_then(|found| {
        let card = CardId::of_phone(found.member.id);
        let has_it = found.member.cards.contains_key(&card);
        has_it.then_some(Found {
            by: MatchedBy::Card,
            card: Some(card),
            ..found
        })
    }))
}

async fn by_phone<T: Sync>(
    commands: &Commands,
    request: &Request<T>,
    program: ProgramId,
    number: &str,
) -> Result<Option<Found>, Status> {
    let key = keys::phone(program, number);
    let Some(holder) = commands.holder_of(request, &key).await? else {
        return Ok(None);
    };
    let found = by_id(
        commands,
        request,
        program,
        MemberId(holder.id),
        MatchedBy::Phone,
    )
    .await?;
    Ok(found.filter(|found| found.member.has_phone(number)))
}
