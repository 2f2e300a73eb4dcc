//! What can happen to a queue of tickets (V-03).

use serde::{Deserialize, Serialize};

use super::TicketId;
use crate::{PersonId, domain_events};

/// How a queue gives its tickets to its members.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// Somebody gives them by hand.
    #[default]
    ByHand,
    /// In turn, by the members' order.
    RoundRobin,
    /// To who has the fewest, in turn among equals.
    LeastLoaded,
}

/// How a customer is asked about a resolution (V-11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingRules {
    /// A score of 1 to 5; this and below is a low one.
    pub low_score: u8,
    /// How many days the customer has to answer.
    pub answer_days: u16,
}

/// The rules of a queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueSettings {
    /// Its name.
    pub name: String,
    /// How tickets are given.
    pub strategy: Strategy,
    /// For how many days after its resolution a ticket can be reopened.
    pub reopen_days: u16,
    /// After how many days a resolved ticket closes by itself; absent: it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_days: Option<u16>,
    /// Whether and how customers are asked for a rating.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<RatingRules>,
    /// Who is told when a ticket needs more than its agent: lead first, then manager.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalation: Vec<PersonId>,
}

/// One who works in a queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueMember {
    /// Who.
    pub person: PersonId,
    /// How many tickets of the queue the person is given at once; absent: any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u16>,
    /// Whether the person is given any now.
    pub available: bool,
}

/// A queue was opened: version 1 of its settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueOpened {
    /// Its rules.
    pub settings: QueueSettings,
    /// Who works in it, in the order in which tickets are given; each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<QueueMember>,
}

/// A queue got other rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueChanged {
    /// 2 for the first change, one more with each.
    pub version: u32,
    /// Its rules from now on, whole.
    pub settings: QueueSettings,
}

/// Somebody works in a queue from now on, or with another capacity or availability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueMemberSet {
    /// The member as it is from now on. A new one is the last in turn.
    pub member: QueueMember,
}

/// Somebody does not work in a queue any more; what the person has stays with the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueMemberLeft {
    /// Who.
    pub person: PersonId,
}

/// A ticket of a queue came to be somebody's work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueTicketTaken {
    /// Which ticket.
    pub ticket: TicketId,
    /// Whose work.
    pub person: PersonId,
    /// Whether the queue gave it: then the next turn is the next member's.
    pub given: bool,
}

/// A ticket of a queue is nobody's work any more, or another's: it was resolved, merged, moved,
/// given to somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueTicketLeft {
    /// Which ticket.
    pub ticket: TicketId,
    /// Whose work it was.
    pub person: PersonId,
}

domain_events! {
    /// What can happen to a queue.
    QueueEvent in Service, "queue" {
        /// It was opened.
        Opened(QueueOpened) = "service.queue_opened" / 1,
        /// It got other rules.
        Changed(QueueChanged) = "service.queue_changed" / 1,
        /// Somebody works in it, or otherwise than before.
        MemberSet(QueueMemberSet) = "service.queue_member_set" / 1,
        /// Somebody does not work in it any more.
        MemberLeft(QueueMemberLeft) = "service.queue_member_left" / 1,
        /// A ticket came to be somebody's work.
        TicketTaken(QueueTicketTaken) = "service.queue_ticket_taken" / 1,
        /// A ticket is not that person's work any more.
        TicketLeft(QueueTicketLeft) = "service.queue_ticket_left" / 1,
    }
}
