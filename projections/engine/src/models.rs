//! Read models as queries see them: which schema to read, how far it is, and waiting until it is
//! far enough.

mod snapshot;
mod waiters;
mod watcher;

use std::{sync::Arc, time::Duration};

use deadpool_postgres::{GenericClient, Pool};
use guanxi_events::{Incarnation, Position, Service};
use tokio::time::{Instant, timeout_at};
use tokio_util::task::AbortOnDropHandle;

use crate::{Build, BuildId, ProjectionError, WaitError};

pub use snapshot::LogPosition;
use snapshot::Snapshot;
use waiters::Following;
use watcher::Watcher;

/// How old an answer of [`Models::active`] may be.
const FRESH: Duration = Duration::from_secs(1);

/// The read models of one database. Cheap to clone; all clones share one watcher, and any number of
/// callers that wait share its one query.
#[derive(Clone)]
pub struct Models {
    watcher: Arc<Watcher>,
    _task: Arc<AbortOnDropHandle<()>>,
}

impl Models {
    /// The models in the database of `pool`. Must be called in a Tokio runtime.
    pub fn new(pool: Pool) -> Self {
        let watcher = Arc::new(Watcher::new(pool));
        let task = tokio::spawn(Arc::clone(&watcher).run());
        Self {
            watcher,
            _task: Arc::new(AbortOnDropHandle::new(task)),
        }
    }

    /// The build that queries of `name` read; at most a second old. The build that it replaced is
    /// kept, so a query that started on it ends well.
    ///
    /// # Errors
    /// [`ProjectionError::NeverBuilt`], or what Postgres says.
    pub async fn active(&self, name: &str) -> Result<Build, ProjectionError> {
        let snapshot = self.snapshot(FRESH).await?;
        let model = snapshot.model(name);
        model
            .map(|model| model.build.clone())
            .ok_or_else(|| ProjectionError::NeverBuilt(name.to_owned()))
    }

    /// How far `name` is in each log that it follows: what every answer names. Now, not cached; to
    /// name exactly what a query saw, ask [`positions_in`] within the query's own transaction.
    ///
    /// # Errors
    /// [`ProjectionError::NeverBuilt`], or what Postgres says.
    pub async fn positions(&self, name: &str) -> Result<Vec<LogPosition>, ProjectionError> {
        let snapshot = self.snapshot(Duration::ZERO).await?;
        let model = snapshot.model(name);
        model
            .map(|model| model.positions.clone())
            .ok_or_else(|| ProjectionError::NeverBuilt(name.to_owned()))
    }

    /// Waits until `name` has followed `log` up to `position` (a token that a caller gave as
    /// `after`).
    ///
    /// # Errors
    /// See [`WaitError`].
    pub async fn wait_for(
        &self,
        name: &str,
        log: Service,
        incarnation: Incarnation,
        position: Position,
        deadline: Instant,
    ) -> Result<(), WaitError> {
        let following = Following {
            model: name.to_owned(),
            log,
            incarnation,
        };
        let started = Instant::now();
        let mut waiting = None;
        loop {
            let latest = self.watcher.latest();
            let reached = match latest.map(|seen| (seen.taken_at, seen.reached(&following))) {
                Some((_, Ok(reached))) if reached >= position => return Ok(()),
                Some((_, Ok(reached))) => Some(reached),
                Some((taken_at, Err(error))) if taken_at >= started => return Err(error),
                // What an old look says of a model may have changed since.
                Some(_) | None => None,
            };
            if Instant::now() >= deadline {
                return Err(WaitError::Deadline {
                    wanted: position,
                    reached,
                });
            }
            match waiting.take() {
                // And looks again: what was seen meanwhile told only those who stood in line.
                None => waiting = Some(self.watcher.enlist(following.clone(), position)),
                // In time or not, the next look judges.
                Some(mut place) => drop(timeout_at(deadline, place.told()).await),
            }
        }
    }

    async fn snapshot(&self, age: Duration) -> Result<Arc<Snapshot>, ProjectionError> {
        if let Some(snapshot) = self.watcher.latest()
            && snapshot.taken_at.elapsed() < age
        {
            return Ok(snapshot);
        }
        self.watcher.look().await
    }
}

/// How far `build` is in each log, as the caller's transaction sees it.
///
/// # Errors
/// What Postgres says.
pub async fn positions_in(
    client: &impl GenericClient,
    build: BuildId,
) -> Result<Vec<LogPosition>, ProjectionError> {
    let sql = "select log, incarnation, min(position) as position from projections.checkpoints
                where build = $1 group by log, incarnation order by log";
    let statement = client.prepare_cached(sql).await?;
    let rows = client.query(&statement, &[&build.0]).await?;
    rows.iter().map(LogPosition::from_row).collect()
}
