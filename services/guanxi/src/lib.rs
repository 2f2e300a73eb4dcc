//! The `guanxi` program: its command line, its roles, the private servers of `dev` and the
//! demonstration. It alone knows every service and every read model.

pub mod cli;
pub mod commands;
pub mod demo;
pub mod dev;
pub mod migrate;
pub mod roles;

mod modules;
mod output;
mod process;
mod settings;
