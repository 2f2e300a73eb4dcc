//! One query for all who wait: looks at the checkpoints often while someone waits, never otherwise.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use deadpool_postgres::Pool;
use guanxi_events::Position;
use tokio::{
    sync::Notify,
    time::{Instant, sleep, sleep_until, timeout},
};

use crate::ProjectionError;

use super::{
    snapshot::Snapshot,
    waiters::{Following, Waiters, Waiting},
};

/// The least time between two looks; half of it is what a waiter loses on average.
const SHORTEST: Duration = Duration::from_millis(2);
/// The most, when nothing moves.
const LONGEST: Duration = Duration::from_millis(25);
/// A look that takes longer is given up: Postgres may be gone without a word.
const LOOK: Duration = Duration::from_secs(5);

pub(super) struct Watcher {
    pool: Pool,
    waiters: Waiters,
    came: Notify,
    seen: Mutex<Option<Arc<Snapshot>>>,
}

impl Watcher {
    pub(super) fn new(pool: Pool) -> Self {
        Self {
            pool,
            waiters: Waiters::default(),
            came: Notify::new(),
            seen: Mutex::default(),
        }
    }

    pub(super) fn latest(&self) -> Option<Arc<Snapshot>> {
        self.seen().clone()
    }

    fn seen(&self) -> MutexGuard<'_, Option<Arc<Snapshot>>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn enlist(&self, following: Following, position: Position) -> Waiting<'_> {
        let waiting = self.waiters.enlist(following, position);
        self.came.notify_one();
        waiting
    }

    /// Looks now, and tells those who waited for what it saw.
    pub(super) async fn look(&self) -> Result<Arc<Snapshot>, ProjectionError> {
        let taken_at = Instant::now();
        let client = self.pool.get().await?;
        let statement = client.prepare_cached(include_str!("poll.sql")).await?;
        let rows = client.query(&statement, &[]).await?;
        let snapshot = Arc::new(Snapshot::from_rows(taken_at, &rows)?);
        {
            let mut seen = self.seen();
            // Two looks at once may end in the other order.
            if seen.as_ref().is_none_or(|seen| seen.taken_at < taken_at) {
                *seen = Some(Arc::clone(&snapshot));
            }
        }
        self.waiters
            .tell(|following| snapshot.reached(following).ok());
        Ok(snapshot)
    }

    pub(super) async fn run(self: Arc<Self>) {
        let mut interval = SHORTEST;
        loop {
            if self.waiters.nobody() {
                interval = SHORTEST;
                self.came.notified().await;
                continue;
            }
            let looked_at = Instant::now();
            let before = self.latest();
            interval = match timeout(LOOK, self.look()).await {
                Ok(Ok(now)) if before.is_some_and(|before| before.shows_the_same_as(&now)) => {
                    LONGEST.min(interval.mul_f32(1.5))
                }
                Ok(Ok(_)) => SHORTEST,
                Ok(Err(error)) => {
                    tracing::warn!(%error, "cannot see how far the read models are");
                    Duration::from_millis(250)
                }
                Err(_) => {
                    tracing::warn!("cannot see how far the read models are: Postgres is silent");
                    LONGEST
                }
            };
            tokio::select! {
                () = sleep(interval) => {}
                () = self.came.notified() => {
                    interval = SHORTEST;
                    sleep_until(looked_at + SHORTEST).await;
                }
            }
        }
    }
}
