//! The read model `funnels`: every opportunity as it stands, and as it stood on any business
//! date.
//!
//! What is kept is exact: for each opportunity the spans of time through which nothing about it
//! changed. "As of a day" is then one predicate, never an estimate; counts, amounts, conversion and
//! times in stage are computed from the spans when they are asked for.

mod facts;
mod fold;
mod pipelines;
mod projection;
pub mod queries;
mod tables;

pub use fold::{Amount, Details, State, Status};
pub use projection::Funnels;
