//! Cards (会员卡): given to a member, reported lost (挂失), found (解挂), replaced, cancelled (注销)
//! (L-04).
//!
//! What each state allows (`yes`: accepted; `nothing`: accepted, changes nothing; a code: refused):
//!
#![doc = include_str!("card/transitions.md")]
//!
//! A card holds nothing itself: it stands for its member, whose points and stored value are reached
//! by it. So when it is replaced, the balance moves once, with the link; the old card stands for
//! nobody ever again. A lost card neither earns nor spends ([`usable`]).

use guanxi_decider::{Context, Decider, Decision, Reads, Refusal};
use guanxi_events::loyalty::{
    CardAssigned, CardCancelled, CardEvent, CardFound, CardId, CardReplaced, CardReportedLost,
    MemberCardRemoved, MemberCardReplaced, MemberEvent, MemberId, MemberStatus,
};
use serde::{Deserialize, Serialize};

use crate::domain::{
    card_issue::{self, Source},
    member::{Member, Membership},
};

#[cfg(test)]
mod tests;

/// The decider of a card.
#[derive(Debug)]
pub struct Card;

/// A card that was given out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenCard {
    /// To whom, and by which number.
    pub assigned: CardAssigned,
    /// What became of it.
    pub status: Status,
}

/// What became of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The member has it.
    Assigned,
    /// Nobody knows where it is.
    Lost,
    /// Another card stands in its place.
    Replaced {
        /// Which.
        by: CardId,
    },
    /// It is worth nothing.
    Cancelled {
        /// Why.
        reason: String,
    },
}

/// What can be asked of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// It is lost.
    ReportLost {
        /// What the member says.
        note: Option<String>,
    },
    /// It was found.
    ReportFound,
    /// Another card takes its place.
    Replace {
        /// Where the new one comes from.
        source: Source,
        /// Why.
        reason: String,
    },
    /// It is worth nothing from now on.
    Cancel {
        /// Why.
        reason: String,
    },
}

impl Decider for Card {
    type State = Option<GivenCard>;
    type Command = Command;
    type Event = CardEvent;

    const SNAPSHOT: u16 = 1;

    fn reads(state: &Self::State, command: &Command) -> Reads {
        let Some(card) = state else {
            return Reads::none();
        };
        let reads = Reads::none().and::<Member>(card.assigned.member);
        match command {
            Command::Replace { source, .. } => source.reads(reads),
            _ => reads,
        }
    }

    fn reads_further(state: &Self::State, command: &Command, context: &Context) -> Reads {
        let (Some(card), Command::Replace { source, .. }) = (state, command) else {
            return Reads::none();
        };
        let (program, member) = (card.assigned.program, card.assigned.member);
        let new = card_issue::card_id(source, program, member, context);
        // A card in its own place is refused by its own state.
        Reads::none().and_if::<Self>(new.filter(|new| new.0 != context.id))
    }

    fn decide(
        state: &Self::State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<CardEvent>, Refusal> {
        let Some(card) = state else {
            return Err(Refusal::not_found("card", context.id));
        };
        let decision = match (command, &card.status) {
            (_, Status::Replaced { .. }) => return Err(card.refused(CardId(context.id))),
            (Command::Cancel { .. }, Status::Cancelled { .. })
            | (Command::ReportLost { .. }, Status::Lost)
            | (Command::ReportFound, Status::Assigned) => Decision::nothing(),
            (_, Status::Cancelled { .. }) => return Err(card.refused(CardId(context.id))),
            (Command::ReportLost { note }, _) => {
                Decision::event(CardReportedLost { note: note.clone() })
            }
            (Command::ReportFound, _) => Decision::event(CardFound {}),
            (Command::Cancel { reason }, _) => card.cancel(reason, context),
            (Command::Replace { source, reason }, _) => card.replace(source, reason, context)?,
        };
        Ok(decision.occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(state: Self::State, event: &CardEvent) -> Self::State {
        let status = match event {
            CardEvent::Assigned(assigned) => {
                return Some(GivenCard {
                    assigned: assigned.clone(),
                    status: Status::Assigned,
                });
            }
            CardEvent::ReportedLost(_) => Status::Lost,
            CardEvent::Found(_) => Status::Assigned,
            CardEvent::Replaced(replaced) => Status::Replaced { by: replaced.by },
            CardEvent::Cancelled(cancelled) => Status::Cancelled {
                reason: cancelled.reason.clone(),
            },
        };
        state.map(|card| GivenCard { status, ..card })
    }
}

impl GivenCard {
    fn cancel(&self, reason: &str, context: &Context) -> Decision<CardEvent> {
        let card = CardId(context.id);
        Decision::event(CardCancelled {
            reason: reason.to_owned(),
        })
        .elsewhere::<MemberEvent>(self.assigned.member, MemberCardRemoved { card })
    }

    /// The link to the member moves to the new card, in one append with both cards.
    fn replace(
        &self,
        source: &Source,
        reason: &str,
        context: &Context,
    ) -> Result<Decision<CardEvent>, Refusal> {
        let member = self.member(context)?;
        let from = CardId(context.id);
        if card_issue::card_id(source, member.program, member.id, context) == Some(from) {
            return Err(Refusal::already_exists(
                "CARD_EXISTS",
                "a card cannot take its own place: a card is given out once",
            )
            .figure("card_id", from));
        }
        let issued = card_issue::issue(source, &member, Some(from), context)?;
        let moved = MemberCardReplaced {
            from,
            to: issued.card,
            number: issued.number().map(str::to_owned),
        };
        let replaced = Decision::event(CardReplaced {
            by: issued.card,
            reason: reason.to_owned(),
        })
        .elsewhere::<MemberEvent>(member.id, moved);
        Ok(issued.write(replaced))
    }

    /// The member, who may have another card.
    fn member(&self, context: &Context) -> Result<Membership, Refusal> {
        let state = context.read::<Member>(self.assigned.member)?;
        let member = Option::clone(&state)
            .ok_or_else(|| Refusal::internal("a card of a member that does not exist"))?;
        if member.status == MemberStatus::Frozen {
            return Err(Refusal::precondition(
                "MEMBER_FROZEN",
                "the member is frozen: unfreeze it first",
            ));
        }
        Ok(member)
    }

    fn refused(&self, id: CardId) -> Refusal {
        match &self.status {
            Status::Assigned => Refusal::internal("a card in the member's hand is not refused"),
            Status::Lost => Refusal::precondition(
                "CARD_LOST",
                "the card is reported lost: it neither earns nor spends",
            ),
            Status::Replaced { by } => Refusal::precondition(
                "CARD_REPLACED",
                format!("card {by} stands in the place of this one"),
            )
            .figure("replaced_by", by),
            Status::Cancelled { reason } => Refusal::precondition(
                "CARD_CANCELLED",
                format!("the card was cancelled: {reason}"),
            ),
        }
        .figure("card_id", id)
    }
}

/// The member for whom a card earns and spends now.
///
/// # Errors
/// `CARD_UNKNOWN`, `CARD_LOST`, `CARD_REPLACED` (replaced_by), `CARD_CANCELLED`.
pub fn usable(id: CardId, state: Option<&GivenCard>) -> Result<MemberId, Refusal> {
    match state {
        None => Err(
            Refusal::precondition("CARD_UNKNOWN", format!("there is no card {id}"))
                .figure("card_id", id),
        ),
        Some(card) if card.status == Status::Assigned => Ok(card.assigned.member),
        Some(card) => Err(card.refused(id)),
    }
}
