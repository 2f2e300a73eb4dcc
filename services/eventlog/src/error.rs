//! What can go wrong with the log.

use guanxi_events::{DecodeError, Incarnation, Position, StreamKey, StreamVersion};

/// Why an append was not written. A caller that gets one of these may rely on it, except
/// [`AppendError::Unknown`].
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// A stream that was written or read has moved on: load again and decide anew.
    #[error("{stream} is at version {actual}, the decision saw {expected}")]
    Stale {
        /// The first such stream.
        stream: StreamKey,
        /// What the decision saw.
        expected: StreamVersion,
        /// What the log holds.
        actual: StreamVersion,
    },
    /// The log was restored since the decision: its streams may have other events under the versions
    /// that the decision saw. Load again and decide anew.
    #[error("decided in the log's life {decided_in}, which is over; it lives {actual}")]
    Outlived {
        /// The life in which the decision was made.
        decided_in: Incarnation,
        /// The life that the log lives now.
        actual: Incarnation,
    },
    /// Another stream holds the key.
    #[error("claim {index} is held by {holder}")]
    ClaimTaken {
        /// Which of [`Append::claims`](crate::Append::claims), from 0.
        index: usize,
        /// Who holds it.
        holder: StreamKey,
    },
    /// The command id was used for another content.
    #[error("the command id was used before for another content")]
    DifferentContent,
    /// Over 256 KiB an event, 1 000 events or 1 MiB a decision.
    #[error("{what} is {actual}, the limit is {limit}")]
    TooLarge {
        /// "an event's data in bytes", "the decision's events", "the decision's bytes".
        what: &'static str,
        /// What was asked for.
        actual: usize,
        /// What is allowed.
        limit: usize,
    },
    /// No decision may ask for this; a fault in the program, not in the data.
    #[error("malformed append: {0}")]
    Malformed(&'static str),
    /// The appender's queue is full, or the tenant has its share of it.
    #[error("the appender's queue is full")]
    Overloaded,
    /// The deadline passed before the append was sent to Postgres; it was not and will not be written.
    #[error("the deadline passed before the append was sent")]
    DeadlineExceeded,
    /// The deadline passed, or the log stayed away, while the outcome was open. A repeat with the
    /// same command id gets the truth.
    #[error("the outcome is not known yet; repeat with the same command id")]
    Unknown,
    /// The appender is stopping.
    #[error("the appender is stopping")]
    Stopping,
    /// Postgres refused or could not be reached; nothing was written.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// Why the log could not be read, or is not what it should be.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// Postgres answered with an error or the connection broke.
    #[error("postgres: {0}")]
    Postgres(#[from] tokio_postgres::Error),
    /// No connection could be had.
    #[error("postgres pool: {0}")]
    Pool(#[from] deadpool_postgres::PoolError),
    /// So many look something up for the same tenant, or Postgres is so slow, that the first of them
    /// have waited for a second; nothing was done for this one.
    #[error("what others of this tenant look up takes long already")]
    Crowded,
    /// NATS could not be reached or refused.
    #[error("nats: {0}")]
    Nats(String),
    /// A stored row is not of the form that the log writes.
    #[error("position {position}: {what}")]
    Corrupt {
        /// Where.
        position: Position,
        /// What is wrong.
        what: String,
    },
    /// Postgres refused to write, and did not.
    #[error("postgres refused with {code}")]
    Refused {
        /// The SQLSTATE.
        code: String,
        /// What Postgres says; it may quote data, so it is not told with the error.
        message: String,
    },
    /// Stored bytes could not be made or read.
    #[error("payload: {0}")]
    Codec(String),
    /// The tables could not be brought to this release's form.
    #[error("migration: {0}")]
    Migration(#[from] Box<refinery::Error>),
    /// No new connection could be made in time.
    #[error("postgres did not answer in time")]
    Timeout,
    /// The anchor file or its key could not be read or written.
    #[error("anchors: {0}")]
    Anchor(String),
    /// The log lives another life than the one that a token, checkpoint or stream names.
    #[error("the log's incarnation is {actual}, not {wanted}")]
    ForeignIncarnation {
        /// What the caller holds.
        wanted: Incarnation,
        /// What the log is.
        actual: Incarnation,
    },
    /// An event that this release cannot read.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}
