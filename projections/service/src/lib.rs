//! The read model `service`: every ticket as it stands and as it stood on any day, and the
//! figures of the service desk (V-14).
//!
//! What is kept is exact: each ticket's spans of time through which nothing that counts changed, each
//! of its resolutions, each run of each of its clocks, each survey. A figure is a count, a share or a
//! percentile over *facts*, a view of these tables; so any day, agent or queue can be asked for, and
//! what is told later moves the figures of the day that it is about.

mod clocks;
mod loading;
mod names;
mod projection;
pub mod queries;
mod storing;
mod surveys;
mod ticket;
mod values;
mod views;

pub use projection::Service;
pub use values::{Outcome, State};
