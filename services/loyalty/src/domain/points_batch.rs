//! Batches of a member's history: points that were earned and spent elsewhere, each dated, booked in
//! the order of their dates, by one command.
//!
//! Why a batch and not a command for each item: the items of a member depend on each other in their
//! order, and on what expired between them; and a load of years is thousands of items a second. An
//! item that a rule refuses (it would overdraw) is named with its figures, and the rest stands; the
//! answer is an event, so that a repeated command gets the same one. What was booked is final: a
//! refused item is sent again, put right, in another batch.
//!
//! While `more_follows`, nothing happens to the account by itself, for at most a day: points that the
//! next batch spends in the year in which they were good must not have expired in between.
//!
//! Today's status and spending rules do not bind history, and a redemption of history has no stream
//! of its own, so it cannot be refunded: it is put right by an adjustment.

use guanxi_decider::{Context, Decider, Decision, Reads, Refusal};
use guanxi_events::loyalty::{
    MemberEvent, MemberId, PointsBatchBooked, PointsBatchEvent, PointsBatchId, RedemptionId,
    RefusedItem, points::HistoryHeld,
};
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    member::Member,
    points::{
        PointsAccount,
        book::Book,
        stated::{Stated, accrue},
    },
    standing::{self, Standing, and_elsewhere, and_program_of},
};

#[cfg(test)]
mod tests;

/// A batch has at most this many items.
pub const MOST_ITEMS: usize = 200;
/// A decision has room for so many events, and a rest for what the runtime adds.
const MOST_EVENTS: usize = 900;
/// Nothing happens by itself for so long when more history follows.
const HOLD: SignedDuration = SignedDuration::from_hours(24);

/// The decider of a batch.
#[derive(Debug)]
pub struct PointsBatch;

/// What can be asked of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Book it.
    Book {
        /// Whose history.
        member: MemberId,
        /// Where it comes from.
        source: String,
        /// What happened.
        items: Vec<Item>,
        /// Whether another batch of this member's history follows.
        more_follows: bool,
    },
}

/// Something that happened to a member's points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// When.
    pub at: Timestamp,
    /// What the source calls it.
    pub reference: String,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// Points were earned.
    Earned {
        /// Reward points; 0 or more.
        points: Decimal,
        /// Tier points; 0 or more.
        tier_points: Decimal,
    },
    /// Points were spent; above 0.
    Spent(Decimal),
}

impl Decider for PointsBatch {
    type State = Option<PointsBatchBooked>;
    type Command = Command;
    type Event = PointsBatchEvent;

    const SNAPSHOT: u16 = 1;

    fn reads(_state: &Self::State, command: &Command) -> Reads {
        let Command::Book { member, .. } = command;
        Reads::none()
            .and::<Member>(*member)
            .and::<PointsAccount>(*member)
    }

    fn reads_further(_state: &Self::State, command: &Command, context: &Context) -> Reads {
        let Command::Book { member, .. } = command;
        and_program_of(Reads::none(), *member, context)
    }

    fn decide(
        state: &Self::State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<PointsBatchEvent>, Refusal> {
        if state.is_some() {
            return Err(Refusal::already_exists(
                "BATCH_BOOKED",
                format!("batch {} is booked already", context.id),
            ));
        }
        let Command::Book {
            member,
            source,
            items,
            more_follows,
        } = command;
        standing::member(*member, context)?;
        let mut order: Vec<(Timestamp, u32, &Item)> = Vec::with_capacity(items.len());
        for (index, item) in (0..).zip(items) {
            order.push((context.occurred(Some(item.at))?, index, item));
        }
        order.sort_by_key(|(at, index, _)| (*at, *index));
        let mut run = Run::begin(*member, order.first().map(|(at, ..)| *at), context)?;
        for (at, index, item) in order {
            run.book(at, index, item, context);
        }
        run.end(source, *more_follows, context)
    }

    fn evolve(_state: Self::State, event: &PointsBatchEvent) -> Self::State {
        let PointsBatchEvent::Booked(booked) = event;
        Some(booked.clone())
    }
}

/// A batch in the course of being booked.
struct Run {
    standing: Standing,
    book: Book,
    member: Vec<MemberEvent>,
    booked: u32,
    refused: Vec<RefusedItem>,
}

impl Run {
    fn begin(id: MemberId, first: Option<Timestamp>, context: &Context) -> Result<Self, Refusal> {
        let standing = Standing::of(id, context)?;
        let ledger = context.read::<PointsAccount>(id)?;
        Ok(Self {
            standing,
            book: Book::open(&ledger, first.unwrap_or(context.now)),
            member: Vec::new(),
            booked: 0,
            refused: Vec::new(),
        })
    }

    fn book(&mut self, at: Timestamp, index: u32, item: &Item, context: &Context) {
        self.book.until(at);
        match self.try_to(at, index, item, context) {
            Ok(()) => self.booked += 1,
            Err(refusal) => self.refused.push(RefusedItem {
                index,
                code: refusal.code.to_owned(),
                reason: refusal.message,
                points: match item.what {
                    What::Earned { points, .. } | What::Spent(points) => points,
                },
                active: self.book.ledger().active().normalize(),
                at,
            }),
        }
    }

    fn try_to(
        &mut self,
        at: Timestamp,
        index: u32,
        item: &Item,
        context: &Context,
    ) -> Result<(), Refusal> {
        let program = &self.standing.program;
        match item.what {
            What::Earned {
                points,
                tier_points,
            } => {
                let stated = Stated {
                    points: program.exact(points)?,
                    tier_points: program.exact(tier_points)?,
                    reference: item.reference.clone(),
                };
                let events = accrue(&mut self.book, &mut self.standing, stated, at, context);
                self.member.extend(events);
            }
            What::Spent(points) => {
                let points = program.exact(points)?;
                let redemption = Uuid::new_v5(&context.id, &index.to_be_bytes());
                let reference = Some(item.reference.clone());
                self.book
                    .spend(at, RedemptionId(redemption), points, reference)?;
            }
        }
        Ok(())
    }

    fn end(
        mut self,
        source: &str,
        more_follows: bool,
        context: &Context,
    ) -> Result<Decision<PointsBatchEvent>, Refusal> {
        let batch = PointsBatchId(context.id);
        if more_follows {
            let until = context.now.saturating_add(HOLD).ok();
            self.book.hold(HistoryHeld { batch, until });
        } else {
            if self.book.ledger().held_until.is_some() {
                self.book.hold(HistoryHeld { batch, until: None });
            }
            self.book.until(context.now);
        }
        let id = self.standing.id;
        let events = self.book.into_events();
        let size = events.len() + self.member.len();
        if size > MOST_EVENTS {
            return Err(Refusal::precondition(
                "BATCH_TOO_LARGE",
                format!("{size} events would follow, {MOST_EVENTS} are allowed: send fewer items"),
            )
            .figure("events", size)
            .figure("limit", MOST_EVENTS));
        }
        let booked = Decision::event(PointsBatchBooked {
            member: id,
            source: source.to_owned(),
            booked: self.booked,
            refused: self.refused,
        });
        let decision = and_elsewhere(booked, id, events);
        Ok(and_elsewhere(decision, id, self.member))
    }
}
