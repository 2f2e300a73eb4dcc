//! A whole cluster for tests: a real Postgres and NATS, and the real program with one process for
//! each replica of each role, which tests kill, stop and start; and the checker that says
//! afterwards whether anything was lost or doubled.

pub mod checker;
pub mod contracts;
pub mod requests;

mod caller;
mod cluster;
mod ledger;
mod program;
mod replica;
mod role;
mod rpc;
mod tokens;

pub use caller::{Caller, Replicas, is_passing, reason};
pub use cluster::{Cluster, Plan};
pub use ledger::{Acknowledged, Ledger};
pub use program::Program;
pub use replica::Replica;
pub use role::Role;
pub use rpc::{HasReceipt, Rpc};
pub use tokens::Tokens;
