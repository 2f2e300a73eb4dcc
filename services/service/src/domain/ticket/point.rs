//! The points in a ticket's life at which a clock starts, pauses, goes on or stops (V-02, V-05): the
//! one place that says which event is which.

use guanxi_events::service::{Author, TicketEvent};
use jiff::Timestamp;

use super::{Status, Work};

/// What an event means for the clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Point {
    /// First response and resolution start.
    Opened,
    /// An agent said something to the customer: the first response, the first time, or the next
    /// one stops.
    AgentSpoke {
        /// Whether it was the first time.
        first: bool,
    },
    /// The customer said something: the next response starts, unless it runs.
    CustomerSpoke,
    /// The ticket waits, or merged into another: all clocks pause, those that paused already too.
    Paused,
    /// It waits no more, or was unmerged: they go on where [`Work::ticks`] says so, for one that was
    /// merged while it waited still waits, and one that was resolved stays so.
    Resumed,
    /// It was resolved: all clocks stop.
    Resolved,
    /// It is worked on again: resolution goes on.
    Reopened,
    /// From here on another target may hold: its urgency, its queue or what is told about it is
    /// another.
    Regraded,
}

impl Point {
    /// Which point an event is, and when it was.
    pub fn of(event: &TicketEvent) -> Option<(Self, Timestamp)> {
        Some(match event {
            TicketEvent::Opened(opened) => (Self::Opened, opened.at),
            TicketEvent::Replied(replied) => match replied.message.author {
                Author::Agent(_) => {
                    let first = replied.first_response;
                    (Self::AgentSpoke { first }, replied.at)
                }
                Author::Customer(_) => (Self::CustomerSpoke, replied.at),
            },
            TicketEvent::PendingSet(set) => (Self::Paused, set.at),
            TicketEvent::Merged(merged) => (Self::Paused, merged.at),
            TicketEvent::PendingEnded(ended) => (Self::Resumed, ended.at),
            TicketEvent::Unmerged(unmerged) => (Self::Resumed, unmerged.at),
            TicketEvent::Resolved(resolved) => (Self::Resolved, resolved.at),
            TicketEvent::Reopened(reopened) => (Self::Reopened, reopened.at),
            TicketEvent::Changed(changed) => (Self::Regraded, changed.at),
            TicketEvent::PriorityChanged(changed) => (Self::Regraded, changed.at),
            TicketEvent::Transferred(transferred) => (Self::Regraded, transferred.at),
            TicketEvent::Assigned(_)
            | TicketEvent::Unassigned(_)
            | TicketEvent::WatchersChanged(_)
            | TicketEvent::ReplayEnded(_)
            | TicketEvent::Started(_)
            | TicketEvent::Closed(_)
            | TicketEvent::RepliedLate(_)
            | TicketEvent::Noted(_)
            | TicketEvent::ParentSet(_)
            | TicketEvent::ChildAdded(_)
            | TicketEvent::ChildRemoved(_)
            | TicketEvent::Linked(_)
            | TicketEvent::Unlinked(_)
            | TicketEvent::Absorbed(_)
            | TicketEvent::Separated(_)
            | TicketEvent::SlaApplied(_)
            | TicketEvent::SlaStarted(_)
            | TicketEvent::SlaPaused(_)
            | TicketEvent::SlaResumed(_)
            | TicketEvent::SlaStopped(_)
            | TicketEvent::SlaWarned(_)
            | TicketEvent::SlaBreached(_)
            | TicketEvent::SlaEscalated(_)
            | TicketEvent::SlaBreachWithdrawn(_) => return None,
        })
    }
}

impl Work {
    /// Whether its clocks run: it is worked on, waits for nothing and goes on by itself.
    pub fn ticks(&self) -> bool {
        matches!(self.status, Status::New | Status::Open) && self.merged_into.is_none()
    }
}
