//! Events that were set aside, and those that wait behind them.

use std::collections::HashSet;

use deadpool_postgres::{GenericClient, Pool, Transaction};
use guanxi_events::{Position, Recorded, Service};
use jiff::Timestamp;
use tokio_postgres::{Row, Statement};

use crate::{Build, BuildId, Key, ProjectionError, checkpoint::Share};

/// An event that is being set aside.
#[derive(Debug, Clone)]
pub(crate) struct Aside {
    pub(crate) position: Position,
    pub(crate) key: Key,
    /// Why it cannot be folded; `None` when it only waits behind one of its key.
    pub(crate) reason: Option<String>,
}

impl Aside {
    pub(crate) fn new(key: &Key, event: &Recorded, reason: Option<String>) -> Self {
        Self {
            position: event.position,
            key: key.clone(),
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

    /// What of `events` is set aside.
    pub(crate) async fn load(
        transaction: &Transaction<'_>,
        share: &Share,
        events: &[(Key, Recorded)],
    ) -> Result<Self, ProjectionError> {
        let (build, log) = (share.build.0, share.log.name());
        let keys: HashSet<&str> = events.iter().map(|(key, _)| key.as_str()).collect();
        let keys: Vec<&str> = keys.into_iter().collect();
        let stuck = transaction
            .prepare_cached(
                "select distinct key from projections.parked
                  where build = $1 and log = $2 and state <> 'skipped' and key = any ($3)",
            )
            .await?;
        let stuck = transaction.query(&stuck, &[&build, &log, &keys]).await?;
        let positions: Vec<i64> = events.iter().map(|(_, event)| event.position.0).collect();
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

    /// Parts `events` into those to fold and those to set aside; skipped ones are in neither.
    pub(crate) fn part<'e>(
        &self,
        events: &'e [(Key, Recorded)],
    ) -> (Vec<&'e (Key, Recorded)>, Vec<Aside>) {
        let mut aside = Vec::new();
        let mut due = Vec::with_capacity(events.len());
        for entry @ (key, event) in events {
            if self.skipped.contains(&event.position) {
            } else if self.keys.contains(key.as_str()) {
                aside.push(Aside::new(key, event, None));
            } else {
                due.push(entry);
            }
        }
        (due, aside)
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

/// A key that is stuck, for an operator to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedKey {
    /// In which build.
    pub build: BuildId,
    /// Its schema.
    pub schema: String,
    /// Of which log.
    pub log: Service,
    /// The partition key.
    pub key: Key,
    /// The event that cannot be folded.
    pub position: Position,
    /// Why.
    pub reason: String,
    /// How many later events of the key wait behind it.
    pub held: u64,
    /// Since when.
    pub at: Timestamp,
}

impl ParkedKey {
    fn from_row(row: &Row) -> Result<Self, ProjectionError> {
        Ok(Self {
            build: BuildId(row.try_get("build")?),
            schema: row.try_get("schema")?,
            log: log_named(row.try_get("log")?)?,
            key: Key::new(row.try_get::<_, String>("key")?),
            position: Position(row.try_get("position")?),
            reason: row.try_get("reason")?,
            held: row.try_get::<_, i64>("held")?.unsigned_abs(),
            at: row.try_get("parked_at")?,
        })
    }
}

/// An event that an operator decided to leave out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedEvent {
    /// In which build.
    pub build: BuildId,
    /// Of which log.
    pub log: Service,
    /// Where.
    pub position: Position,
    /// Why it could not be folded.
    pub reason: Option<String>,
    /// Why it was left out.
    pub note: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
}

/// The keys of `name` that are stuck, of every build that is followed, the oldest first.
///
/// # Errors
/// What Postgres says.
pub async fn parked(pool: &Pool, name: &str) -> Result<Vec<ParkedKey>, ProjectionError> {
    let rows = pool
        .get()
        .await?
        .query(
            "select p.build, b.schema, p.log, p.key, p.position, p.reason, p.parked_at,
                    (select count(*) from projections.parked h
                      where h.build = p.build and h.log = p.log and h.key = p.key
                        and h.state = 'held') as held
               from projections.parked p
               join projections.builds b on b.id = p.build
              where b.name = $1 and b.state in ('active', 'building', 'foreign', 'frozen')
                and p.state = 'parked'
              order by p.parked_at, p.position",
            &[&name],
        )
        .await?;
    rows.iter().map(ParkedKey::from_row).collect()
}

/// The events that `build` leaves out.
///
/// # Errors
/// What Postgres says.
pub async fn skipped(pool: &Pool, build: &Build) -> Result<Vec<SkippedEvent>, ProjectionError> {
    let rows = pool
        .get()
        .await?
        .query(
            "select log, position, reason, note, skipped_at from projections.parked
              where build = $1 and state = 'skipped' order by log, position",
            &[&build.id.0],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(SkippedEvent {
                build: build.id,
                log: log_named(row.try_get("log")?)?,
                position: Position(row.try_get("position")?),
                reason: row.try_get("reason")?,
                note: row.try_get("note")?,
                at: row.try_get("skipped_at")?,
            })
        })
        .collect()
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
