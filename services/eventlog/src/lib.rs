//! The event log: append with group commit, read, follow, verify; and the relay that fills the
//! stream from it. Postgres is the truth, NATS JetStream the fast road.

mod anchor;
mod append;
mod appender;
mod chain;
mod codec;
mod connect;
#[cfg(test)]
mod dice;
mod error;
mod feed;
mod lanes;
mod log;
mod migrate;
mod nats;
mod options;
mod places;
mod prepared;
mod queue;
mod read;
mod reader;
mod relay;
mod restore;
mod shared;
mod sql;
mod standstill;
pub mod stream;
mod streams;
mod turnstile;
mod verify;

pub use anchor::{
    Anchor, AnchorKey, AnchorPublicKey, append_anchor, keep_anchors, load_or_create_key,
    read_anchors,
};
pub use append::{Append, Claim, ClaimKey, NewEvent, Outcome, Receipt, StreamWrite, TimerChange};
pub use chain::Hash;
pub use codec::{PayloadCodec, PlainCodec};
pub use connect::{Connected, Connector, connect_plain};
pub use error::{AppendError, LogError};
pub use feed::{Feed, FeedOptions, Source};
pub use log::EventLog;
pub use migrate::migrate;
pub use nats::connect_nats;
pub use options::LogOptions;
pub use places::{Place, Places};
pub use prepared::{MAX_DECISION_BYTES, MAX_EVENT_BYTES, MAX_EVENTS};
pub use read::ReadAhead;
pub use reader::{Head, LogReader, Stored};
pub use relay::{Relay, RelayOptions, RelayState, RelayStatus, pokes};
pub use restore::restore_mark;
pub use shared::{SharedPool, Turn};
pub use standstill::Standstill;
pub use stream::{Generation, StreamLimits};
pub use streams::DueTimer;
pub use verify::{Life, Problem, Verification, verify};
