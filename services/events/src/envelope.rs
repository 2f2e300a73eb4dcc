//! What stands around an event's data: who, when, why, where.

use std::{borrow::Cow, collections::BTreeMap, fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{CommandId, EventId, PersonId, Position, StreamKey, StreamVersion};

/// An event type and its version, `sales.opportunity_won/2` as text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventType {
    /// `<service>.<what_happened>`.
    pub name: Cow<'static, str>,
    /// The version of the data's shape, from 1.
    pub version: u16,
}

/// The text is no event type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an event type is <service>.<name>/<version>; got {0:?}")]
pub struct InvalidEventType(String);

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.name, self.version)
    }
}

impl FromStr for EventType {
    type Err = InvalidEventType;

    fn from_str(text: &str) -> Result<Self, InvalidEventType> {
        let parsed = text.rsplit_once('/').and_then(|(name, version)| {
            Some(Self {
                name: Cow::Owned(name.to_owned()),
                version: version.parse().ok()?,
            })
        });
        parsed.ok_or_else(|| InvalidEventType(text.to_owned()))
    }
}

/// Who did it, by which command, from which cause (P-05). Stored as JSON beside the data; no
/// personal data but the actor's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// Who acted.
    pub actor: PersonId,
    /// For whom, when that was someone else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PersonId>,
    /// The command that decided it.
    pub command_id: CommandId,
    /// The first command of the whole chain of cause and effect.
    pub correlation_id: CommandId,
    /// The event that a reaction answered, when it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<EventId>,
    /// How many reactions lie between the first command and this event; a loop is cut by it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub depth: u16,
    /// W3C `traceparent` of the call, so that one trace runs from the call to the read model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
}

impl Meta {
    /// Of what somebody did by a command that follows from nothing else, outside any trace.
    pub fn of_command(actor: PersonId, command_id: CommandId) -> Self {
        Self {
            actor,
            on_behalf_of: None,
            command_id,
            correlation_id: command_id,
            causation_id: None,
            depth: 0,
            traceparent: None,
        }
    }
}

fn is_zero(depth: &u16) -> bool {
    *depth == 0
}

/// An event as it stands in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Its place in the log.
    pub position: Position,
    /// Its stream.
    pub stream: StreamKey,
    /// The stream's version with this event.
    pub version: StreamVersion,
    /// Its id.
    pub id: EventId,
    /// Its type and the version of its data.
    pub event_type: EventType,
    /// When it happened, perhaps back-dated.
    pub occurred_at: Timestamp,
    /// When the log took it; never goes back within a log.
    pub recorded_at: Timestamp,
    /// JSON text, already decrypted.
    pub data: Vec<u8>,
    /// Who and why.
    pub meta: Meta,
    /// Numbers that were dealt to it, by series: `CU` → 123.
    pub numbers: BTreeMap<String, i64>,
}
