//! What the tests stand on: real servers, a database for each test, patience with a good message.
//!
//! Under `with-servers` (see `deploy/test`) all tests share one Postgres and one NATS; without it
//! a test starts private ones, which end with it.

mod database;
mod disk;
mod eventually;
mod memory;
mod nats;
mod nats_cluster;
mod scratch;
mod servers;
mod standby;

pub use database::TestDatabase;
pub use disk::SmallDisk;
pub use eventually::eventually;
pub use guanxi_embedded::{Nats, Postgres, free_port};
pub use memory::Memory;
pub use nats::connect_nats;
pub use nats_cluster::NatsCluster;
pub use scratch::{SCRATCH, ScratchDir, sweep};
pub use servers::{DATABASE_URL, Harness, NATS_URL, OwnServers, Servers};
pub use standby::Standby;
