//! An append made ready in the caller's own task: checked, encoded, hashed.

use std::{
    collections::{HashSet, hash_map::RandomState},
    hash::{BuildHasher, Hasher},
    sync::LazyLock,
};

use guanxi_events::{Incarnation, StreamKey, StreamVersion};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Append, AppendError, Claim, LogError, PayloadCodec, StreamWrite, TimerChange,
    chain::{Hash, Leaf},
    queue::Touches,
};

/// The most bytes of one event's data.
pub const MAX_EVENT_BYTES: usize = 256 << 10;
/// The most events of one decision.
pub const MAX_EVENTS: usize = 1_000;
/// The most bytes of one decision's data.
pub const MAX_DECISION_BYTES: usize = 1 << 20;

/// The most bytes of a category, an event type or a series' name.
const MAX_NAME_BYTES: usize = 128;
/// Below this Postgres knows no time, and no version comes near the other.
const FIRST_SECOND: i64 = -210_000_000_000;
const MAX_VERSION: i64 = 1 << 53;

/// One command as the database function takes it.
pub(crate) struct Prepared {
    pub(crate) append: Append,
    /// The life of the log in which it was decided.
    pub(crate) decided_in: Incarnation,
    pub(crate) events: Vec<PreparedEvent>,
    pub(crate) touches: Touches,
    /// What it weighs in a batch.
    pub(crate) bytes: usize,
}

pub(crate) struct PreparedEvent {
    /// Index into [`Append::writes`].
    pub(crate) write: usize,
    pub(crate) version: i64,
    pub(crate) id: Uuid,
    pub(crate) event_type: String,
    pub(crate) occurred_at: Timestamp,
    pub(crate) data: Vec<u8>,
    pub(crate) meta: Vec<u8>,
    pub(crate) leaf: Hash,
    pub(crate) numbers: Vec<String>,
}

impl Prepared {
    /// Checks all that Postgres would refuse, so that one bad command cannot fail a batch.
    pub(crate) fn new(
        mut append: Append,
        decided_in: Incarnation,
        codec: &dyn PayloadCodec,
    ) -> Result<Self, AppendError> {
        check_size(&append)?;
        check_form(&append)?;
        let mut events = Vec::with_capacity(append.writes.iter().map(|w| w.events.len()).sum());
        for (write, written) in append.writes.iter_mut().enumerate() {
            prepare_events(write, written, codec, &mut events)?;
        }
        let stored: usize = events
            .iter()
            .map(|event| event.data.len() + event.meta.len() + 256)
            .sum();
        Ok(Self {
            touches: touches(&append),
            bytes: stored + append.result.len(),
            append,
            decided_in,
            events,
        })
    }
}

impl Prepared {
    /// Whether every stream that it writes begins with it.
    pub(crate) fn only_begins(&self) -> bool {
        let mut writes = self.append.writes.iter();
        writes.all(|write| write.expected == StreamVersion::NONE)
    }

    /// Whether it neither draws a number nor lets go of a key: what the short way can do.
    pub(crate) fn is_plain(&self) -> bool {
        self.append.releases.is_empty() && self.events.iter().all(|event| event.numbers.is_empty())
    }
}

fn prepare_events(
    write: usize,
    written: &mut StreamWrite,
    codec: &dyn PayloadCodec,
    events: &mut Vec<PreparedEvent>,
) -> Result<(), AppendError> {
    let first = written.expected.0 + 1;
    let drained = std::mem::take(&mut written.events);
    for (version, event) in (first..).zip(drained) {
        let data = codec.encode(&written.stream, &event.event_type, event.data)?;
        let meta = serde_json::to_vec(&event.meta)
            .map_err(|error| LogError::Codec(format!("an event's meta: {error}")))?;
        let event_type = event.event_type.to_string();
        let occurred_at = microseconds(event.occurred_at);
        let leaf = Leaf {
            tenant: written.stream.tenant.as_str(),
            category: written.stream.category.as_str(),
            stream_id: written.stream.id,
            version,
            id: event.id.0,
            event_type: &event_type,
            occurred_at,
            data: &data,
            meta: &meta,
        }
        .hash();
        events.push(PreparedEvent {
            write,
            version,
            id: event.id.0,
            event_type,
            occurred_at,
            data,
            meta,
            leaf,
            numbers: event.numbers,
        });
    }
    Ok(())
}

