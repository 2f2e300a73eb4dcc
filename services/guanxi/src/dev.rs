//! Everything in one process, on a private Postgres and NATS in one folder: the embedded default.

mod analyst;
mod endpoints;
mod home;
mod stack;

pub use endpoints::Endpoints;
pub use home::DevHome;
pub use stack::{Stack, TENANT, TIME_ZONE};
