//! Tickets (服务工单, V-01 to V-04).
//!
//! A ticket goes from new by open and pending to resolved and closed. What each command makes of each
//! state (the state that follows, which may be the same; `nothing`: accepted, changes nothing; `new
//! ticket`: it stays, and a new ticket follows it up; a code: refused):
//!
#![doc = include_str!("ticket/transitions.md")]
//!
//! What follows by itself: a pending ticket is open again when its time has come, and a resolved one
//! closes when its queue's days have passed. A ticket that tells history from elsewhere again (a
//! replay) lives by the dates that it is told, and nothing about it is due by today's clock until the
//! replay ends.

use std::collections::BTreeSet;

use guanxi_decider::{Context, Decider, Decision, Numbered, Reads, Refusal};
use guanxi_events::{
    PersonId, document_number,
    service::{Priority, QueueId, TicketDetails, TicketEvent, TicketId, ticket::PendingFor},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

mod clocks;
mod command;
mod conversation;
mod decide;
mod evolve;
mod family;
pub mod point;
mod states;
#[cfg(test)]
mod tests;
mod time;
mod work;

pub use clocks::{ClockState, Clocks, Standing};
pub use command::{Command, Open, Patch, Say, Speaker};
pub use family::{MAX_CASES, MAX_LINKS};
pub use point::Point;
pub use work::MAX_WATCHERS;

/// The decider of a ticket.
#[derive(Debug)]
pub struct Ticket;

/// A ticket that exists: what decisions need to know of it, never what was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Its number as people read it, `TK-000123`; absent until the log dealt it.
    pub number: Option<String>,
    /// What is told about it.
    pub details: TicketDetails,
    /// How urgent it is.
    pub priority: Priority,
    /// Its queue.
    pub queue: QueueId,
    /// Whose work it is; nobody's in the queue's pool.
    pub assignee: Option<PersonId>,
    /// How far it is; of a merged ticket, how far it was.
    pub status: Status,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When its latest change was; none that follows is dated before it.
    pub changed_at: Timestamp,
    /// What was said, in numbers and times.
    pub conversation: Conversation,
    /// How often it was resolved.
    pub resolutions: u32,
    /// The resolution that holds, of a resolved or closed ticket.
    pub resolution: Option<Resolution>,
    /// The survivor, of a merged ticket.
    pub merged_into: Option<TicketId>,
    /// The tickets that go on in it.
    pub absorbed: BTreeSet<TicketId>,
    /// Of which it is a case.
    pub parent: Option<TicketId>,
    /// Which are cases of it.
    pub children: BTreeSet<TicketId>,
    /// Which have to do with it.
    pub links: BTreeSet<TicketId>,
    /// The ticket that it follows up.
    pub follow_up_of: Option<TicketId>,
    /// The latest that follows it up.
    pub follow_up: Option<TicketId>,
    /// Who watches it.
    pub watchers: BTreeSet<PersonId>,
    /// Whether it tells history from elsewhere again.
    pub replay: bool,
    /// How long it takes.
    pub clocks: Clocks,
}

/// How far a ticket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nobody began.
    New,
    /// It is worked on.
    Open,
    /// It waits.
    Pending {
        /// For what.
        pending: PendingFor,
        /// Until when at the latest.
        until: Option<Timestamp>,
    },
    /// It is done, by our word.
    Resolved,
    /// It is over.
    Closed,
}

/// What was said on a ticket, in numbers and times.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// Public messages of ours.
    pub agent_replies: u32,
    /// Messages of the customer after the opening.
    pub customer_replies: u32,
    /// Internal notes.
    pub notes: u32,
    /// When we first said something to the customer.
    pub first_response_at: Option<Timestamp>,
    /// When we last did.
    pub agent_spoke_at: Option<Timestamp>,
    /// When the customer last said something after the opening.
    pub customer_spoke_at: Option<Timestamp>,
    /// Since when a message of the customer is unanswered.
    pub waiting_since: Option<Timestamp>,
}

/// A resolution and what follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// When it was.
    pub at: Timestamp,
    /// Until when the ticket can be reopened.
    pub reopen_until: Timestamp,
    /// When it closes by itself.
    pub close_at: Option<Timestamp>,
}

impl Ticket {
    /// The series of tickets' numbers.
    pub const SERIES: &'static str = "TK";
}

impl Decider for Ticket {
    type State = Option<Work>;
    type Command = Command;
    type Event = TicketEvent;

    const SNAPSHOT: u16 = 1;

    fn reads(state: &Self::State, command: &Command) -> Reads {
        let reads = match (command, state) {
            (Command::Open(open), None) => open.reads(),
            (_, None) => Reads::none(),
            (command, Some(work)) => work.reads(command),
        };
        clocks::reads(reads, state.as_ref(), command)
    }

    fn reads_further(state: &Self::State, command: &Command, context: &Context) -> Reads {
        clocks::reads_further(state.as_ref(), command, context)
    }

    fn decide(
        state: &Self::State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<TicketEvent>, Refusal> {
        match (command, state) {
            (Command::Open(open), None) => work::open(open, context),
            (Command::Open(_), Some(work)) => Err(work::exists(work, context)),
            (_, None) => Err(Refusal::not_found("ticket", context.id)),
            (command, Some(work)) => decide::existing(work, command, context),
        }
    }

    fn evolve(state: Self::State, event: &TicketEvent) -> Self::State {
        evolved(state, event)
    }

    fn numbered(state: Self::State, number: Numbered<'_>) -> Self::State {
        state.map(|work| Work {
            number: Some(document_number(number.series, number.number)),
            ..work
        })
    }

    fn due(state: &Self::State) -> Option<Timestamp> {
        state.as_ref().and_then(Work::due)
    }

    fn fire(state: &Self::State, due: Timestamp) -> Vec<TicketEvent> {
        state
            .as_ref()
            .map_or_else(Vec::new, |work| work.happened(due))
    }
}

/// Nothing can happen before a ticket was opened; a log that says so is folded all the same.
fn evolved(state: Option<Work>, event: &TicketEvent) -> Option<Work> {
    match event {
        TicketEvent::Opened(opened) => Some(Work::opened(opened)),
        later => state.map(|work| work.after(later)),
    }
}
