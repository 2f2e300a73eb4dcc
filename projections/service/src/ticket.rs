//! The fold of one ticket: how it stands, and what it leaves behind.
//!
//! The times of a ticket's changes never go back (V-01), so its past is only added to: a span ends
//! when something that counts changes, and what a resolution or a clock came to is a row of its own.

mod conversation;
mod span;

use guanxi_events::service::{
    Priority, TicketDetails, TicketEvent,
    ticket::{PendingFor, TicketOpened, TicketResolved},
};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

pub(crate) use conversation::Conversation;
pub(crate) use span::{Facts, Span, Spans};

use crate::{
    clocks::{Clocks, Signed},
    values::State,
};

/// A ticket as it stands, with what a batch needs of its past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ticket {
    /// The stream's version up to which it is folded.
    pub(crate) version: i64,
    pub(crate) number: Option<String>,
    pub(crate) subject: String,
    pub(crate) contact: Option<Uuid>,
    pub(crate) order: Option<Uuid>,
    pub(crate) parent: Option<Uuid>,
    pub(crate) follow_up_of: Option<Uuid>,
    pub(crate) merged_into: Option<Uuid>,
    pub(crate) opened_at: Timestamp,
    pub(crate) changed_at: Timestamp,
    /// Where it stands but for a merge.
    pub(crate) status: State,
    pub(crate) state_since: Timestamp,
    pub(crate) pending: Option<(PendingFor, Option<Timestamp>)>,
    pub(crate) resolved_at: Option<Timestamp>,
    pub(crate) resolved_by: Option<String>,
    pub(crate) closed_at: Option<Timestamp>,
    pub(crate) conversation: Conversation,
    pub(crate) facts: Facts,
    pub(crate) spans: Spans,
    pub(crate) resolutions: Resolutions,
    pub(crate) clocks: Clocks,
}

/// One of a ticket's resolutions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resolution {
    pub(crate) n: i32,
    pub(crate) at: Timestamp,
    pub(crate) agent: String,
    pub(crate) queue: Uuid,
    /// From the opening on, by the clock on the wall.
    pub(crate) plain: SignedDuration,
    /// In working time less the pauses, where a clock measured it.
    pub(crate) worked: Option<SignedDuration>,
    /// When the ticket was reopened after it.
    pub(crate) reopened_at: Option<Timestamp>,
}

/// The resolutions of a ticket: how many, and those that are loaded or new.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Resolutions {
    pub(crate) count: i32,
    pub(crate) known: Vec<Resolution>,
    /// Those of the table, as they stand there.
    pub(crate) stored: Vec<Resolution>,
}

impl Ticket {
    /// A new one.
    pub(crate) fn opened(opened: &TicketOpened, number: Option<String>, version: i64) -> Self {
        Self {
            version,
            number,
            subject: opened.details.subject.clone(),
            contact: opened.details.contact.map(Uuid::from),
            order: opened.details.order.map(Uuid::from),
            parent: None,
            follow_up_of: opened.follow_up_of.map(Uuid::from),
            merged_into: None,
            opened_at: opened.at,
            changed_at: opened.at,
            status: State::New,
            state_since: opened.at,
            pending: None,
            resolved_at: None,
            resolved_by: None,
            closed_at: None,
            conversation: Conversation::default(),
            facts: Facts::opened(opened),
            spans: Spans::from(opened.at),
            resolutions: Resolutions::default(),
            clocks: Clocks::default(),
        }
    }

    /// Where it stands.
    pub(crate) fn state(&self) -> State {
        self.merged_into.map_or(self.status, |_| State::Merged)
    }

    /// Takes what happened to it.
    pub(crate) fn take(&mut self, event: &TicketEvent, version: i64) {
        self.version = version;
        let before = self.facts.clone();
        let Some(at) = self.change(event) else { return };
        self.changed_at = self.changed_at.max(at);
        self.facts.state = self.state();
        if self.facts == before {
            return;
        }
        if self.facts.state != before.state {
            self.state_since = self.changed_at;
        }
        self.spans.end(before, self.changed_at);
    }

