//! What can happen to a ticket (服务工单, V-01 to V-04).
//!
//! Every event that starts, pauses or stops something says in its data when that was (`at`): what
//! follows depends on it. `at` never goes back within a ticket.

mod conversation;
mod escalation;
mod family;
mod sla;
mod state;
mod work;

pub use conversation::{
    Attachment, Author, Message, TicketNoted, TicketReplied, TicketRepliedLate,
};
pub use escalation::{
    SlaRung, SlaTold, TicketSlaBreachWithdrawn, TicketSlaBreached, TicketSlaEscalated,
    TicketSlaWarned,
};
pub use family::{
    TicketAbsorbed, TicketChildAdded, TicketChildRemoved, TicketLinked, TicketMerged,
    TicketParentSet, TicketSeparated, TicketUnlinked, TicketUnmerged,
};
pub use sla::{
    SlaDue, SlaForeseen, SlaLeg, SlaLegEnded, SlaScore, SlaTerms, SlaWarningDue, TicketSlaApplied,
    TicketSlaPaused, TicketSlaResumed, TicketSlaStarted, TicketSlaStopped,
};
pub use state::{
    Closed, PendingEnded, PendingFor, RatingAsked, Reopened, TicketClosed, TicketPendingEnded,
    TicketPendingSet, TicketReopened, TicketResolved, TicketStarted,
};
pub use work::{
    Given, TicketAssigned, TicketChanged, TicketDetails, TicketOpened, TicketPriorityChanged,
    TicketReplayEnded, TicketTransferred, TicketUnassigned, TicketWatchersChanged,
};

use crate::domain_events;

domain_events! {
    /// What can happen to a ticket.
    TicketEvent in Service, "ticket" {
        /// It was opened.
        Opened(TicketOpened) = "service.ticket_opened" / 1,
        /// What is told about it was changed.
        Changed(TicketChanged) = "service.ticket_changed" / 1,
        /// It is more or less urgent.
        PriorityChanged(TicketPriorityChanged) = "service.ticket_priority_changed" / 1,
        /// It was given to somebody.
        Assigned(TicketAssigned) = "service.ticket_assigned" / 1,
        /// It is back in its queue's pool.
        Unassigned(TicketUnassigned) = "service.ticket_unassigned" / 1,
        /// It came to another queue.
        Transferred(TicketTransferred) = "service.ticket_transferred" / 1,
        /// Who watches it changed.
        WatchersChanged(TicketWatchersChanged) = "service.ticket_watchers_changed" / 1,
        /// Its history from elsewhere is complete.
        ReplayEnded(TicketReplayEnded) = "service.ticket_replay_ended" / 1,
        /// Work on it began.
        Started(TicketStarted) = "service.ticket_started" / 1,
        /// It waits for somebody or something.
        PendingSet(TicketPendingSet) = "service.ticket_pending_set" / 1,
        /// It does not wait any more.
        PendingEnded(TicketPendingEnded) = "service.ticket_pending_ended" / 1,
        /// It was resolved.
        Resolved(TicketResolved) = "service.ticket_resolved" / 1,
        /// It was closed.
        Closed(TicketClosed) = "service.ticket_closed" / 1,
        /// It is worked on again.
        Reopened(TicketReopened) = "service.ticket_reopened" / 1,
        /// Somebody said something to the other side.
        Replied(TicketReplied) = "service.ticket_replied" / 1,
        /// A customer said something when it could not be reopened any more.
        RepliedLate(TicketRepliedLate) = "service.ticket_replied_late" / 1,
        /// Somebody noted something that customers do not see.
        Noted(TicketNoted) = "service.ticket_noted" / 1,
        /// It is a case of another one.
        ParentSet(TicketParentSet) = "service.ticket_parent_set" / 1,
        /// Another one is a case of it.
        ChildAdded(TicketChildAdded) = "service.ticket_child_added" / 1,
        /// Another one is no case of it any more.
        ChildRemoved(TicketChildRemoved) = "service.ticket_child_removed" / 1,
        /// It has to do with another one.
        Linked(TicketLinked) = "service.ticket_linked" / 1,
        /// It has not.
        Unlinked(TicketUnlinked) = "service.ticket_unlinked" / 1,
        /// It goes on in another one.
        Merged(TicketMerged) = "service.ticket_merged" / 1,
        /// Another one goes on in it.
        Absorbed(TicketAbsorbed) = "service.ticket_absorbed" / 1,
        /// It goes on by itself again.
        Unmerged(TicketUnmerged) = "service.ticket_unmerged" / 1,
        /// Another one goes on by itself again.
        Separated(TicketSeparated) = "service.ticket_separated" / 1,
        /// Other terms hold for its clocks.
        SlaApplied(TicketSlaApplied) = "service.ticket_sla_applied" / 1,
        /// The clock of the next response started.
        SlaStarted(TicketSlaStarted) = "service.ticket_sla_started" / 1,
        /// Its clocks stand still.
        SlaPaused(TicketSlaPaused) = "service.ticket_sla_paused" / 1,
        /// Its clocks go on.
        SlaResumed(TicketSlaResumed) = "service.ticket_sla_resumed" / 1,
        /// Some of its clocks stopped, with their scores.
        SlaStopped(TicketSlaStopped) = "service.ticket_sla_stopped" / 1,
        /// A target will be missed soon.
        SlaWarned(TicketSlaWarned) = "service.ticket_sla_warned" / 1,
        /// A target was missed.
        SlaBreached(TicketSlaBreached) = "service.ticket_sla_breached" / 1,
        /// A target that was missed is still not done.
        SlaEscalated(TicketSlaEscalated) = "service.ticket_sla_escalated" / 1,
        /// A target was not missed after all.
        SlaBreachWithdrawn(TicketSlaBreachWithdrawn) = "service.ticket_sla_breach_withdrawn" / 1,
    }
}
