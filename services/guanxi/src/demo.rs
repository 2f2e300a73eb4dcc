//! The demonstration: a company's sales pipeline, loaded through the services and checked to the
//! last figure.

pub mod airline;
mod caller;
mod check;
mod company;
mod count;
mod files;
mod generate;
mod ids;
pub mod incidents;
mod ledgers;
mod load;
pub(crate) mod pipeline;
mod report;
pub mod retail;
mod site;
mod wire;

pub use company::{Account, Agent, Company, Course, Deal, Product};
pub use count::{Counts, count};
pub use files::{AccountRow, AgentRow, Files, PipelineRow, ProductRow};
pub use generate::generate;

pub(crate) use caller::Caller;
pub(crate) use site::Site;

use check::Questions;
use load::load;
use report::report;

#[cfg(test)]
mod tests;
