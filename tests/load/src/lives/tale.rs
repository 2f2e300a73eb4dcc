//! How a life is told: event by event, command by command.

use std::collections::HashMap;

use guanxi_eventlog::{Append, NewEvent, StreamWrite, TimerChange};
use guanxi_events::{
    CommandId, DomainEvent, EventId, Meta, PersonId, StreamKey, StreamVersion, TenantId,
};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use uuid::Uuid;

use crate::event::{Ids, command, meta};

/// Before now, so that nothing is told of the future.
const AGO: SignedDuration = SignedDuration::from_hours(24 * 400);

/// A life that is being told.
pub(super) struct Tale {
    tenant: TenantId,
    actor: PersonId,
    /// When the next thing happens.
    at: Timestamp,
    versions: HashMap<StreamKey, StreamVersion>,
    commands: Vec<Append>,
    /// The command that is being told.
    command_id: CommandId,
    meta: Meta,
    writes: Vec<StreamWrite>,
}

impl Tale {
    pub(super) fn new() -> anyhow::Result<Self> {
        let actor: PersonId = "load".parse()?;
        let (command_id, meta) = meta(&actor, Ids::InTime);
        Ok(Self {
            tenant: "load".parse()?,
            actor,
            at: Timestamp::now() - AGO,
            versions: HashMap::new(),
            commands: Vec::new(),
            command_id,
            meta,
            writes: Vec::new(),
        })
    }

    /// Who does everything.
    pub(super) fn actor(&self) -> PersonId {
        self.actor.clone()
    }

    /// Now, in the tale.
    pub(super) const fn at(&self) -> Timestamp {
        self.at
    }

    /// Today, in the tale.
    pub(super) fn on(&self) -> Date {
        self.at.to_zoned(TimeZone::UTC).date()
    }

    /// Something happens to a stream.
    pub(super) fn tell<E: DomainEvent>(
        &mut self,
        id: impl Into<Uuid>,
        event: impl Into<E>,
    ) -> anyhow::Result<()> {
        self.tell_numbered(id, event, &[])
    }

    /// The same, with a number of each of these series.
    pub(super) fn tell_numbered<E: DomainEvent>(
        &mut self,
        id: impl Into<Uuid>,
        event: impl Into<E>,
        series: &[&str],
    ) -> anyhow::Result<()> {
        let event: E = event.into();
        let stream = StreamKey {
            tenant: self.tenant.clone(),
            category: E::CATEGORY,
            id: id.into(),
        };
        let told = NewEvent {
            id: EventId::new(),
            event_type: event.event_type(),
            occurred_at: self.at,
            data: event.encode()?,
            meta: self.meta.clone(),
            numbers: series.iter().map(|&series| series.to_owned()).collect(),
        };
        let version = self.versions.entry(stream.clone()).or_default();
        let expected = *version;
        *version = version.after(1);
        match self.writes.iter_mut().find(|write| write.stream == stream) {
            Some(write) => write.events.push(told),
            None => self.writes.push(StreamWrite {
                stream,
                expected,
                events: vec![told],
                timer: TimerChange::Keep,
            }),
        }
        Ok(())
    }

    /// The command is complete; the next one comes so many hours later.
    pub(super) fn then_after(&mut self, hours: i64) {
        let writes = std::mem::take(&mut self.writes);
        let command = command(&self.tenant, self.command_id, Vec::new(), writes);
        self.commands.push(command);
        (self.command_id, self.meta) = meta(&self.actor, Ids::InTime);
        self.at += SignedDuration::from_hours(hours);
    }

    /// All that was told.
    pub(super) fn commands(mut self) -> Vec<Append> {
        if !self.writes.is_empty() {
            self.then_after(0);
        }
        self.commands
    }
}
