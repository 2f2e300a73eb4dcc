//! A service desk's months, told as tickets (V-01 to V-07).
//!
//! The public file `uci-servicenow-incident-event-log` has an incident's fields after each of its
//! updates. What must have happened in between is told as commands:
//!
//! - An incident is a ticket, opened when the file says so, or at its first update where that is
//!   earlier; in the queue of its assignment group, for the caller as a customer.
//! - `Active` is open; `Awaiting User Info` and `Awaiting Evidence` wait for the caller, `Awaiting
//!   Vendor` and `Awaiting Problem` for somebody else; `Resolved` and `Closed` are what they say. The
//!   state `-100` is none: such an update is passed over, and counted.
//! - When somebody was first answered the file does not say: an incident that is new no longer was
//!   answered at that moment. Who is named while it is new is given it then.
//! - A jump that tickets do not know becomes those that they do: closed without a resolution is
//!   resolved at the same moment; new or waiting after a resolution is reopened first. Both are
//!   counted. Reopened after it was closed (8 in the file) needs no rule: within its queue's days for
//!   that, a ticket can.
//! - Queue, person and priority that change after the resolution are left out, and counted.
//! - Fields that hold the incident's end on each of its rows are not read.
//!
//! The desk's clock is taken as UTC: the file names no zone. What was promised it does not say either,
//! so the promises are ours, and their share is shown beside the file's own `made_sla`.

mod check;
mod dataset;
mod file;
mod generate;
mod load;
mod promises;
mod show;
mod story;
mod teller;

pub use dataset::Dataset;
pub use file::{FILE, Row, read, rows};
pub use generate::desk;
pub use promises::{PROMISES, Promise, kept, reckon, working_minutes};
pub use story::{Channel, Counts, Deed, Mapped, Priority, State, Step, Story, Ticket};
pub use teller::tell;

pub(crate) use show::show;

use check::Questions;
use load::load;

#[cfg(test)]
mod tests;
