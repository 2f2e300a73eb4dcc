//! The engine on a real Postgres, with a small read model and a naive oracle beside it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod following;
mod inserting;
mod parking;
mod rebuilding;
mod replicas;
mod speed;
mod streaming;
mod tallies;
mod verifying;
mod waiting;
mod world;
