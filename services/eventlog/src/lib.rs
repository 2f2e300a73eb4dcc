//! The event log: append with group commit, read, follow, verify; and the relay that fills the
//! stream from it. Postgres is the truth, NATS JetStream the fast road.

mod append;
mod error;
mod feed;
mod relay;
pub mod stream;

pub use append::{Append, Claim, ClaimKey, NewEvent, Outcome, Receipt, StreamWrite, TimerChange};
pub use error::{AppendError, LogError};
pub use feed::{Feed, FeedOptions, Source};
pub use relay::{Relay, RelayOptions, RelayState, RelayStatus, pokes};
pub use stream::{Generation, StreamLimits};
