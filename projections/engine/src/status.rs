//! What an operator sees of every build: how far it is, who follows it, what hinders it.

use std::{collections::HashMap, time::Duration};

use deadpool_postgres::Pool;
use guanxi_eventlog::{Head, LogReader};
use guanxi_events::{Position, Service};
use jiff::Timestamp;

use crate::{Build, BuildState, LogPosition, ProjectionError, options::Options};

/// One build and one log that it follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The build: name, version, number, schema, state.
    pub build: Build,
    /// The log.
    pub log: Service,
    /// The lowest position that all partitions have passed.
    pub position: Position,
    /// Where the log ends; `None` when its reader was not given, or when the build is of another
    /// life of the log.
    pub head: Option<Position>,
    /// How many events are not applied yet.
    pub events_behind: Option<i64>,
    /// How long ago the first event that is not applied yet was recorded; 0 when there is none.
    pub behind: Option<Duration>,
    /// When a worker last wrote a batch, or found nothing to do.
    pub last_success: Option<Timestamp>,
    /// How many events are parked.
    pub parked: i64,
    /// How many wait behind parked ones.
    pub held: i64,
    /// How many workers follow it now.
    pub workers: i64,
    /// How many of its partitions have a worker.
    pub partitions_led: i64,
    /// What hinders a worker.
    pub trouble: Option<String>,
}

/// The state of every build that is kept, of `name` or of all projections.
///
/// # Errors
/// When Postgres or a log cannot be read.
pub async fn status(
    pool: &Pool,
    readers: &[LogReader],
    name: Option<&str>,
) -> Result<Vec<Status>, ProjectionError> {
    let mut heads = HashMap::new();
    for reader in readers {
        heads.insert(reader.service(), (reader, reader.head().await?));
    }
    let lease = Options::default().lease.as_secs_f64();
    let client = pool.get().await?;
    let statement = client
        .prepare_cached(include_str!("status/status.sql"))
        .await?;
    let rows = client.query(&statement, &[&name, &lease]).await?;
    drop(client);
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let build = Build::from_row(&row)?;
        let at = LogPosition::from_row(&row)?;
        let followed = matches!(build.state, BuildState::Active | BuildState::Building);
        let known = heads
            .get(&at.log)
            .filter(|(_, head)| head.incarnation == at.incarnation);
        let behind = match known {
            Some((reader, head)) if followed => Some(behind(reader, head, at.position).await?),
            _ => None,
        };
        all.push(Status {
            log: at.log,
            position: at.position,
            head: known.map(|(_, head)| head.position),
            events_behind: known.map(|(_, head)| (head.position.0 - at.position.0).max(0)),
            behind,
            last_success: row.try_get("last_success")?,
            parked: row.try_get("parked_count")?,
            held: row.try_get("held_count")?,
            workers: row.try_get("workers")?,
            partitions_led: row.try_get("held")?,
            trouble: row.try_get("trouble")?,
            build,
        });
    }
    Ok(all)
}

/// The age of the first event that is not applied yet.
async fn behind(
    reader: &LogReader,
    head: &Head,
    position: Position,
) -> Result<Duration, ProjectionError> {
    if position >= head.position {
        return Ok(Duration::ZERO);
    }
    // Not the event itself: who asks how far a model is need not be allowed to read what happened.
    let due = reader.recorded_at(Position(position.0 + 1)).await?;
    let age = due.map(|recorded_at| Timestamp::now().duration_since(recorded_at));
    Ok(age.and_then(|age| age.try_into().ok()).unwrap_or_default())
}
