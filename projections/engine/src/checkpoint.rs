//! Checkpoints: how far each partition is, who holds it, and moving it by compare-and-set.

use std::{collections::BTreeMap, time::Duration};

use deadpool_postgres::{GenericClient, Transaction};
use guanxi_events::{Incarnation, Position, Service};
use uuid::Uuid;

use crate::{BuildId, ProjectionError};

/// The partitions that a worker holds, as it believes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Held {
    /// `None` while it holds none.
    pub(crate) incarnation: Option<Incarnation>,
    pub(crate) positions: BTreeMap<i16, Position>,
}

impl Held {
    /// Where reading must start so that no partition misses anything.
    pub(crate) fn lowest(&self) -> Option<Position> {
        self.positions.values().min().copied()
    }
}

/// A partition's step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Move {
    pub(crate) partition: i16,
    pub(crate) seen: Position,
    pub(crate) next: Position,
}

/// One worker's part in one build's following of one log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Share {
    pub(crate) build: BuildId,
    pub(crate) log: Service,
    pub(crate) worker: Uuid,
    pub(crate) lease: Duration,
}

impl Share {
    /// Says that the worker is there, takes its fair share of the partitions, and reads how far they
    /// are.
    pub(crate) async fn deal(&self, client: &impl GenericClient) -> Result<Held, ProjectionError> {
        let (build, log) = (self.build.0, self.log.name());
        let here = client
            .prepare_cached(
                "insert into projections.workers (build, log, id, seen_at)
                 values ($1, $2, $3, clock_timestamp())
                 on conflict (build, log, id)
                 do update set seen_at = excluded.seen_at, trouble = null",
            )
            .await?;
        client.execute(&here, &[&build, &log, &self.worker]).await?;
        let deal = client
            .prepare_cached(include_str!("checkpoint/deal.sql"))
            .await?;
        let seconds = self.lease.as_secs_f64();
        client
            .execute(&deal, &[&build, &log, &self.worker, &seconds])
            .await?;
        let held = client
            .prepare_cached(
                "select partition, position, incarnation from projections.checkpoints
                  where build = $1 and log = $2 and holder = $3",
            )
            .await?;
        let rows = client.query(&held, &[&build, &log, &self.worker]).await?;
        let mut held = Held::default();
        for row in rows {
            held.incarnation = Some(Incarnation(row.try_get("incarnation")?));
            held.positions.insert(
                row.try_get("partition")?,
                Position(row.try_get("position")?),
            );
        }
        Ok(held)
    }

    /// Moves checkpoints by compare-and-set and so locks their partitions until the transaction
    /// ends. The statement is sent when the future is first polled, so that the caller may send more
    /// behind it.
    pub(crate) async fn advance(
        &self,
        transaction: &Transaction<'_>,
        statement: &tokio_postgres::Statement,
        incarnation: Incarnation,
        moves: &[Move],
    ) -> Result<u64, tokio_postgres::Error> {
        let partitions: Vec<i16> = moves.iter().map(|step| step.partition).collect();
        let seen: Vec<i64> = moves.iter().map(|step| step.seen.0).collect();
        let next: Vec<i64> = moves.iter().map(|step| step.next.0).collect();
        transaction
            .execute(
                statement,
                &[
                    &self.build.0,
                    &self.log.name(),
                    &self.worker,
                    &self.lease.as_secs_f64(),
                    &incarnation.0,
                    &partitions,
                    &seen,
                    &next,
                ],
            )
            .await
    }

    /// Says what hinders the worker, and gives everything back: it may be this worker alone that
    /// cannot go on.
    pub(crate) async fn complain(
        &self,
        client: &impl GenericClient,
        trouble: &str,
    ) -> Result<(), ProjectionError> {
        let (build, log) = (self.build.0, self.log.name());
        client
            .execute(
                "insert into projections.workers (build, log, id, seen_at, trouble, trouble_at)
                 values ($1, $2, $3, '-infinity', $4, clock_timestamp())
                 on conflict (build, log, id) do update
                    set seen_at = excluded.seen_at, trouble = excluded.trouble,
                        trouble_at = excluded.trouble_at",
                &[&build, &log, &self.worker, &trouble],
            )
            .await?;
        self.give_back(client).await
    }

    async fn give_back(&self, client: &impl GenericClient) -> Result<(), ProjectionError> {
        client
            .execute(
                "update projections.checkpoints set holder = null, lease_until = null
                  where build = $1 and log = $2 and holder = $3",
                &[&self.build.0, &self.log.name(), &self.worker],
            )
            .await?;
        Ok(())
    }

    /// Gives everything back, so that others need not wait for the lease to run out.
    pub(crate) async fn leave(&self, client: &impl GenericClient) -> Result<(), ProjectionError> {
        self.give_back(client).await?;
        // Those that were killed left their rows behind.
        client
            .execute(
                "delete from projections.workers
                  where build = $1 and log = $2
                    and (id = $3 or seen_at < clock_timestamp() - interval '1 day')",
                &[&self.build.0, &self.log.name(), &self.worker],
            )
            .await?;
        Ok(())
    }
}
