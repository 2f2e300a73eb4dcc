//! The log against a real Postgres.

mod appends;
mod chain;
mod concurrency;
mod guards;
mod lifecycle;
mod line;
mod unknown;
mod world;
