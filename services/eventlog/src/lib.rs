//! The event log: append with group commit, read, follow, verify; and the relay that fills the
//! stream from it. Postgres is the truth, NATS JetStream the fast road.

mod append;
mod error;

pub use append::{Append, Claim, ClaimKey, NewEvent, Outcome, Receipt, StreamWrite, TimerChange};
pub use error::{AppendError, LogError};