    /// Changes it; when, if that is of account.
    fn change(&mut self, event: &TicketEvent) -> Option<Timestamp> {
        match event {
            TicketEvent::Changed(changed) => {
                self.details(&changed.details);
                Some(changed.at)
            }
            TicketEvent::PriorityChanged(changed) => {
                self.prioritised(changed.to);
                Some(changed.at)
            }
            TicketEvent::Assigned(assigned) => {
                self.facts.agent = Some(assigned.to.as_str().to_owned());
                Some(assigned.at)
            }
            TicketEvent::Unassigned(unassigned) => {
                self.facts.agent = None;
                Some(unassigned.at)
            }
            TicketEvent::Transferred(moved) => {
                self.facts.agent = None;
                self.facts.queue = moved.to.id.into();
                Some(moved.at)
            }
            TicketEvent::Started(started) => self.stands(State::Open, started.at),
            TicketEvent::PendingSet(set) => {
                self.stands(State::Pending, set.at);
                self.pending = Some((set.pending, set.until));
                Some(set.at)
            }
            TicketEvent::PendingEnded(ended) => self.stands(State::Open, ended.at),
            TicketEvent::Resolved(resolved) => self.resolved(resolved),
            TicketEvent::Closed(closed) => {
                self.closed_at = Some(closed.at);
                self.stands(State::Closed, closed.at)
            }
            TicketEvent::Reopened(reopened) => {
                self.resolutions.reopened(reopened.at);
                (self.resolved_at, self.resolved_by, self.closed_at) = (None, None, None);
                self.stands(State::Open, reopened.at)
            }
            TicketEvent::Replied(replied) => {
                self.conversation.said(replied, self.facts.queue);
                Some(replied.at)
            }
            TicketEvent::RepliedLate(late) => Some(late.at),
            TicketEvent::ReplayEnded(ended) => Some(ended.at),
            TicketEvent::Merged(merged) => {
                self.merged_into = Some(merged.into.into());
                Some(merged.at)
            }
            TicketEvent::Unmerged(unmerged) => {
                self.merged_into = None;
                Some(unmerged.at)
            }
            TicketEvent::ParentSet(set) => {
                self.parent = set.to.map(Uuid::from);
                None
            }
            other => {
                self.measured(other);
                None
            }
        }
    }

    fn stands(&mut self, status: State, at: Timestamp) -> Option<Timestamp> {
        self.status = status;
        self.pending = None;
        Some(at)
    }

    fn details(&mut self, details: &TicketDetails) {
        self.subject.clone_from(&details.subject);
        self.contact = details.contact.map(Uuid::from);
        self.order = details.order.map(Uuid::from);
        self.facts.details(details);
    }

    fn prioritised(&mut self, priority: Priority) {
        self.facts.priority = priority;
    }

    fn resolved(&mut self, resolved: &TicketResolved) -> Option<Timestamp> {
        let agent = resolved.agent.as_str().to_owned();
        self.conversation.acted_by = Some(agent.clone());
        self.resolutions.add(Resolution {
            n: i32::try_from(resolved.resolution).unwrap_or(i32::MAX),
            at: resolved.at,
            agent: agent.clone(),
            queue: resolved.queue.id.into(),
            plain: resolved.at.duration_since(self.opened_at),
            worked: None,
            reopened_at: None,
        });
        self.resolved_at = Some(resolved.at);
        self.resolved_by = Some(agent);
        self.stands(State::Resolved, resolved.at)
    }

    /// What happens to its clocks. A miss is the assignee's when it was due; what stops is of who
    /// stopped it.
    fn measured(&mut self, event: &TicketEvent) {
        let queue = self.facts.queue;
        if let TicketEvent::SlaStopped(stopped) = event {
            let signed = Signed {
                queue,
                agent: self.conversation.acted_by.clone(),
            };
            if let Some(worked) = self.clocks.stopped(stopped, &signed) {
                self.resolutions.measured(worked);
            }
        } else {
            let signed = Signed {
                queue,
                agent: self.facts.agent.clone(),
            };
            self.clocks.take(event, &signed);
        }
    }
}

impl Resolutions {
    /// What has to be written.
    pub(crate) fn changed(&self) -> impl Iterator<Item = &Resolution> {
        self.known
            .iter()
            .filter(|known| !self.stored.contains(known))
    }

    fn add(&mut self, resolution: Resolution) {
        self.count = resolution.n;
        self.known.retain(|known| known.n != resolution.n);
        self.known.push(resolution);
    }

    /// The last one.
    fn last(&mut self) -> Option<&mut Resolution> {
        let count = self.count;
        self.known.iter_mut().find(|known| known.n == count)
    }

    fn reopened(&mut self, at: Timestamp) {
        if let Some(last) = self.last() {
            last.reopened_at = Some(at);
        }
    }

    fn measured(&mut self, worked: SignedDuration) {
        if let Some(last) = self.last() {
            last.worked = Some(worked);
        }
    }
}
