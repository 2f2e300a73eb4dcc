//! The model on a real Postgres, against a naive oracle.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod against_the_oracle;
mod deals;
mod model;
mod numbers;
mod oracle;
mod world;
