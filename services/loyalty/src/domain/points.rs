//! A member's points (积分): reward points in lots, tier points as one balance (L-10 to L-17, L-19).
//! The account's id is the member's.
//!
//! Purchases and redemptions are aggregates of their own that write to the account in the same append
//! ([`book::Book`] is how); what is asked of the account itself are adjustments, transfers and points
//! that others state.

use guanxi_decider::{Context, Decider, Decision, Reads, Refusal};
use guanxi_events::loyalty::{
    MemberId,
    points::{AdjustmentNo, PointsEvent},
};
use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{member::Member, points_batch::PointsBatch, standing::and_program_of};

pub mod book;
mod decide;
mod evolve;
pub mod ledger;
#[cfg(test)]
mod properties;
pub mod reversing;
pub mod stated;
#[cfg(test)]
mod tests;

pub use ledger::Ledger;

/// The decider of a points account.
#[derive(Debug)]
pub struct PointsAccount;

/// What can be asked of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Give or take points, which above the program's limit waits for somebody's approval.
    Adjust {
        /// Reward points; below 0 to take some.
        points: Decimal,
        /// Tier points; below 0 to take some.
        tier_points: Decimal,
        /// Why.
        reason: String,
    },
    /// Approve an adjustment.
    Approve(AdjustmentNo),
    /// Do not.
    Reject {
        /// Which.
        adjustment: AdjustmentNo,
        /// Why.
        reason: String,
    },
    /// Give points to another member.
    Transfer {
        /// To whom.
        to: MemberId,
        /// How many; above 0.
        points: Decimal,
        /// Why.
        reason: Option<String>,
    },
    /// Points that another system, or an activity, states.
    Accrue {
        /// Reward points; 0 or more.
        points: Decimal,
        /// Tier points; 0 or more.
        tier_points: Decimal,
        /// What the other calls it: each is booked once.
        reference: String,
    },
}

impl Decider for PointsAccount {
    type State = Ledger;
    type Command = Command;
    type Event = PointsEvent;

    const SNAPSHOT: u16 = 1;

    fn reads(_state: &Ledger, command: &Command) -> Reads {
        let reads = Reads::none().and_namesake::<Member>();
        match command {
            Command::Transfer { to, .. } => reads.and::<Member>(*to).and::<Self>(*to),
            _ => reads,
        }
    }

    fn reads_further(_state: &Ledger, command: &Command, context: &Context) -> Reads {
        let member = MemberId(context.id);
        let reads = and_program_of(Reads::none(), member, context);
        match command {
            Command::Accrue { reference, .. } => {
                reads.and::<PointsBatch>(stated::booking(member, reference))
            }
            _ => reads,
        }
    }

    fn decide(
        ledger: &Ledger,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<PointsEvent>, Refusal> {
        let decision = decide::decide(ledger, command, context)?;
        Ok(decision.occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(ledger: Ledger, event: &PointsEvent) -> Ledger {
        ledger.after(event)
    }

    /// Points become active and expire by themselves; but not while more history is to come.
    fn due(ledger: &Ledger) -> Option<Timestamp> {
        let next = ledger.next_change()?;
        Some(ledger.held_until.map_or(next, |held| held.max(next)))
    }

    fn fire(ledger: &Ledger, due: Timestamp) -> Vec<PointsEvent> {
        book::Book::open(ledger, due).into_events()
    }
}
