//! The program as people and scripts run it, on real servers.

mod command_line;
mod demo;
mod dev;
mod kit;
mod rights;
