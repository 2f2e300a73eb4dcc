//! What the load programs share: servers of their own, a closed loop of callers, and results that
//! are printed for people and for programs.

#![allow(clippy::float_arithmetic, reason = "rates and latencies, no money")]

mod baseline;
mod closed_loop;
mod report;
mod site;

pub use baseline::pgbench;
pub use closed_loop::{Measured, drive};
pub use report::{Row, print_rows};
pub use site::Site;

/// The currency of what is measured.
pub const EUR: iso_currency::Currency = iso_currency::Currency::EUR;
