//! What follows from each command to a member.

use guanxi_decider::{Context, Decision, Refusal};
use guanxi_events::loyalty::{
    ContactKeys, HolderEvent, HolderLeft, MemberActivated, MemberClosed, MemberEvent, MemberFrozen,
    MemberKeysChanged, MemberStatus, MemberUnfrozen,
};

use super::{Command, Membership, cards, keys, tiers};
use crate::domain::tier_ladder::{Ladder, TierLadder};

type Decided = Result<Decision<MemberEvent>, Refusal>;

/// A command to a member that exists.
pub(super) fn existing(member: &Membership, command: &Command, context: &Context) -> Decided {
    match command {
        Command::Close { .. } | Command::ReviewAsked if !member.stays() => {
            return Ok(Decision::nothing());
        }
        _ if !member.stays() => return Err(refused("MEMBER_CLOSED", "it has left")),
        _ => {}
    }
    match command {
        Command::Enrol(_) => Err(Refusal::internal("it is enrolled already")),
        Command::Activate => match member.status {
            MemberStatus::New => Ok(Decision::event(MemberActivated {})),
            MemberStatus::Active => Ok(Decision::nothing()),
            _ => Err(frozen()),
        },
        Command::Freeze { .. } if member.status == MemberStatus::Frozen => Ok(Decision::nothing()),
        Command::Freeze { reason } => Ok(Decision::event(MemberFrozen {
            reason: reason.clone(),
        })),
        Command::Unfreeze { reason } => match member.status {
            MemberStatus::Frozen => Ok(Decision::event(MemberUnfrozen {
                to: member.held_from,
                reason: reason.clone(),
            })),
            _ => Err(refused("MEMBER_NOT_FROZEN", "it is not frozen")),
        },
        Command::Close { reason } => Ok(close(member, reason)),
        Command::ChangeKeys(keys) => Ok(change_keys(member, keys)),
        Command::AddCard(_) if member.status == MemberStatus::Frozen => Err(frozen()),
        Command::AddCard(source) => cards::add(Decision::nothing(), member, source, context),
        Command::SetTier { tier, reason } => {
            let ladder = ladder(member, context)?;
            let events = tiers::by_hand(member, &ladder, tier.as_ref(), reason, context)?;
            Ok(all(events))
        }
        Command::ReviewTier => {
            let state = context.read::<TierLadder>(member.program)?;
            let events = Option::as_ref(&state).map(|l| tiers::review(member, l, context));
            Ok(all(events.unwrap_or_default()))
        }
        Command::ReviewAsked => Ok(Decision::nothing()),
    }
}

/// It leaves: others may have its keys and its place, and its cards are worth nothing.
fn close(member: &Membership, reason: &str) -> Decision<MemberEvent> {
    let closed = Decision::event(MemberClosed {
        reason: reason.to_owned(),
    });
    let nothing = ContactKeys::default();
    let closed = keys::exchanged(closed, member.program, &member.keys, &nothing);
    let closed = cards::cancel_all(closed, member, reason);
    let left = HolderLeft {
        program: member.program,
        member: member.id,
    };
    match member.customer {
        Some(customer) => closed.elsewhere::<HolderEvent>(customer, left),
        None => closed,
    }
}

fn change_keys(member: &Membership, keys: &ContactKeys) -> Decision<MemberEvent> {
    if member.keys == *keys {
        return Decision::nothing();
    }
    let changed = Decision::event(MemberKeysChanged { keys: keys.clone() });
    keys::exchanged(changed, member.program, &member.keys, keys)
}

fn ladder(member: &Membership, context: &Context) -> Result<Ladder, Refusal> {
    let state = context.read::<TierLadder>(member.program)?;
    Option::clone(&state).ok_or_else(|| {
        let program = member.program;
        Refusal::precondition(
            "NO_TIER_LADDER",
            format!("program {program} has no tier ladder"),
        )
        .figure("program_id", program)
    })
}

fn all(events: Vec<MemberEvent>) -> Decision<MemberEvent> {
    events.into_iter().fold(Decision::nothing(), Decision::and)
}

fn frozen() -> Refusal {
    refused("MEMBER_FROZEN", "it is frozen: unfreeze it first")
}

fn refused(code: &'static str, why: &str) -> Refusal {
    Refusal::precondition(code, format!("the member cannot do that: {why}"))
}