/// As Postgres keeps it, so that the leaf is over the stored instant.
fn microseconds(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}

fn check_size(append: &Append) -> Result<(), AppendError> {
    let data = || append.writes.iter().flat_map(|write| &write.events);
    let largest = data().map(|event| event.data.len()).max().unwrap_or(0);
    let total: usize = data().map(|event| event.data.len()).sum();
    for (what, actual, limit) in [
        ("an event's data in bytes", largest, MAX_EVENT_BYTES),
        ("the decision's events", data().count(), MAX_EVENTS),
        (
            "the decision's bytes",
            total + append.result.len(),
            MAX_DECISION_BYTES,
        ),
    ] {
        if actual > limit {
            return Err(AppendError::TooLarge {
                what,
                actual,
                limit,
            });
        }
    }
    Ok(())
}

fn check_form(append: &Append) -> Result<(), AppendError> {
    let mut written = HashSet::new();
    for write in &append.writes {
        check_stream(append, &write.stream, write.expected.0)?;
        if !written.insert(&write.stream) {
            return Err(AppendError::Malformed("a stream is written twice"));
        }
        if let TimerChange::Set(due) = write.timer {
            check_time(due)?;
        }
        for event in &write.events {
            check_name(&event.event_type.name)?;
            check_time(event.occurred_at)?;
            let mut drawn = HashSet::new();
            for series in &event.numbers {
                check_name(series)?;
                if !drawn.insert(series) {
                    return Err(AppendError::Malformed("an event draws a series twice"));
                }
            }
        }
    }
    for (stream, version) in &append.reads {
        check_stream(append, stream, version.0)?;
    }
    let mut claimed = HashSet::new();
    for Claim { key, owner } in &append.claims {
        check_stream(append, owner, 0)?;
        if !claimed.insert(key) {
            return Err(AppendError::Malformed("a key is claimed twice"));
        }
    }
    for Claim { owner, .. } in &append.releases {
        check_stream(append, owner, 0)?;
    }
    Ok(())
}

fn check_stream(append: &Append, stream: &StreamKey, version: i64) -> Result<(), AppendError> {
    check_name(stream.category.as_str())?;
    if stream.tenant != append.tenant {
        return Err(AppendError::Malformed("a stream is another tenant's"));
    }
    if !(0..MAX_VERSION).contains(&version) {
        return Err(AppendError::Malformed("a version is out of range"));
    }
    Ok(())
}

fn check_name(name: &str) -> Result<(), AppendError> {
    if name.is_empty() || name.len() > MAX_NAME_BYTES || name.contains('\0') {
        return Err(AppendError::Malformed(
            "a category, event type or series has no proper name",
        ));
    }
    Ok(())
}

fn check_time(time: Timestamp) -> Result<(), AppendError> {
    if time.as_second() < FIRST_SECOND {
        return Err(AppendError::Malformed("a time lies before all calendars"));
    }
    Ok(())
}

/// What must not meet in one batch: everything but two reads of the same stream.
fn touches(append: &Append) -> Touches {
    let streams = append.writes.iter().map(|write| &write.stream);
    let keys = append.claims.iter().chain(&append.releases);
    let mut written: Vec<u64> = streams
        .map(|stream| mark(0, stream))
        .chain(keys.map(|claim| mark(1, &(&append.tenant, claim.key))))
        .collect();
    written.push(mark(2, &(&append.tenant, append.command_id)));
    Touches {
        written,
        read: append.reads.iter().map(|(s, _)| mark(0, s)).collect(),
    }
}

/// A mark that is always the same for the same thing of the same kind. Two things with one mark
/// only wait for each other without need.
fn mark(kind: u8, thing: &impl std::hash::Hash) -> u64 {
    static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    let mut hasher = SEED.build_hasher();
    hasher.write_u8(kind);
    thing.hash(&mut hasher);
    hasher.finish()
}
