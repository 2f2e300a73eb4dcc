//! One batch: its events, its checkpoints, and what is set aside, in one transaction.

mod isolate;

use std::{collections::BTreeMap, panic::AssertUnwindSafe};

use deadpool_postgres::Transaction;
use futures::FutureExt;
use guanxi_events::{Incarnation, Position, Recorded};

use crate::{
    ApplyError, Build, Key, ProjectionError, Setup, Write,
    checkpoint::{Held, Move, Share},
    error::{described, refuses_data},
    parked::Parked,
};

/// Up to where a partition may go, for a build that stops at a given place. A partition that is not
/// named has no limit.
pub(crate) type Limits = BTreeMap<i16, Position>;

/// One build's way along one log, and this worker's part in it.
#[derive(Clone)]
pub(crate) struct Lane {
    pub(crate) setup: Setup,
    pub(crate) build: Build,
    pub(crate) share: Share,
}

/// What concerns the projection of a stretch of the log, with its keys, and where the stretch ends.
#[derive(Debug)]
pub(crate) struct Stretch {
    pub(crate) last: Position,
    pub(crate) events: Vec<(Recorded, Key)>,
}

/// What a worker has to do of a stretch of the log.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) incarnation: Incarnation,
    pub(crate) events: Vec<Recorded>,
    /// The key of each event.
    pub(crate) keys: Vec<Key>,
    pub(crate) moves: Vec<Move>,
}

/// Events that cannot be folded, and which one is to blame if the projection knows.
#[derive(Debug)]
pub(crate) struct Poison {
    pub(crate) position: Option<Position>,
    pub(crate) reason: String,
}

/// Why events were not folded.
#[derive(Debug)]
pub(crate) enum Failure {
    /// They themselves are at fault.
    Poison(Poison),
    /// Anything else: try again.
    Trouble(ProjectionError),
}

/// How a batch is folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Care {
    /// In one go; poison undoes all.
    AllAtOnce,
    /// In parts, so that only poison is left out.
    Isolate,
}

impl Lane {
    /// What concerns the projection of `page`; `None` of an empty one.
    pub(crate) fn stretch(&self, page: Vec<Recorded>) -> Option<Stretch> {
        let last = page.last()?.position;
        let keyed = |event: Recorded| {
            let key = self.setup.projection.key(&event)?;
            Some((event, key))
        };
        let events = page.into_iter().filter_map(keyed).collect();
        Some(Stretch { last, events })
    }

    /// Takes of `stretch` what falls in the held partitions and was not applied yet. `None` when no
    /// checkpoint would move.
    pub(crate) fn batch(&self, held: &Held, limits: &Limits, stretch: Stretch) -> Option<Batch> {
        let Stretch { last, events } = stretch;
        let reach = |partition: i16| {
            let limit = limits.get(&partition);
            limit.map_or(last, |limit| last.min(*limit))
        };
        let steps: BTreeMap<i16, Move> = held
            .positions
            .iter()
            .map(|(&partition, &seen)| Move {
                partition,
                seen,
                next: reach(partition),
            })
            .filter(|step| step.next > step.seen)
            .map(|step| (step.partition, step))
            .collect();
        if steps.is_empty() {
            return None;
        }
        let due = |(event, key): &(Recorded, Key)| {
            let step = steps.get(&key.partition(self.build.partitions));
            step.is_some_and(|step| event.position > step.seen && event.position <= step.next)
        };
        let (events, keys) = events.into_iter().filter(due).unzip();
        Some(Batch {
            incarnation: held.incarnation?,
            events,
            keys,
            moves: steps.into_values().collect(),
        })
    }

    /// Writes the batch, parking what cannot be folded, and moves `held` with it.
    ///
    /// # Errors
    /// [`ProjectionError::LeaseLost`] when another has taken a partition; then nothing is written.
    pub(crate) async fn write(
        &self,
        held: &mut Held,
        batch: &Batch,
    ) -> Result<(), ProjectionError> {
        if let Some(poison) = self.attempt(batch, Care::AllAtOnce).await? {
            tracing::warn!(
                schema = self.build.schema,
                log = %self.share.log,
                position = poison.position.map(|position| position.0),
                poison.reason,
                "a batch cannot be folded; looking for the event"
            );
            self.attempt(batch, Care::Isolate).await?;
        }
        for step in &batch.moves {
            held.positions.insert(step.partition, step.next);
        }
        Ok(())
    }

