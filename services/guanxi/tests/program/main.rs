//! The program as people and scripts run it, on real servers.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail like tests do"
)]

mod command_line;
mod demo;
mod dev;
mod kit;
mod rights;
