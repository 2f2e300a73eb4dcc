//! What the load programs share: servers of their own, a closed loop of callers, baselines, and
//! results that are printed for people and for programs.

#![allow(clippy::float_arithmetic, reason = "rates and latencies, no money")]

mod baseline;
mod closed_loop;
mod event;
mod report;
mod site;
mod store;
mod writers;

pub use baseline::pgbench;
pub use closed_loop::{Measured, Outcome, drive};
pub use event::{Appends, EVENT, META};
pub use report::{Measure, Need, report};
pub use site::{Site, connect};
pub use store::{LogDatabase, SERVICE, Store};
pub use writers::Writers;

/// The currency of what is measured.
pub const EUR: iso_currency::Currency = iso_currency::Currency::EUR;
