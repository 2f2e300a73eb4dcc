//! What every service needs and no domain module sees: running deciders, the gRPC host, identity,
//! configuration, telemetry, timers, reactions, jobs.

mod commands;
mod fields;

pub use commands::CommandRequest;
pub use fields::{Fields, Header, date_to_wire, instant_to_wire, money_to_wire};

#[doc(hidden)]
pub use {guanxi_decider::Decider, guanxi_proto as proto, uuid::Uuid};
