//! The demonstration: a company's sales pipeline, loaded through the services and checked to the
//! last figure.

mod caller;
mod check;
mod company;
mod count;
mod files;
mod generate;
mod ids;
mod load;
mod report;
pub mod retail;
mod wire;

pub use company::{Account, Agent, Company, Course, Deal, Product};
pub use count::{Counts, count};
pub use files::{AccountRow, AgentRow, Files, PipelineRow, ProductRow};
pub use generate::generate;

pub(crate) use caller::Caller;
pub(crate) use check::Questions;
pub(crate) use load::load;
pub(crate) use report::report;

#[cfg(test)]
mod tests;
