//! What the file's updates come to: tickets, and what is done to each, in order.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::DateTime;

/// A service desk's months.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Story {
    /// The tickets in the order in which they are first heard of.
    pub tickets: Vec<Ticket>,
    /// Who works in each queue, by its name.
    pub queues: BTreeMap<String, BTreeSet<String>>,
    /// Who calls.
    pub callers: BTreeSet<String>,
    /// How often a rule had to read the file otherwise than it stands.
    pub mapped: BTreeMap<Mapped, u64>,
}

/// A ticket and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// The file's number.
    pub number: String,
    /// Who called; empty when not known.
    pub caller: String,
    /// When it was opened.
    pub opened_at: DateTime,
    /// How it came.
    pub channel: Channel,
    /// What it is about; empty when not known.
    pub category: String,
    /// How urgent it was at first.
    pub priority: Priority,
    /// In whose queue it was at first; empty in nobody's.
    pub queue: String,
    /// What is done, never earlier than what is done before.
    pub steps: Vec<Step>,
    /// Whether the file says that its service level was kept.
    pub made_sla: bool,
    /// How it ends.
    pub last: State,
}

/// How a ticket came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    /// By phone.
    Phone,
    /// By email.
    Email,
}

/// How urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Priority {
    /// `1 - Critical`
    Critical,
    /// `2 - High`
    High,
    /// `3 - Moderate`
    Medium,
    /// `4 - Low`
    Low,
}

/// Where a ticket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Nobody has seen to it.
    New,
    /// Somebody works on it.
    Open,
    /// It waits for the caller.
    WaitsForCaller,
    /// It waits for somebody else.
    WaitsForOthers,
    /// It is resolved.
    Resolved,
    /// It is closed.
    Closed,
}

impl State {
    /// Whether its clocks stand still.
    pub fn waits(self) -> bool {
        matches!(self, Self::WaitsForCaller | Self::WaitsForOthers)
    }
}

/// What is done, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: DateTime,
    /// What.
    pub deed: Deed,
}

/// What is done to a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Somebody answers the caller for the first time.
    Answered,
    /// It goes to another queue.
    Transferred {
        /// Which one; empty is nobody's.
        queue: String,
        /// Who works on it there, if somebody does.
        agent: Option<String>,
    },
    /// Somebody works on it from now on.
    Assigned(String),
    /// Nobody works on it any more.
    Unassigned,
    /// It is more or less urgent.
    Prioritised(Priority),
    /// It waits; the state says for whom.
    Waits(State),
    /// It waits no longer.
    Resumed,
    /// It is resolved.
    Resolved,
    /// It is closed.
    Closed,
    /// It was not resolved after all.
    Reopened,
}

/// Where a rule reads the file otherwise than it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mapped {
    /// Closed without being resolved: it is resolved at the same moment.
    ClosedUnresolved,
    /// New or waiting after it was resolved or closed: it is reopened at the same moment.
    WentOnUnopened,
    /// Changed hands, queue or priority while it was resolved or closed: it stays as it is.
    ChangedAfterResolution,
    /// A state that is none (`-100`): the update is passed over.
    StateUnknown,
    /// Updated before it was opened: it was opened by then.
    OpenedLate,
    /// Given to somebody while it was new: it is given when somebody sees to it.
    GivenWhileNew,
}

impl Mapped {
    /// What it is, for people.
    pub fn says(self) -> &'static str {
        match self {
            Self::ClosedUnresolved => "closed without being resolved: resolved at that moment",
            Self::WentOnUnopened => "new or waiting after its resolution: reopened at that moment",
            Self::ChangedAfterResolution => {
                "queue, person or priority changed after resolution: left out"
            }
            Self::StateUnknown => "a state that is none: passed over",
            Self::OpenedLate => "updated before it was opened: opened by then",
            Self::GivenWhileNew => "given to somebody while new: given when it is seen to",
        }
    }
}

/// How many, by the story alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tickets.
    pub tickets: u64,
    /// Of them closed at the end.
    pub closed: u64,
    /// Of them new at the end.
    pub new: u64,
    /// Of them reopened, once or oftener.
    pub reopened: u64,
    /// Resolutions, repeated ones too.
    pub resolutions: u64,
    /// The file says that their service level was kept.
    pub made_sla: u64,
}

impl Story {
    /// Counts the tickets.
    pub fn counts(&self) -> Counts {
        let count = |holds: fn(&Ticket) -> bool| {
            self.tickets.iter().filter(|ticket| holds(ticket)).count() as u64
        };
        let steps = self.tickets.iter().flat_map(|ticket| &ticket.steps);
        Counts {
            tickets: self.tickets.len() as u64,
            closed: count(|ticket| ticket.last == State::Closed),
            new: count(|ticket| ticket.last == State::New),
            reopened: count(|ticket| ticket.steps.iter().any(|s| s.deed == Deed::Reopened)),
            resolutions: steps.filter(|step| step.deed == Deed::Resolved).count() as u64,
            made_sla: count(|ticket| ticket.made_sla),
        }
    }
}
