//! The loyalty service as a client meets it: over gRPC, on a real Postgres.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "a test")]

mod cards;
mod finding;
mod log;
mod members;
mod served;
mod tiers;
