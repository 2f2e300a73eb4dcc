//! The loyalty service as a client meets it: over gRPC, on a real Postgres.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "a test")]

mod cards;
mod expiring;
mod finding;
mod from_sales;
mod history;
mod members;
mod points;
mod purchases;
mod redeeming;
mod served;
mod tiers;
