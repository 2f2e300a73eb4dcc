//! The model against a naive oracle: its fold in memory, and its answers on a real Postgres.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod fold;
mod history;
mod oracle;