    /// One transaction; it is undone when it ends in poison.
    async fn attempt(&self, batch: &Batch, care: Care) -> Result<Option<Poison>, ProjectionError> {
        let mut client = self.setup.pool.get().await?;
        let mut transaction = client.transaction().await?;
        let parked = self.begin(&transaction, batch).await?;
        let (due, mut aside) = parked.part(batch);
        if care == Care::Isolate {
            aside.extend(self.isolate(&mut transaction, batch, &due).await?);
        } else if let Err(failure) = self.apply_these(&transaction, batch, &due).await {
            return match failure {
                Failure::Poison(poison) => Ok(Some(poison)),
                Failure::Trouble(error) => Err(error),
            };
        }
        Parked::insert(&transaction, &self.share, &aside).await?;
        transaction.commit().await?;
        for aside in aside.iter().filter(|aside| aside.reason.is_some()) {
            tracing::error!(
                schema = self.build.schema,
                log = %self.share.log,
                position = aside.position.0,
                key = %aside.key,
                reason = aside.reason,
                "an event is parked"
            );
        }
        Ok(None)
    }

    /// Moves the checkpoints first, for that is the lock; only then looks at what is parked, for an
    /// operator changes that under the same lock. All in one round trip.
    async fn begin(
        &self,
        transaction: &Transaction<'_>,
        batch: &Batch,
    ) -> Result<Parked, ProjectionError> {
        let advance = transaction
            .prepare_cached(include_str!("checkpoint/advance.sql"))
            .await?;
        let any = Parked::prepare_any(transaction).await?;
        let settings = self.settings();
        let ((), moved, any) = futures::try_join!(
            transaction.batch_execute(&settings),
            self.share
                .advance(transaction, &advance, batch.incarnation, &batch.moves),
            Parked::any(transaction, &any, &self.share),
        )?;
        if moved != batch.moves.len() as u64 {
            return Err(ProjectionError::LeaseLost);
        }
        if any {
            Parked::load(transaction, &self.share, batch).await
        } else {
            Ok(Parked::default())
        }
    }

    /// A commit that a crash of Postgres takes back takes its checkpoint back with it, and is made
    /// again from the log: so no batch waits for the disk.
    ///
    /// A batch looks for rows by their keys, and does so key by key: to read a whole table for all of
    /// them at once looks cheaper to Postgres up to hundreds of thousands of rows, and is not. Nor does it
    /// pay to begin processes that help with it: a rebuild of `receivables` took 4 percent longer.
    pub(crate) fn settings(&self) -> String {
        format!(
            "set local search_path = {}; set local synchronous_commit = off;
             set local enable_seqscan = off; set local enable_hashjoin = off;
             set local enable_mergejoin = off; set local enable_material = off; set local jit = off;
             set local max_parallel_workers_per_gather = 0",
            self.build.schema
        )
    }

    /// Folds the events of `batch` at the indices `due`: almost always all of them.
    async fn apply_these(
        &self,
        transaction: &Transaction<'_>,
        batch: &Batch,
        due: &[usize],
    ) -> Result<(), Failure> {
        if due.len() == batch.events.len() {
            return self.apply(transaction, &batch.events).await;
        }
        let events: Vec<Recorded> = due.iter().map(|&at| batch.events[at].clone()).collect();
        self.apply(transaction, &events).await
    }

    /// Folds `events`. A fold that panics is poison as well: it would panic again.
    async fn apply(
        &self,
        transaction: &Transaction<'_>,
        events: &[Recorded],
    ) -> Result<(), Failure> {
        if events.is_empty() {
            return Ok(());
        }
        let write = Write::new(
            transaction,
            self.share.log,
            &self.build.schema,
            events.len(),
        );
        let folded = AssertUnwindSafe(async { self.setup.projection.apply(&write, events).await })
            .catch_unwind()
            .await;
        let (position, reason) = match folded {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(ApplyError::Poison { position, reason })) => (Some(position), reason),
            Ok(Err(ApplyError::Storage(error))) if refuses_data(&error) => {
                (None, described(&error))
            }
            Ok(Err(ApplyError::Storage(error))) => return Err(Failure::Trouble(error.into())),
            Err(_) => (None, "the fold panicked".to_owned()),
        };
        Err(Failure::Poison(Poison { position, reason }))
    }
}
