//! A ticket after an event.

use guanxi_events::service::{
    Author, Message, TicketEvent,
    ticket::{TicketOpened, TicketReplied, TicketResolved},
};
use jiff::Timestamp;

use super::{Conversation, Point, Resolution, Status, Work, clocks::Clocks};

impl Work {
    pub(super) fn opened(opened: &TicketOpened) -> Self {
        Self {
            number: None,
            details: opened.details.clone(),
            priority: opened.priority,
            queue: opened.queue.id,
            assignee: None,
            status: Status::New,
            opened_at: opened.at,
            changed_at: opened.at,
            conversation: Conversation::default(),
            resolutions: 0,
            resolution: None,
            merged_into: None,
            absorbed: Default::default(),
            parent: None,
            children: Default::default(),
            links: opened.follow_up_of.into_iter().collect(),
            follow_up_of: opened.follow_up_of,
            follow_up: None,
            watchers: Default::default(),
            replay: opened.replay,
            clocks: Clocks::default(),
        }
    }

    /// The same ticket after an event.
    #[must_use]
    pub fn after(mut self, event: &TicketEvent) -> Self {
        match event {
            TicketEvent::Opened(_) => {}
            TicketEvent::Changed(changed) => {
                self.at(changed.at).details = changed.details.clone();
            }
            TicketEvent::PriorityChanged(changed) => self.at(changed.at).priority = changed.to,
            TicketEvent::Assigned(assigned) => {
                self.at(assigned.at).assignee = Some(assigned.to.clone());
            }
            TicketEvent::Unassigned(unassigned) => self.at(unassigned.at).assignee = None,
            TicketEvent::Transferred(moved) => {
                self.at(moved.at).assignee = None;
                self.queue = moved.to.id;
            }
            TicketEvent::WatchersChanged(changed) => {
                self.watchers = &(&self.watchers | &changed.added) - &changed.removed;
            }
            TicketEvent::ReplayEnded(ended) => self.at(ended.at).replay = false,
            TicketEvent::Started(started) => self.at(started.at).status = Status::Open,
            TicketEvent::PendingSet(set) => {
                self.at(set.at).status = Status::Pending {
                    pending: set.pending,
                    until: set.until,
                };
            }
            TicketEvent::PendingEnded(ended) => self.at(ended.at).status = Status::Open,
            TicketEvent::Resolved(resolved) => self.resolved(resolved),
            TicketEvent::Closed(closed) => self.at(closed.at).status = Status::Closed,
            TicketEvent::Reopened(reopened) => {
                self.at(reopened.at).status = Status::Open;
                self.resolution = None;
            }
            TicketEvent::Replied(replied) => self.replied(replied),
            TicketEvent::RepliedLate(late) => {
                self.at(late.at).follow_up = Some(late.follow_up);
                self.links.insert(late.follow_up);
            }
            TicketEvent::Noted(_) => {
                self.conversation.notes = self.conversation.notes.saturating_add(1);
            }
            other => {
                self.related(other);
                self.clocks.take(other);
            }
        }
        if let Some((point, at)) = Point::of(event) {
            if matches!(point, Point::AgentSpoke { .. } | Point::Resolved) {
                self.clocks.answered();
            }
            let phase = self.phase();
            self.clocks.keep_pauses(phase, at);
        }
        self
    }

    /// What other tickets have to do with it.
    fn related(&mut self, event: &TicketEvent) {
        match event {
            TicketEvent::ParentSet(set) => self.parent = set.to,
            TicketEvent::ChildAdded(added) => {
                self.children.insert(added.child);
            }
            TicketEvent::ChildRemoved(removed) => {
                self.children.remove(&removed.child);
            }
            TicketEvent::Linked(linked) => {
                self.links.insert(linked.other);
            }
            TicketEvent::Unlinked(unlinked) => {
                self.links.remove(&unlinked.other);
            }
            TicketEvent::Merged(merged) => self.at(merged.at).merged_into = Some(merged.into),
            TicketEvent::Unmerged(unmerged) => self.at(unmerged.at).merged_into = None,
            TicketEvent::Absorbed(absorbed) => {
                self.absorbed.insert(absorbed.ticket);
            }
            TicketEvent::Separated(separated) => {
                self.absorbed.remove(&separated.ticket);
            }
            _ => {}
        }
    }

    fn resolved(&mut self, resolved: &TicketResolved) {
        self.at(resolved.at).status = Status::Resolved;
        self.resolutions = resolved.resolution;
        self.conversation.waiting_since = None;
        self.resolution = Some(Resolution {
            at: resolved.at,
            reopen_until: resolved.reopen_until,
            close_at: resolved.close_at,
        });
    }

    fn replied(&mut self, replied: &TicketReplied) {
        let TicketReplied { at, message, .. } = replied;
        self.at(*at).conversation.said(message, *at);
    }

    /// Nothing that follows is dated before it.
    fn at(&mut self, at: Timestamp) -> &mut Self {
        self.changed_at = self.changed_at.max(at);
        self
    }
}

impl Conversation {
    fn said(&mut self, message: &Message, at: Timestamp) {
        match message.author {
            Author::Agent(_) => {
                self.agent_replies = self.agent_replies.saturating_add(1);
                self.first_response_at.get_or_insert(at);
                self.agent_spoke_at = Some(at);
                self.waiting_since = None;
            }
            Author::Customer(_) => {
                self.customer_replies = self.customer_replies.saturating_add(1);
                self.customer_spoke_at = Some(at);
                self.waiting_since.get_or_insert(at);
            }
        }
    }
}
