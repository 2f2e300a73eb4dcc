//! What every service needs and no domain module sees: running deciders, the gRPC host, identity,
//! configuration, telemetry, timers, reactions.
//!
//! A service is a [`Module`]: its deciders, its reactions, its RPCs. [`serve`](serve::serve) runs
//! one. The road of a command is `gate` → `commands` → `executor` → `plan` → the event log.

pub mod config;
pub mod database;
pub mod errors;
pub mod executor;
pub mod keys;
pub mod operations;
pub mod serve;
pub mod telemetry;

mod beside;
mod commands;
mod deadline;
mod fields;
mod gate;
mod heartbeat;
mod host;
mod identity;
mod jobs;
mod leader;
mod migrate;
mod module;
mod permissions;
mod plan;
mod queries;
mod reactions;
mod secret;
mod states;
mod timers;
mod token;

pub use commands::{CommandRequest, Commands, identity};
pub use deadline::deadline;
pub use fields::{
    Fields, Header, date_to_wire, e164, each, instant_to_wire, money_to_wire, span_to_wire,
};
pub use gate::{Gate, GateLayer};
pub use host::{Host, Serving};
pub use identity::{AuthError, DevelopmentIssuer, Identity, Verifier};
pub use jobs::{Done, Item, Job};
pub use migrate::migrate;
pub use module::Module;
pub use operations::Readiness;
pub use permissions::{Role, action_of};
pub use queries::{asked, count_to_wire, found};
pub use reactions::{Reacted, Reaction, Start};
pub use secret::Secret;
pub use states::{States, Versioned};
pub use token::Token;

#[doc(hidden)]
pub use {guanxi_decider::Decider, guanxi_proto as proto, uuid::Uuid};

use guanxi_decider::{Actor, Refusal};

/// Guanxi itself as an actor: `system:timer`, `system:<reaction>`, `system:<job>`.
///
/// # Errors
/// An internal refusal when the name is none.
pub fn system_actor(name: &str) -> Result<Actor, Refusal> {
    let person = format!("system:{name}").parse();
    let person = person.map_err(|_| Refusal::internal(format!("{name} names no actor")))?;
    Ok(Actor {
        person,
        may_backdate: true,
        manages: true,
    })
}
