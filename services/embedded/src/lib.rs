//! A private Postgres and a private nats-server, started from the installed programs.
//!
//! They are the embedded default of `guanxi dev` and the servers of the tests. Each server has a
//! directory of its own that holds all it needs (data, log, generated password, remembered port),
//! listens on 127.0.0.1 only and ends with the value that stands for it. What a killed owner left
//! behind is found and ended by the next start in the same directory.

mod account;
mod error;
mod home;
mod launch;
mod nats;
mod orphan;
mod port;
mod postgres;
mod process;
mod programs;

pub use error::EmbeddedError;
pub use home::discard;
pub use nats::{Nats, NatsOptions};
pub use port::free_port;
pub use postgres::{Postgres, PostgresOptions};
