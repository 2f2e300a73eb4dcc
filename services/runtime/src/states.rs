//! The states of aggregates: from memory, else from the snapshot and the events after it.
//!
//! What is remembered here is a hint that saves loading. It may be behind (another replica wrote),
//! and the append checks every version that a decision used, and the life of the log, so it is never the
//! guard.

use guanxi_decider::{AnyState, DynDecider};
use guanxi_eventlog::{EventLog, LogError};
use guanxi_events::{Incarnation, Recorded, StreamKey, StreamVersion};
use moka::sync::Cache;

/// A state and the stream's version that it reflects.
#[derive(Clone)]
pub struct Versioned {
    /// The state.
    pub state: AnyState,
    /// The stream's version.
    pub version: StreamVersion,
    /// The life of the log that this was read in, or the one before: in another one the same version may
    /// be of other events.
    pub life: Incarnation,
}

impl Versioned {
    /// Of a stream in which nothing is.
    pub(crate) fn of_nothing(decider: DynDecider, life: Incarnation) -> Self {
        Self {
            state: decider.initial(),
            version: StreamVersion::NONE,
            life,
        }
    }
}

/// The cache in front of the log.
#[derive(Clone)]
pub struct States {
    log: EventLog,
    cache: Cache<StreamKey, Entry>,
    snapshot_every: i64,
}

#[derive(Clone)]
struct Entry {
    versioned: Versioned,
    /// The last snapshot known.
    snapshot: Snapshot,
}

/// When a snapshot was last written, and whether another one is worth it.
#[derive(Clone, Copy, Default)]
struct Snapshot {
    /// The version that it is of.
    version: StreamVersion,
    /// How large it was.
    bytes: usize,
    /// What the events after it weigh.
    since: usize,
}

impl Snapshot {
    fn of(version: StreamVersion, bytes: usize) -> Self {
        Self {
            version,
            bytes,
            since: 0,
        }
    }

    /// Roughly what the state takes in memory: as much as it took in the last snapshot, and what
    /// the events after it may have added.
    fn weight(self) -> u32 {
        let bytes = self.bytes.saturating_add(self.since);
        u32::try_from(bytes)
            .unwrap_or(u32::MAX)
            .saturating_add(OVERHEAD)
    }

    /// Enough events, and at least as many bytes of them as the snapshot had: however large a state
    /// grows, all its snapshots together weigh no more than a few times its events.
    fn is_due(self, version: StreamVersion, every: i64) -> bool {
        version.0 - self.version.0 >= every && self.since >= self.bytes
    }
}

/// Events fetched by one query.
const PAGE: usize = 1000;
/// A page of that many bytes may not have been the last one, whatever its length.
const PAGE_BYTES: usize = 1 << 20;
/// What an entry weighs besides its state: key, node, pointers.
const OVERHEAD: u32 = 512;

impl States {
    /// A cache of at most `mib` MiB; a snapshot is written after every `snapshot_every` events.
    pub fn new(log: EventLog, mib: u64, snapshot_every: i64) -> Self {
        let cache = Cache::builder()
            .max_capacity(mib * 1024 * 1024)
            .weigher(|_, entry: &Entry| entry.snapshot.weight())
            .build();
        Self {
            log,
            cache,
            snapshot_every: snapshot_every.max(1),
        }
    }

