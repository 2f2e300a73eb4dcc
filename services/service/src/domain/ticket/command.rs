//! What can be asked of a ticket.

use std::collections::BTreeSet;

use guanxi_decider::Reads;
use guanxi_events::{
    PersonId,
    customers::{ContactId, CustomerId},
    sales::OrderId,
    service::{
        Attachment, Channel, MessageId, Priority, QueueId, TicketDetails, TicketId, TicketKind,
        ticket::PendingFor,
    },
};
use jiff::Timestamp;

use super::{Status, Ticket, Work};
use crate::domain::{customer_copy::CustomerCopy, queue::Queue};

/// What can be asked of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Open it.
    Open(Box<Open>),
    /// Change what is told about it.
    Change(Box<Patch>),
    /// Make it more or less urgent.
    Prioritise {
        /// How urgent.
        to: Priority,
        /// Why.
        reason: Option<String>,
    },
    /// Give it to somebody.
    Assign {
        /// To whom; the queue chooses when absent.
        to: Option<PersonId>,
    },
    /// Put it back into its queue's pool.
    Unassign {
        /// Why.
        reason: Option<String>,
    },
    /// Move it to another queue.
    Transfer {
        /// Which.
        queue: QueueId,
        /// Whose work it is there; the queue chooses when absent, or nobody.
        to: Option<PersonId>,
        /// Why.
        reason: Option<String>,
    },
    /// Let people watch it, or no more.
    Watch {
        /// Who does from now on.
        add: BTreeSet<PersonId>,
        /// Who does not any more.
        remove: BTreeSet<PersonId>,
    },
    /// Say something to the other side.
    Reply(Box<Say>),
    /// Note something that customers do not see.
    Note(Box<Say>),
    /// Let it wait.
    Wait {
        /// For what.
        pending: PendingFor,
        /// Until when at the latest.
        until: Option<Timestamp>,
        /// Why.
        reason: Option<String>,
    },
    /// Work on it again after it waited.
    Resume,
    /// It is done.
    Resolve {
        /// What was done.
        text: Option<String>,
    },
    /// It is over.
    Close,
    /// Work on it again after it was resolved.
    Reopen {
        /// Why.
        reason: Option<String>,
    },
    /// Make it a case of another one, or of none.
    SetParent {
        /// Of which.
        parent: Option<TicketId>,
    },
    /// It has to do with another one.
    Link {
        /// Which.
        other: TicketId,
    },
    /// It has not.
    Unlink {
        /// Which.
        other: TicketId,
    },
    /// Let it go on in another one.
    Merge {
        /// The survivor.
        into: TicketId,
    },
    /// Let it go on by itself again.
    Unmerge,
    /// Its history from elsewhere is complete.
    EndReplay,
}

/// What a new ticket is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// What is told about it.
    pub details: TicketDetails,
    /// How urgent it is.
    pub priority: Priority,
    /// Its queue.
    pub queue: QueueId,
    /// Whose work it is; the queue chooses when absent, or nobody.
    pub assignee: Option<PersonId>,
    /// What was said.
    pub text: Option<String>,
    /// What came with it.
    pub attachments: Vec<Attachment>,
    /// The ticket that it follows up.
    pub follow_up_of: Option<TicketId>,
    /// Whether it tells history from elsewhere again.
    pub replay: bool,
}

/// A change of what is told about a ticket; what is not said stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patch {
    /// What it is about.
    pub kind: Option<TicketKind>,
    /// How it came.
    pub channel: Option<Channel>,
    /// A line that says what it is about.
    pub subject: Option<String>,
    /// What it counts under.
    pub category: Option<Option<String>>,
    /// Whom it is for.
    pub customer: Option<Option<CustomerId>>,
    /// Which of their people.
    pub contact: Option<Option<ContactId>>,
    /// The order that it is about.
    pub order: Option<Option<OrderId>>,
}

/// Something that is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Say {
    /// Its id.
    pub message: MessageId,
    /// Who says it.
    pub speaker: Speaker,
    /// By which way; the ticket's own when absent.
    pub channel: Option<Channel>,
    /// What is said.
    pub text: String,
    /// The template that it was made from.
    pub template: Option<String>,
    /// What comes with it.
    pub attachments: Vec<Attachment>,
}

/// Who says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// Who asks.
    Agent,
    /// The customer; which of their people, where that is known.
    Customer(Option<ContactId>),
}

impl Command {
    /// Whether it changes the ticket at an instant, which is then not before the latest change.
    pub(super) fn is_dated(&self) -> bool {
        !matches!(
            self,
            Self::Reply(_)
                | Self::Note(_)
                | Self::Watch { .. }
                | Self::SetParent { .. }
                | Self::Link { .. }
                | Self::Unlink { .. }
        )
    }
}

impl Open {
    pub(super) fn reads(&self) -> Reads {
        Reads::none()
            .and::<Queue>(self.queue)
            .and_if::<CustomerCopy>(self.details.customer)
    }
}

impl Patch {
    /// The details with what is said put in.
    pub(super) fn applied_to(&self, details: &TicketDetails) -> TicketDetails {
        let old = details.clone();
        TicketDetails {
            kind: self.kind.unwrap_or(old.kind),
            channel: self.channel.unwrap_or(old.channel),
            subject: self.subject.clone().unwrap_or(old.subject),
            category: self.category.clone().unwrap_or(old.category),
            customer: self.customer.unwrap_or(old.customer),
            contact: self.contact.unwrap_or(old.contact),
            order: self.order.unwrap_or(old.order),
        }
    }
}

impl Work {
    /// What a command looks at and may write besides the ticket.
    pub(super) fn reads(&self, command: &Command) -> Reads {
        let own = || Reads::none().and::<Queue>(self.queue);
        match command {
            Command::Change(patch) => {
                Reads::none().and_if::<CustomerCopy>(patch.customer.flatten())
            }
            Command::Assign { .. }
            | Command::Unassign { .. }
            | Command::Resolve { .. }
            | Command::Reopen { .. }
            | Command::EndReplay => own(),
            Command::Transfer { queue, .. } => own().and::<Queue>(*queue),
            Command::Merge { into } => own().and::<Ticket>(*into),
            Command::Unmerge => own().and_if::<Ticket>(self.merged_into),
            // A customer may reopen it, and it is somebody's work again.
            Command::Reply(say) if say.is_the_customers() && self.is_done() => own(),
            Command::SetParent { parent } => Reads::none()
                .and_if::<Ticket>(self.parent)
                .and_if::<Ticket>(*parent),
            Command::Link { other } | Command::Unlink { other } => {
                Reads::none().and::<Ticket>(*other)
            }
            Command::Open(_)
            | Command::Prioritise { .. }
            | Command::Watch { .. }
            | Command::Reply(_)
            | Command::Note(_)
            | Command::Wait { .. }
            | Command::Resume
            | Command::Close => Reads::none(),
        }
    }

    fn is_done(&self) -> bool {
        matches!(self.status, Status::Resolved | Status::Closed)
    }
}

impl Say {
    fn is_the_customers(&self) -> bool {
        matches!(self.speaker, Speaker::Customer(_))
    }
}
