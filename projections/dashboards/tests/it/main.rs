//! The model on a real Postgres, against what the storyteller knows.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod against_the_oracle;
mod oracle;
mod stories;
mod waiting;
#[path = "../../../funnels/tests/it/world.rs"]
#[allow(dead_code, reason = "shared with the tests of the models")]
mod world;
