//! The projection engine: follow, checkpoint, rebuild, verify, parked events.
//!
//! A read model is a [`Projection`]: tables and a fold. The engine builds it from the logs, keeps it
//! up to date, and proves it. Each filling of its tables is a [`Build`] with a schema of its own, so
//! that a new one grows beside the one that queries read. Every batch is written in the same
//! transaction as its checkpoint: an event takes effect once, whatever dies.

mod batch;
mod builds;
mod checkpoint;
mod columns;
mod error;
mod fill;
mod follower;
mod indexes;
mod models;
mod options;
mod parked;
mod projection;
mod rebuild;
mod retry;
mod schema;
mod statistics;
mod status;
mod switch;
mod telemetry;
mod verify;
mod worker;
mod write;

pub use builds::{Build, BuildId, BuildState, drop_retired, lock_name};
pub use error::{ApplyError, ProjectionError, WaitError};
pub use models::{LogPosition, Models, positions_in};
pub use options::{Link, Options, Setup};
pub use parked::{ParkedKey, SkippedEvent, parked, skipped};
pub use projection::{Key, Projection, Registry};
pub use rebuild::{Progress, RebuildOptions, rebuild};
pub use retry::{Retried, retry, skip};
pub use schema::migrate;
pub use status::{Status, status};
pub use switch::go_back;
pub use verify::{RowDifference, TableReport, VerifyReport, verify};
pub use worker::Worker;
pub use write::Write;
