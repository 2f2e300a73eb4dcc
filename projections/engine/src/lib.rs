//! The projection engine: follow, checkpoint, rebuild, verify, parked events.
//!
//! A read model is a [`Projection`]: tables and a fold. The engine builds it from the logs, keeps it
//! up to date, and proves it. Each filling of its tables is a [`Build`] with a schema of its own, so
//! that a new one grows beside the one that queries read. Every batch is written in the same
//! transaction as its checkpoint: an event takes effect once, whatever dies.

mod builds;
mod error;
mod models;
mod projection;
mod schema;
mod write;

pub use builds::{Build, BuildId, BuildState, drop_retired};
pub use error::{ApplyError, ProjectionError, WaitError};
pub use models::{LogPosition, Models, positions_in};
pub use projection::{Key, Projection, Registry};
pub use schema::migrate;
pub use write::Write;
