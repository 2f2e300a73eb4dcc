//! Torture: a cluster under load while everything that can break does, and after each round the
//! question whether anything was lost or doubled.
//!
//! What was drawn follows from a seed: what people do, which faults come, when, and to whom. How
//! these meet follows from the machine, so a round that is run again is the same storm, not the same
//! film.

mod fault;
mod options;
mod round;
mod schedule;
mod storm;
mod table;
mod verdict;

pub use fault::{Fault, Kind, Server};
pub use options::{Options, possible};
pub use round::{Outcome, round};
pub use schedule::Schedule;
pub use table::table;
pub use verdict::Verdict;
