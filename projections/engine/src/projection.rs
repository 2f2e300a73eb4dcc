//! What a read model must say of itself so that the engine can build it.

use std::{fmt, sync::Arc};

use futures::future::BoxFuture;
use guanxi_events::{Recorded, Service, StreamKey};

use crate::{ApplyError, ProjectionError, Write};

/// A read model: its tables, and how events change them.
///
/// A fold is a function of the events alone: no clock, no float sum, no generated id, and the same
/// rows whether a history arrives in one batch or event by event. What is rebuilt is then identical
/// to what is live, and `verify` can prove it.
pub trait Projection: Send + Sync + 'static {
    /// The name on the command line and in schemas: 1 to 32 of `a-z 0-9 _`, beginning with a letter.
    fn name(&self) -> &'static str;

    /// Raised with every change of tables or fold; the new version builds beside the old one.
    fn version(&self) -> u32;

    /// The logs that it follows. Each log writes only columns of its own, for there is no order
    /// between logs.
    fn logs(&self) -> &'static [Service];

    /// Into how many partitions its keys fall: the most replicas that can share the work. Read when
    /// a build is made, and fixed for it.
    fn partitions(&self) -> u16 {
        8
    }

    /// Creates its tables, by unqualified names, with the keys by which the fold finds rows. No
    /// deferred constraints: what they refuse is seen too late to know which event it was. So a key
    /// that an event could violate belongs here as well.
    fn ddl(&self) -> &'static str;

    /// Creates the indexes that only queries need, and the keys of tables that the fold only adds
    /// to: statements of the form `create [unique] index if not exists`, each with a semicolon at its
    /// end and nowhere else, and comments on lines of their own. Several are made at once, in any
    /// number of transactions, and are begun in the order in which they stand.
    ///
    /// A build that nobody reads gets them when it is full: to make them from all rows is far cheaper
    /// than to keep them row by row, and a row whose columns no index has can change within its page.
    /// Of a million events of `receivables` they take some 5 s of 36 at the end, and a build whose
    /// rows violate one of them never comes to its end.
    fn indexes(&self) -> &'static str {
        ""
    }

    /// The tables that `verify` compares.
    fn tables(&self) -> &'static [&'static str];

    /// The key within which order matters, or `None` for an event that does not concern this model.
    fn key(&self, event: &Recorded) -> Option<Key>;

    /// Folds a batch: in log order, all of one log ([`Write::log`]), already without what is parked.
    /// Write with as few statements as possible; an error undoes all of them.
    ///
    /// # Errors
    /// [`ApplyError::Poison`] for an event that cannot be folded; what Postgres says, as it is.
    fn apply<'a>(
        &'a self,
        write: &'a Write<'a>,
        events: &'a [Recorded],
    ) -> BoxFuture<'a, Result<(), ApplyError>>;

    /// SQL that creates or replaces the analysts' views, run in the transaction that makes a build
    /// the active one, and at every migration while the active one is of this version. `{schema}`
    /// stands for that build's schema. Columns may only be added at the end. In the schema
    /// `analytics` a version may have fewer than the next one: going back drops the views first, and
    /// what is granted on them must come with their making.
    fn views(&self) -> Option<&'static str> {
        None
    }
}

/// Events of one key are applied in order; those of different keys in any.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(String);

impl Key {
    /// Any text that stands for one thing of one tenant. No personal data: operators see it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The stream's own key, for a model of single aggregates.
    pub fn stream(stream: &StreamKey) -> Self {
        Self(stream.to_string())
    }

    /// The one key of a model in which everything depends on everything.
    pub fn whole() -> Self {
        Self("whole".to_owned())
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The partition of `partitions` in which it falls. FNV-1a, because the answer is stored in
    /// checkpoints and must be the same in every release.
    pub(crate) fn partition(&self, partitions: i16) -> i16 {
        let hash = self
            .0
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
        let partitions = u64::from(partitions.max(1).unsigned_abs());
        i16::try_from((hash ^ (hash >> 32)) % partitions).unwrap_or_default()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The projections that a program knows.
#[derive(Clone, Default)]
pub struct Registry(Vec<Arc<dyn Projection>>);

impl Registry {
    /// No projection.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more.
    #[must_use]
    pub fn with(mut self, projection: impl Projection) -> Self {
        self.0.push(Arc::new(projection));
        self
    }

    /// All, as they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Projection>> {
        self.0.iter()
    }

    /// The one of that name.
    ///
    /// # Errors
    /// [`ProjectionError::UnknownProjection`].
    pub fn get(&self, name: &str) -> Result<Arc<dyn Projection>, ProjectionError> {
        self.iter()
            .find(|projection| projection.name() == name)
            .cloned()
            .ok_or_else(|| ProjectionError::UnknownProjection(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_falls_in_the_same_partition_in_every_release() {
        let partition = |text: &str| Key::new(text).partition(8);
        assert_eq!(
            [partition("a"), partition("b"), partition("whole")],
            [0, 1, 4]
        );
    }

    #[test]
    fn keys_spread_over_all_partitions() {
        let mut hits = [0; 8];
        for n in 0..8_000 {
            let partition = Key::new(format!("acme/opportunity/{n}")).partition(8);
            hits[usize::try_from(partition).unwrap()] += 1;
        }
        assert!(
            hits.iter().all(|hits| (800..1_200).contains(hits)),
            "{hits:?}"
        );
    }
}
