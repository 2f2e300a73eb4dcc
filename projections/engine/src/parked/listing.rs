//! What is set aside, as an operator sees it.

use deadpool_postgres::Pool;
use guanxi_events::{Position, Service};
use jiff::Timestamp;
use tokio_postgres::Row;

use super::log_named;
use crate::{Build, BuildId, Key, ProjectionError};

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
