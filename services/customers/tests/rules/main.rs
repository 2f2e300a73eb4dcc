//! The rules of the customers service as given / when / then, and as random histories.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "a test"
)]

mod claims;
mod contacts;
mod customers;
mod desk_transfers;
mod fixtures;
mod follow_ups;
mod histories;
mod interactions;
mod pools;
mod reminders;
mod transfers;
mod world;
