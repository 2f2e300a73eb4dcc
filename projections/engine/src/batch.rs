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

/// What a worker has to do of a stretch of the log.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) incarnation: Incarnation,
    pub(crate) events: Vec<(Key, Recorded)>,
    pub(crate) moves: Vec<Move>,
}

/// Why events could not be folded.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The events themselves are at fault; perhaps the projection knows which one.
    Poison(Option<Position>, String),
    /// Anything else: try again.
    Trouble(ProjectionError),
}

impl<E: Into<ProjectionError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Trouble(error.into())
    }
}

impl Lane {
    /// Takes of `page` what falls in the held partitions and was not applied yet. `None` when no
    /// checkpoint would move.
    pub(crate) fn batch(&self, held: &Held, limits: &Limits, page: Vec<Recorded>) -> Option<Batch> {
        let last = page.last()?.position;
        let reach = |partition: i16| {
            let limit = limits.get(&partition);
            limit.map_or(last, |limit| last.min(*limit))
        };
        let moves: Vec<Move> = held
            .positions
            .iter()
            .map(|(&partition, &seen)| Move {
                partition,
                seen,
                next: reach(partition),
            })
            .filter(|step| step.next > step.seen)
            .collect();
        let steps: BTreeMap<i16, Move> = moves.iter().map(|step| (step.partition, *step)).collect();
        let wanted = |event: Recorded| {
            let key = self.setup.projection.key(&event)?;
            let step = steps.get(&key.partition(self.build.partitions))?;
            let due = event.position > step.seen && event.position <= step.next;
            due.then_some((key, event))
        };
        let batch = Batch {
            incarnation: held.incarnation?,
            events: page.into_iter().filter_map(wanted).collect(),
            moves,
        };
        (!batch.moves.is_empty()).then_some(batch)
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
        let written = match self.attempt(batch, false).await {
            Err(Failure::Poison(position, reason)) => {
                tracing::warn!(
                    schema = self.build.schema,
                    log = %self.share.log,
                    position = position.map(|position| position.0),
                    reason,
                    "a batch cannot be folded; looking for the event"
                );
                self.attempt(batch, true).await
            }
            other => other,
        };
        match written {
            Ok(()) => {}
            Err(Failure::Trouble(error)) => return Err(error),
            // The careful attempt parks poison; what is left of it here cannot be placed.
            Err(Failure::Poison(_, reason)) => return Err(ProjectionError::Unknown(reason)),
        }
        for step in &batch.moves {
            held.positions.insert(step.partition, step.next);
        }
        Ok(())
    }

    async fn attempt(&self, batch: &Batch, careful: bool) -> Result<(), Failure> {
        let mut client = self.setup.pool.get().await?;
        let mut transaction = client.transaction().await?;
        let parked = self.begin(&transaction, batch).await?;
        let (due, mut aside) = parked.part(&batch.events);
        if careful {
            aside.extend(self.isolate(&mut transaction, due).await?);
        } else if !due.is_empty() {
            let events: Vec<Recorded> = due.into_iter().map(|(_, event)| event.clone()).collect();
            self.apply(&transaction, &events).await?;
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
        Ok(())
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
            Parked::load(transaction, &self.share, &batch.events).await
        } else {
            Ok(Parked::default())
        }
    }

    /// A commit that a crash of Postgres takes back takes its checkpoint back with it, and is made
    /// again from the log: so no batch waits for the disk.
    pub(crate) fn settings(&self) -> String {
        format!(
            "set local search_path = {}; set local synchronous_commit = off",
            self.build.schema
        )
    }

    /// Folds `events`. A fold that panics is poison as well: it would panic again.
    async fn apply(
        &self,
        transaction: &Transaction<'_>,
        events: &[Recorded],
    ) -> Result<(), Failure> {
        let write = Write::new(transaction, self.share.log, &self.build.schema);
        let folded = AssertUnwindSafe(async { self.setup.projection.apply(&write, events).await })
            .catch_unwind()
            .await;
        match folded {
            Ok(Ok(())) => Ok(()),
            Ok(Err(ApplyError::Poison { position, reason })) => {
                Err(Failure::Poison(Some(position), reason))
            }
            Ok(Err(ApplyError::Storage(error))) if refuses_data(&error) => {
                Err(Failure::Poison(None, described(&error)))
            }
            Ok(Err(ApplyError::Storage(error))) => Err(error.into()),
            Err(_) => Err(Failure::Poison(None, "the fold panicked".to_owned())),
        }
    }
}
