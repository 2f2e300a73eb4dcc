//! The engine on a real Postgres, with a small read model and a naive oracle beside it.

mod following;
mod parking;
mod rebuilding;
mod replicas;
mod speed;
mod tallies;
mod verifying;
mod waiting;
mod world;
