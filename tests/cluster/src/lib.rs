//! A whole cluster for tests: a real Postgres and NATS, and the real program with one process for
//! each replica of each role, which tests kill, stop and start; and the checker that says
//! afterwards whether anything was lost or doubled.

pub mod checker;
pub mod contracts;
pub mod flood;
pub mod load;
pub mod requests;
pub mod spell;
pub mod told;

mod caller;
mod clock;
mod cluster;
mod ledger;
mod link;
mod noted;
mod program;
mod replica;
mod role;
mod rpc;
mod tokens;

pub use caller::{Caller, Replicas, is_passing, reason};
pub use clock::Clock;
pub use cluster::{Cluster, Plan};
pub use ledger::{Acknowledged, Ledger, Refused};
pub use link::{Link, Weather};
pub use noted::Noted;
pub use program::Program;
pub use replica::{Links, Replica};
pub use role::Role;
pub use rpc::{HasReceipt, Rpc};
pub use tokens::Tokens;
