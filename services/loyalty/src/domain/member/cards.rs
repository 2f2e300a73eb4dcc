//! A member's cards, as far as they are the member's affair (L-04).

use guanxi_decider::{Context, Decision, Refusal};
use guanxi_events::loyalty::{CardCancelled, CardEvent, MemberCardAdded, MemberEvent};

use super::{Member, Membership};
use crate::domain::card_issue::{self, Source};

/// One card more: drawn or named, assigned and linked in one append.
pub(super) fn add(
    decision: Decision<MemberEvent>,
    member: &Membership,
    source: &Source,
    context: &Context,
) -> Result<Decision<MemberEvent>, Refusal> {
    if member.cards.len() >= Member::MOST_CARDS {
        return Err(Refusal::precondition(
            "TOO_MANY_CARDS",
            format!("a member has at most {} cards at once", Member::MOST_CARDS),
        )
        .figure("limit", Member::MOST_CARDS));
    }
    let issued = card_issue::issue(source, member, None, context)?;
    let added = MemberCardAdded {
        card: issued.card,
        number: issued.number().map(str::to_owned),
    };
    Ok(issued.write(decision.and(added)))
}

/// All of them are cancelled with the membership.
pub(super) fn cancel_all(
    decision: Decision<MemberEvent>,
    member: &Membership,
    reason: &str,
) -> Decision<MemberEvent> {
    member.cards.keys().fold(decision, |decision, card| {
        let cancelled = CardCancelled {
            reason: reason.to_owned(),
        };
        decision.elsewhere::<CardEvent>(*card, cancelled)
    })
}
