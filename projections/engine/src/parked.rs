//! Events that were set aside, and those that wait behind them.

mod listing;

use std::collections::HashSet;

use deadpool_postgres::{GenericClient, Transaction};
use guanxi_events::{Position, Service};
use tokio_postgres::Statement;

use crate::{BuildId, Key, ProjectionError, batch::Batch, checkpoint::Share};

pub use listing::{ParkedKey, SkippedEvent, parked, skipped};

/// An event that is being set aside.
#[derive(Debug, Clone)]
pub(crate) struct Aside {
    pub(crate) position: Position,
    pub(crate) key: Key,
    /// Why it cannot be folded; `None` when it only waits behind one of its key.
    pub(crate) reason: Option<String>,
}

impl Aside {
    pub(crate) fn of(batch: &Batch, at: usize, reason: Option<String>) -> Self {
        Self {
            position: batch.events[at].position,
            key: batch.keys[at].clone(),
            reason,
        }
    }
}

/// What is set aside already, as far as a batch is concerned.
#[derive(Debug, Default)]
pub(crate) struct Parked {
    keys: HashSet<String>,
    skipped: HashSet<Position>,
}

impl Parked {
    pub(crate) async fn prepare_any(
        transaction: &Transaction<'_>,
    ) -> Result<Statement, tokio_postgres::Error> {
        let sql = "select exists (select from projections.parked where build = $1 and log = $2)";
        transaction.prepare_cached(sql).await
    }

    /// Whether anything is set aside at all: almost always nothing is.
    pub(crate) async fn any(
        transaction: &Transaction<'_>,
        statement: &Statement,
        share: &Share,
    ) -> Result<bool, tokio_postgres::Error> {
        let row = transaction
            .query_one(statement, &[&share.build.0, &share.log.name()])
            .await?;
        row.try_get(0)
    }

    /// What of `batch` is set aside.
    pub(crate) async fn load(
        transaction: &Transaction<'_>,
        share: &Share,
        batch: &Batch,
    ) -> Result<Self, ProjectionError> {
        let (build, log) = (share.build.0, share.log.name());
        let keys: HashSet<&str> = batch.keys.iter().map(Key::as_str).collect();
        let keys: Vec<&str> = keys.into_iter().collect();
        let stuck = transaction
            .prepare_cached(
                "select distinct key from projections.parked
                  where build = $1 and log = $2 and state <> 'skipped' and key = any ($3)",
            )
            .await?;
        let stuck = transaction.query(&stuck, &[&build, &log, &keys]).await?;
        let positions: Vec<i64> = batch.events.iter().map(|event| event.position.0).collect();
        let skipped = transaction
            .prepare_cached(
                "select position from projections.parked
                  where build = $1 and log = $2 and state = 'skipped' and position = any ($3)",
            )
            .await?;
        let skipped = transaction
            .query(&skipped, &[&build, &log, &positions])
            .await?;
        Ok(Self {
            keys: stuck
                .iter()
                .map(|row| row.try_get(0))
                .collect::<Result<_, _>>()?,
            skipped: skipped
                .iter()
                .map(|row| row.try_get(0).map(Position))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Parts `batch` into the indices of what is to be folded and what is to be set aside. What is
    /// skipped is in neither.
    pub(crate) fn part(&self, batch: &Batch) -> (Vec<usize>, Vec<Aside>) {
        let skipped = |at: &usize| self.skipped.contains(&batch.events[*at].position);
        let stuck = |at: &usize| self.keys.contains(batch.keys[*at].as_str());
        let (aside, due): (Vec<usize>, Vec<usize>) = (0..batch.events.len())
            .filter(|at| !skipped(at))
            .partition(stuck);
        let aside = aside.into_iter().map(|at| Aside::of(batch, at, None));
        (due, aside.collect())
    }

    pub(crate) async fn insert(
        transaction: &Transaction<'_>,
        share: &Share,
        aside: &[Aside],
    ) -> Result<(), tokio_postgres::Error> {
        if aside.is_empty() {
            return Ok(());
        }
        let positions: Vec<i64> = aside.iter().map(|aside| aside.position.0).collect();
        let keys: Vec<&str> = aside.iter().map(|aside| aside.key.as_str()).collect();
        let reasons: Vec<Option<&str>> =
            aside.iter().map(|aside| aside.reason.as_deref()).collect();
        transaction
            .execute(
                "insert into projections.parked (build, log, position, key, state, reason)
                 select $1, $2, position, key,
                        case when reason is null then 'held' else 'parked' end, reason
                   from unnest($3::bigint[], $4::text[], $5::text[]) as e (position, key, reason)",
                &[
                    &share.build.0,
                    &share.log.name(),
                    &positions,
                    &keys,
                    &reasons,
                ],
            )
            .await?;
        Ok(())
    }

    /// Leaves `events` out of a build that has not begun.
    pub(crate) async fn leave_out(
        client: &impl GenericClient,
        build: BuildId,
        events: &[(Service, Position)],
    ) -> Result<(), ProjectionError> {
        let logs: Vec<&str> = events.iter().map(|(log, _)| log.name()).collect();
        let positions: Vec<i64> = events.iter().map(|(_, position)| position.0).collect();
        client
            .execute(
                "insert into projections.parked (build, log, position, state)
                 select $1, log, position, 'skipped'
                   from unnest($2::text[], $3::bigint[]) as e (log, position)",
                &[&build.0, &logs, &positions],
            )
            .await?;
        Ok(())
    }

    /// What a build could not fold, and why.
    pub(crate) async fn reasons(
        client: &impl GenericClient,
        build: BuildId,
    ) -> Result<Vec<(Service, Position, String)>, ProjectionError> {
        let rows = client
            .query(
                "select log, position, reason from projections.parked
                  where build = $1 and state = 'parked' order by log, position",
                &[&build.0],
            )
            .await?;
        rows.iter()
            .map(|row| {
                let log = log_named(row.try_get("log")?)?;
                Ok((
                    log,
                    Position(row.try_get("position")?),
                    row.try_get("reason")?,
                ))
            })
            .collect()
    }
}

/// The log of a stored name.
pub(crate) fn log_named(name: &str) -> Result<Service, ProjectionError> {
    Service::from_name(name).ok_or_else(|| ProjectionError::Unknown(format!("the log {name:?}")))
}

/// A new build of the same version leaves out what the operator left out of the old one.
pub(crate) async fn copy_skipped(
    client: &impl GenericClient,
    from: BuildId,
    to: BuildId,
) -> Result<(), ProjectionError> {
    client
        .execute(
            "insert into projections.parked
                    (build, log, position, key, state, reason, note, parked_at, skipped_at)
             select $2, p.log, p.position, p.key, p.state, p.reason, p.note, p.parked_at, p.skipped_at
               from projections.parked p
              where p.build = $1 and p.state = 'skipped'
                and exists (select from projections.checkpoints o
                              join projections.checkpoints n using (log, incarnation)
                             where o.build = $1 and n.build = $2 and o.log = p.log)",
            &[&from.0, &to.0],
        )
        .await?;
    Ok(())
}
