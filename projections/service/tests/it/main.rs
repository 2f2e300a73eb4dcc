//! The model on a real Postgres, against a naive oracle.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod against_the_oracle;
mod desk;
mod numbers;
mod oracle;
mod random;
#[path = "../../../funnels/tests/it/world.rs"]
#[allow(dead_code, reason = "shared with the tests of the models")]
mod world;
