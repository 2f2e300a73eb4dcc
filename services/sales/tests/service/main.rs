//! The sales service as a client meets it: over gRPC, on a real Postgres.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "a test")]

mod customers;
mod errors;
mod life;
mod prices;
mod served;
