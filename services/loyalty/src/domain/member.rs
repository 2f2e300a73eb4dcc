//! Members (会员): enrolled in a program, new, active, frozen or closed, with their cards and their
//! tier (L-03, L-04, L-05).
//!
//! What each status allows (`yes`: accepted; `nothing`: accepted, changes nothing; a code: refused):
//!
#![doc = include_str!("member/transitions.md")]
//!
//! One customer has one membership in a program, and a telephone number or an email address finds one
//! member of it. A closed membership lets go of all three; its cards are cancelled with it.

use std::collections::BTreeMap;

use guanxi_decider::{Context, Decider, Decision, Numbered, Reads, Refusal};
use guanxi_events::{
    customers::CustomerId,
    document_number,
    loyalty::{
        CardId, ContactKeys, MemberEnrolled, MemberEvent, MemberId, MemberStatus, ProgramId,
        TierKey, TierReview,
    },
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::domain::{
    card::Card,
    card_issue::{self, Source},
    customer_copy::CustomerCopy,
    holder::Holder,
    tier_ladder::TierLadder,
};

mod cards;
mod decide;
mod enrol;
pub mod keys;
#[cfg(test)]
mod tests;
pub mod tiers;
mod totals;

pub use enrol::Enrolment;
pub use totals::Totals;

/// The decider of a member.
#[derive(Debug)]
pub struct Member;

/// A member that exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// Its id.
    pub id: MemberId,
    /// Its number as people read it, `MB-000123`; absent until the log dealt it.
    pub number: Option<String>,
    /// The program.
    pub program: ProgramId,
    /// Who it is, where that is known.
    pub customer: Option<CustomerId>,
    /// How it stands.
    pub status: MemberStatus,
    /// What it was before it was frozen.
    held_from: MemberStatus,
    /// Since when.
    pub enrolled_on: Date,
    /// The home shop.
    pub shop: Option<String>,
    /// Who brought it in.
    pub referrer: Option<MemberId>,
    /// By what it can be found.
    pub keys: ContactKeys,
    /// Its cards that are not replaced or cancelled, with their numbers; the number is absent where
    /// it is the telephone number.
    pub cards: BTreeMap<CardId, Option<String>>,
    /// Its tier.
    pub tier: Option<TierKey>,
    /// Since which day.
    pub tier_since: Option<Date>,
    /// When the tier is looked at again.
    pub review: Option<TierReview>,
    /// How often it was looked at or changed.
    pub tier_steps: u64,
    /// What counts towards it.
    pub totals: Totals,
}

/// What can be asked of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Enrol it.
    Enrol(Enrolment),
    /// It is in good standing from now on.
    Activate,
    /// Hold it.
    Freeze {
        /// Why.
        reason: String,
    },
    /// Hold it no longer.
    Unfreeze {
        /// Why.
        reason: String,
    },
    /// It leaves.
    Close {
        /// Why.
        reason: String,
    },
    /// It is found by these keys from now on, and by no others.
    ChangeKeys(ContactKeys),
    /// Give it a card.
    AddCard(Source),
    /// Its tier is this one, by hand.
    SetTier {
        /// Which; none when absent.
        tier: Option<TierKey>,
        /// Why.
        reason: String,
    },
    /// Look at its tier: what is due happens, and what the ladder says now.
    ReviewTier,
    /// The review was asked for.
    ReviewAsked,
}

impl Member {
    /// The series of members' numbers.
    pub const SERIES: &'static str = "MB";
    /// A member has at most this many cards at once.
    pub const MOST_CARDS: usize = 20;
}

impl Decider for Member {
    type State = Option<Membership>;
    type Command = Command;
    type Event = MemberEvent;

    const SNAPSHOT: u16 = 1;

    fn reads(state: &Self::State, command: &Command) -> Reads {
        let none = Reads::none();
        match (command, state) {
            (Command::Enrol(enrolment), _) => enrolment.reads(),
            (_, None) => none,
            (Command::AddCard(source), Some(_)) => source.reads(none),
            (Command::SetTier { .. } | Command::ReviewTier, Some(member)) => {
                none.and::<TierLadder>(member.program)
            }
            (Command::Close { .. }, Some(member)) => {
                let reads = none.and_if::<Holder>(member.customer);
                member
                    .cards
                    .keys()
                    .fold(reads, |reads, card| reads.and::<Card>(*card))
            }
            _ => none,
        }
    }

