//! The program as people and scripts run it, on real servers.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail like tests do"
)]

mod analyst;
mod command_line;
mod demo;
mod dev;
mod kit;
mod log_verify;
mod reactions;
mod real_data;
mod receivables;
mod rights;
mod starting;