    /// The state as far as this process knows it.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn get(&self, decider: DynDecider, key: &StreamKey) -> Result<Versioned, LogError> {
        match self.known(key, self.log.incarnation()) {
            Some(entry) => Ok(entry.versioned),
            None => self.refresh(decider, key).await,
        }
    }

    /// The state with everything that the log holds by now.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn refresh(
        &self,
        decider: DynDecider,
        key: &StreamKey,
    ) -> Result<Versioned, LogError> {
        let life = self.log.incarnation();
        let mut entry = match self.known(key, life) {
            Some(entry) => entry,
            None => self.restored(decider, key, life).await?,
        };
        loop {
            let events = self
                .log
                .read_stream(key, entry.versioned.version, PAGE)
                .await?;
            let bytes: usize = events.iter().map(|event| event.data.len()).sum();
            // A page also ends by its size.
            let more = events.len() == PAGE || bytes >= PAGE_BYTES;
            entry = self.fold(decider, entry, &events)?;
            if !more {
                break;
            }
        }
        self.keep(decider, key, entry.clone());
        Ok(entry.versioned)
    }

    /// Forgets a state that is ahead of the log: its tail was lost and the log restored.
    pub fn doubt(&self, key: &StreamKey, seen: StreamVersion, actual: StreamVersion) {
        if actual < seen {
            tracing::warn!(category = %key.category, %seen, %actual, "a state was ahead of the log");
            self.cache.invalidate_all();
        }
    }

    /// Takes up what this process has just written, if nothing came between.
    pub fn advance(
        &self,
        decider: DynDecider,
        key: &StreamKey,
        before: StreamVersion,
        after: Versioned,
        bytes: usize,
    ) {
        let known = self
            .known(key, after.life)
            .filter(|entry| entry.versioned.version == before);
        let mut snapshot = match known {
            Some(entry) => entry.snapshot,
            None if before == StreamVersion::NONE => Snapshot::default(),
            // Someone else was faster, or the entry has gone: who needs it next looks.
            None => return,
        };
        snapshot.since = snapshot.since.saturating_add(bytes);
        let entry = Entry {
            versioned: after,
            snapshot,
        };
        self.keep(decider, key, entry);
    }

    /// What is remembered of this life.
    fn known(&self, key: &StreamKey, life: Incarnation) -> Option<Entry> {
        let entry = self.cache.get(key)?;
        (entry.versioned.life == life).then_some(entry)
    }

    async fn restored(
        &self,
        decider: DynDecider,
        key: &StreamKey,
        life: Incarnation,
    ) -> Result<Entry, LogError> {
        let snapshot = self.log.snapshot(key, decider.snapshot_shape()).await?;
        let restored = snapshot.and_then(|(version, bytes)| {
            let state = decider.from_snapshot(&bytes)?;
            Some(Entry {
                versioned: Versioned {
                    state,
                    version,
                    life,
                },
                snapshot: Snapshot::of(version, bytes.len()),
            })
        });
        Ok(restored.unwrap_or_else(|| Entry {
            versioned: Versioned::of_nothing(decider, life),
            snapshot: Snapshot::default(),
        }))
    }

    fn fold(
        &self,
        decider: DynDecider,
        entry: Entry,
        events: &[Recorded],
    ) -> Result<Entry, LogError> {
        let Some(last) = events.last() else {
            return Ok(entry);
        };
        let bytes: usize = events.iter().map(|event| event.data.len()).sum();
        let version = last.version;
        let life = entry.versioned.life;
        let state = decider.fold(entry.versioned.state, events)?;
        let snapshot = Snapshot {
            since: entry.snapshot.since.saturating_add(bytes),
            ..entry.snapshot
        };
        Ok(Entry {
            versioned: Versioned {
                state,
                version,
                life,
            },
            snapshot,
        })
    }

    /// Keeps the entry unless a newer one of its life is there, and writes a snapshot when it is time.
    fn keep(&self, decider: DynDecider, key: &StreamKey, mut entry: Entry) {
        let Versioned { version, life, .. } = entry.versioned;
        // "Does not exist" is kept as well: what most commands look at and nobody has set (a rate, a
        // policy, a billing profile) would be looked up by each. Ids that never existed do not flood
        // it: where it is full, the cache lets nothing in that is asked for less often than what
        // would have to go.
        if entry.snapshot.is_due(version, self.snapshot_every)
            && let Some(bytes) = decider.to_snapshot(&entry.versioned.state)
        {
            entry.snapshot = Snapshot::of(version, bytes.len());
            self.write_snapshot(decider, key.clone(), life, version, bytes);
        }
        // Of two that keep something at the same moment the older may stay. A hint that is behind costs an
        // attempt in vain and a look; to rule it out would cost every command more than all the rest of
        // the cache does.
        let newer = |held: Entry| held.versioned.version >= version;
        if !self.known(key, life).is_some_and(newer) {
            self.cache.insert(key.clone(), entry);
        }
    }

    /// In the background: a snapshot saves time later and may fail.
    fn write_snapshot(
        &self,
        decider: DynDecider,
        key: StreamKey,
        life: Incarnation,
        version: StreamVersion,
        bytes: Vec<u8>,
    ) {
        let log = self.log.clone();
        tokio::spawn(async move {
            let shape = decider.snapshot_shape();
            let saved = log.save_snapshot(life, &key, shape, version, bytes).await;
            if let Err(error) = saved {
                tracing::warn!(%error, category = %key.category, "a snapshot was not written");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_snapshots_of_a_state_that_only_grows_weigh_little_beside_its_events() {
        let (each, every) = (300, 100);
        let (mut snapshot, mut written) = (Snapshot::default(), 0);
        for version in 1..=100_000 {
            snapshot.since += each;
            if snapshot.is_due(StreamVersion(version), every) {
                // Everything that ever happened is in it.
                let bytes = usize::try_from(version).unwrap() * each;
                snapshot = Snapshot::of(StreamVersion(version), bytes);
                written += bytes;
            }
        }
        assert!(written <= 2 * 100_000 * each, "{written}");
    }

    #[test]
    fn a_small_state_has_a_snapshot_every_so_many_events() {
        let mut versions = Vec::new();
        let mut snapshot = Snapshot::default();
        for version in 1..=1000 {
            snapshot.since += 300;
            if snapshot.is_due(StreamVersion(version), 100) {
                snapshot = Snapshot::of(StreamVersion(version), 200);
                versions.push(version);
            }
        }
        assert_eq!(versions, (1..=10).map(|n| n * 100).collect::<Vec<_>>());
    }
}
