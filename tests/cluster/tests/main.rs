//! The cluster as a whole: real servers, real processes, real clients.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod checker;
mod clocks;
mod commands;
mod contracts;
mod desk;
mod faults;
mod isolation;
mod lint;
mod overload;
mod pages;
mod permissions;
mod pool;
mod python;
mod standby;
mod standing_still;
mod stopping;
mod surface;
mod timers;
mod traces;
mod typescript;
mod weather;
