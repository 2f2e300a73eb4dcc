//! One file a subcommand.

pub(crate) mod analyst;
pub(crate) mod config;
pub(crate) mod demo;
pub(crate) mod dev;
pub(crate) mod log;
pub(crate) mod migrate;
pub(crate) mod project;
pub(crate) mod projections;
pub(crate) mod reactions;
pub(crate) mod serve;
pub(crate) mod token;
