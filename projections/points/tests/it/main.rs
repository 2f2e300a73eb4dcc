//! The model against a naive oracle: its fold in memory, and its answers on a real Postgres.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "../../../funnels/tests/it/world.rs"]
#[allow(dead_code, reason = "shared with the tests of other models")]
mod world;

mod a_month;
mod against_the_oracle;
mod answers;
mod fold;
mod history;
mod oracle;
mod statements;
#[allow(dead_code, reason = "shared with the tests of the queries")]
mod story;
mod tenants;
