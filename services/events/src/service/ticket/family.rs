//! What tickets have to do with each other (V-01). Each side has its own event, both in one append.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::service::TicketId;

/// A ticket is a case of another one, or of none any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketParentSet {
    /// Of which it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<TicketId>,
    /// Of which it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<TicketId>,
}

/// Another ticket is a case of this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketChildAdded {
    /// Which.
    pub child: TicketId,
}

/// Another ticket is no case of this one any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketChildRemoved {
    /// Which.
    pub child: TicketId,
}

/// A ticket has to do with another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketLinked {
    /// Which.
    pub other: TicketId,
}

/// A ticket has nothing to do with another one any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketUnlinked {
    /// Which.
    pub other: TicketId,
}

/// A ticket goes on in another one, the survivor: its own clocks stand still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketMerged {
    /// When.
    pub at: Timestamp,
    /// The survivor.
    pub into: TicketId,
}

/// Another ticket goes on in this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketAbsorbed {
    /// Which.
    pub ticket: TicketId,
}

/// A merged ticket goes on by itself again, as it was before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketUnmerged {
    /// When: its clocks go on from here.
    pub at: Timestamp,
    /// The ticket that it went on in.
    pub from: TicketId,
}

/// Another ticket, which went on in this one, goes on by itself again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketSeparated {
    /// Which.
    pub ticket: TicketId,
}
