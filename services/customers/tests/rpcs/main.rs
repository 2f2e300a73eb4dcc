//! The RPCs of the customers service: what they read and refuse, and whole calls against a real
//! Postgres.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "a test"
)]

mod calls;
mod claims;
mod requests;
mod service;
