//! What one command asks the log to write, and the log's answer.

use guanxi_events::{
    CommandId, EventId, EventType, Incarnation, Meta, Position, StreamKey, StreamVersion, TenantId,
};
use jiff::Timestamp;
use tokio::time::Instant;

/// Everything that one command writes: all of it or nothing, in one transaction.
#[derive(Debug, Clone)]
pub struct Append {
    /// Whose command it is.
    pub tenant: TenantId,
    /// Its id; a second append with it gets the first receipt.
    pub command_id: CommandId,
    /// Keyed hash of the command's content; the same id with another hash is refused.
    pub content_hash: [u8; 32],
    /// Stored beside the command id and returned to a repeat. Ids only.
    pub result: Vec<u8>,
    /// The events, by stream. May be empty: then only the command id is recorded (a "nothing to
    /// do" is an answer that must not change when the command is repeated).
    pub writes: Vec<StreamWrite>,
    /// Streams that the decision read but does not write, with the versions it saw.
    pub reads: Vec<(StreamKey, StreamVersion)>,
    /// Keys to claim.
    pub claims: Vec<Claim>,
    /// Keys to release (no-op when the owner does not hold them).
    pub releases: Vec<Claim>,
    /// When the caller stops waiting; an expired append that was not yet sent is never written.
    pub deadline: Option<Instant>,
}

/// New events of one stream.
#[derive(Debug, Clone)]
pub struct StreamWrite {
    /// The stream.
    pub stream: StreamKey,
    /// The version that the decision saw; anything else is [`AppendError::Stale`](crate::AppendError::Stale).
    pub expected: StreamVersion,
    /// In order; may be empty when only the timer changes.
    pub events: Vec<NewEvent>,
    /// What becomes of the stream's one timer.
    pub timer: TimerChange,
}

/// One event before it has a position.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Its id.
    pub id: EventId,
    /// Type and version of the data.
    pub event_type: EventType,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// JSON text in the clear; the log's codec turns it into the stored bytes.
    pub data: Vec<u8>,
    /// Who and why.
    pub meta: Meta,
    /// Series to draw a number from, for this event's envelope (`CU`, `QT-2026`). Per tenant,
    /// gapless: a number is dealt only to what is really written.
    pub numbers: Vec<String>,
}

/// A stream has at most one timer: for its next due instant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TimerChange {
    /// Leave it as it is.
    #[default]
    Keep,
    /// Replace it.
    Set(Timestamp),
    /// Remove it.
    Clear,
}

/// A key that may be held once per service and tenant: a card number, a tax id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The keyed hash of what is claimed.
    pub key: ClaimKey,
    /// The stream that holds it.
    pub owner: StreamKey,
}

/// A keyed hash (HMAC-SHA-256 per tenant) of the claimed text: the text itself is never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClaimKey(pub [u8; 32]);

/// Whether the append took effect now or had done so before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Written and durable.
    Written(Receipt),
    /// The command id was known with the same content: the first receipt. Also when the appender
    /// sent it again after a broken connection, and the first call turns out to have landed.
    Repeated(Receipt),
}

/// The proof of an append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The log's life in which `position` means something.
    pub incarnation: Incarnation,
    /// The position of the last event written; of the head when none was.
    pub position: Position,
    /// The time under which the log recorded it.
    pub recorded_at: Timestamp,
    /// [`Append::result`] of the first time.
    pub result: Vec<u8>,
    /// Numbers dealt, in the order in which the events asked for them: (series, number).
    pub numbers: Vec<(String, i64)>,
}

impl Outcome {
    /// The receipt, of now or of the first time.
    pub fn into_receipt(self) -> Receipt {
        match self {
            Self::Written(receipt) | Self::Repeated(receipt) => receipt,
        }
    }
}

#[cfg(test)]
impl Append {
    /// A tenant's command that neither writes nor reads.
    pub(crate) fn of_nothing(tenant: TenantId) -> Self {
        Self {
            tenant,
            command_id: CommandId::new(),
            content_hash: [0; 32],
            result: Vec::new(),
            writes: Vec::new(),
            reads: Vec::new(),
            claims: Vec::new(),
            releases: Vec::new(),
            deadline: None,
        }
    }
}