    /// The card that is to be given out follows from the batch.
    fn reads_further(state: &Self::State, command: &Command, context: &Context) -> Reads {
        let (program, source) = match (command, state) {
            (Command::Enrol(enrolment), None) => (enrolment.program, enrolment.card.as_ref()),
            (Command::AddCard(source), Some(member)) => (member.program, Some(source)),
            _ => return Reads::none(),
        };
        let member = MemberId(context.id);
        let card = source.and_then(|source| card_issue::card_id(source, program, member, context));
        Reads::none().and_if::<Card>(card)
    }

    fn decide(
        state: &Self::State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<MemberEvent>, Refusal> {
        let decision = match (command, state) {
            (Command::Enrol(enrolment), None) => enrol::enrol(enrolment, context)?,
            (Command::Enrol(_), Some(member)) => return Err(exists(member)),
            (_, None) => return Err(Refusal::not_found("member", context.id)),
            (command, Some(member)) => decide::existing(member, command, context)?,
        };
        Ok(decision.occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(state: Self::State, event: &MemberEvent) -> Self::State {
        if let MemberEvent::Enrolled(enrolled) = event {
            return Some(Membership::new(enrolled));
        }
        state.map(|member| member.after(event))
    }

    fn numbered(state: Self::State, number: Numbered<'_>) -> Self::State {
        state.map(|member| Membership {
            number: Some(document_number(number.series, number.number)),
            ..member
        })
    }

    /// A review asks the ladder as it then is, so it is work that waits until its day.
    fn waiting(state: &Self::State) -> Option<Timestamp> {
        let member = state.as_ref().filter(|member| member.stays())?;
        Some(member.review?.at)
    }
}

impl Membership {
    pub(super) fn new(enrolled: &MemberEnrolled) -> Self {
        Self {
            id: enrolled.member,
            number: None,
            program: enrolled.program,
            customer: enrolled.customer,
            status: enrolled.status,
            held_from: enrolled.status,
            enrolled_on: enrolled.on,
            shop: enrolled.shop.clone(),
            referrer: enrolled.referrer,
            keys: enrolled.keys.clone(),
            cards: BTreeMap::new(),
            tier: None,
            tier_since: None,
            review: None,
            tier_steps: 0,
            totals: Totals::default(),
        }
    }

    /// Whether it has not left.
    pub fn stays(&self) -> bool {
        self.status != MemberStatus::Closed
    }

    fn after(mut self, event: &MemberEvent) -> Self {
        match event {
            MemberEvent::Enrolled(_) => {}
            MemberEvent::Activated(_) => self.status = MemberStatus::Active,
            MemberEvent::Frozen(_) => {
                self.held_from = self.status;
                self.status = MemberStatus::Frozen;
            }
            MemberEvent::Unfrozen(unfrozen) => self.status = unfrozen.to,
            MemberEvent::Closed(_) => {
                self.status = MemberStatus::Closed;
                self.keys = ContactKeys::default();
                self.cards.clear();
            }
            MemberEvent::KeysChanged(changed) => self.keys.clone_from(&changed.keys),
            MemberEvent::CardAdded(added) => {
                self.cards.insert(added.card, added.number.clone());
            }
            MemberEvent::CardReplaced(replaced) => {
                self.cards.remove(&replaced.from);
                self.cards.insert(replaced.to, replaced.number.clone());
            }
            MemberEvent::CardRemoved(removed) => {
                self.cards.remove(&removed.card);
            }
            MemberEvent::Qualified(qualified) => self.totals.add(qualified.on, &qualified.sums),
            MemberEvent::TierChanged(changed) => {
                self.tier.clone_from(&changed.to);
                self.tier_since = changed.to.as_ref().map(|_| changed.on);
                self.review = changed.review;
                self.tier_steps += 1;
            }
            MemberEvent::TierConfirmed(confirmed) => {
                self.review = confirmed.review;
                self.tier_steps += 1;
            }
        }
        self
    }
}

/// The customer that a member is, who must be known here.
///
/// # Errors
/// `CUSTOMER_UNKNOWN`.
fn known_customer(id: CustomerId, context: &Context) -> Result<(), Refusal> {
    if context.read::<CustomerCopy>(id)?.is_some() {
        return Ok(());
    }
    Err(Refusal::precondition(
        "CUSTOMER_UNKNOWN",
        format!("there is no customer {id}, or this service has not heard of it yet"),
    )
    .figure("customer_id", id))
}

fn exists(member: &Membership) -> Refusal {
    let number = member.number.as_deref().unwrap_or_default();
    Refusal::already_exists(
        "MEMBER_EXISTS",
        format!("member {} is there already, {number}", member.id),
    )
    .figure("member_id", member.id)
}
