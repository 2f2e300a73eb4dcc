//! What several events of the service service speak of.

use serde::{Deserialize, Serialize};

use super::QueueId;

/// What a ticket is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketKind {
    /// Somebody wants to know something.
    Question,
    /// Somebody wants something done.
    Request,
    /// A complaint (投诉).
    Complaint,
    /// Goods are to go back (退货).
    Return,
    /// Something is broken (维修).
    Repair,
}

/// By which way a ticket or a message came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A call.
    Phone,
    /// A mail.
    Email,
    /// A form or portal.
    Web,
    /// A live chat.
    Chat,
    /// WeChat (微信).
    Wechat,
    /// Face to face.
    InPerson,
    /// Another program.
    Api,
    /// Something else.
    Other,
}

/// How urgent a ticket is; the most urgent is the least value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// Everything stands still.
    Critical,
    /// Much stands still.
    High,
    /// The usual.
    Medium,
    /// It can wait.
    Low,
}

impl Priority {
    /// Every priority.
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];
}

/// A queue and the version of its settings by which something was decided. Version 0 is the
/// tenant's own queue before anybody gave it settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueVersion {
    /// Which queue.
    pub id: QueueId,
    /// Which version of its settings.
    pub version: u32,
}
