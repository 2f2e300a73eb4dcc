//! The event that is written: about 300 bytes, as real ones are.

use clap::ValueEnum;
use guanxi_eventlog::{Append, NewEvent, StreamWrite, TimerChange};
use guanxi_events::{
    Category, CommandId, EventId, EventType, Meta, PersonId, StreamKey, StreamVersion, TenantId,
};
use jiff::Timestamp;
use uuid::Uuid;

/// The data of an event, as JSON.
pub const EVENT: &str = r#"{"order_id":"0d9b3f5e-42a7-4c83-9a61-7f1f6f6f2f10","customer_id":"c-0020417","amount":"1849.25","currency":"EUR","lines":[{"article":"A-000731","quantity":5,"price":"14.50"},{"article":"A-009127","quantity":1,"price":"1776.75"}],"note":"second floor, ring twice; the lift is out of order on Mondays","channel":"web"}"#;

/// What the baseline says of who wrote it.
pub const META: &str =
    r#"{"correlation_id":"6a1f5b0e-9c3d-4f6e-8e1b-2d7c4a9b3e55","actor":"p-42"}"#;

/// How callers make the ids of their commands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Ids {
    /// UUIDs of version 7: newer ones sort behind older ones.
    #[default]
    InTime,
    /// UUIDs of version 4: each stands anywhere among the others.
    Random,
}

impl Ids {
    fn next(self) -> CommandId {
        match self {
            Self::InTime => CommandId::new(),
            Self::Random => CommandId(Uuid::new_v4()),
        }
    }
}

/// Makes appends of one event each, as a service's executor would hand them in.
#[derive(Debug, Clone)]
pub struct Appends {
    ids: Ids,
    tenant: TenantId,
    actor: PersonId,
    event_type: EventType,
}

impl Appends {
    /// Appends of one tenant.
    ///
    /// # Errors
    /// Never in fact: the names are good ones.
    pub fn new(ids: Ids) -> anyhow::Result<Self> {
        Ok(Self {
            ids,
            tenant: "load".parse()?,
            actor: "load".parse()?,
            event_type: EventType {
                name: "order_placed".into(),
                version: 1,
            },
        })
    }

    /// A stream of theirs.
    pub fn stream(&self, id: Uuid) -> StreamKey {
        StreamKey {
            tenant: self.tenant.clone(),
            category: Category::from("order".to_owned()),
            id,
        }
    }

    /// One command that writes `events` to a stream of which it saw `expected`.
    pub fn append(&self, id: Uuid, expected: StreamVersion, events: usize) -> Append {
        self.append_all(&[id], expected, events)
    }

    /// One command that writes `events` to each of these streams.
    pub fn append_all(&self, ids: &[Uuid], expected: StreamVersion, events: usize) -> Append {
        let (command_id, meta) = meta(&self.actor, self.ids);
        let event = |_| NewEvent {
            id: EventId::new(),
            event_type: self.event_type.clone(),
            occurred_at: Timestamp::now(),
            data: EVENT.as_bytes().to_vec(),
            meta: meta.clone(),
            numbers: Vec::new(),
        };
        let write = |id: &Uuid| StreamWrite {
            stream: self.stream(*id),
            expected,
            events: (0..events).map(event).collect(),
            timer: TimerChange::Keep,
        };
        let result = ids.first().map(|id| id.as_bytes().to_vec());
        let writes = ids.iter().map(write).collect();
        command(&self.tenant, command_id, result.unwrap_or_default(), writes)
    }
}

/// A command that somebody gave, and what its events say of that.
pub(crate) fn meta(actor: &PersonId, ids: Ids) -> (CommandId, Meta) {
    let command_id = ids.next();
    let meta = Meta::of_command(actor.clone(), command_id);
    (command_id, meta)
}

/// A command that writes, and neither reads nor claims anything.
pub(crate) fn command(
    tenant: &TenantId,
    command_id: CommandId,
    result: Vec<u8>,
    writes: Vec<StreamWrite>,
) -> Append {
    Append {
        tenant: tenant.clone(),
        command_id,
        content_hash: [0; 32],
        result,
        writes,
        reads: Vec::new(),
        claims: Vec::new(),
        releases: Vec::new(),
        deadline: None,
    }
}
