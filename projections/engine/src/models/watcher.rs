//! One query for all who wait: looks at the checkpoints often while someone waits, never otherwise.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use deadpool_postgres::Pool;
use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep, sleep_until, timeout},
};

use crate::ProjectionError;

use super::snapshot::Snapshot;

/// The least time between two looks; half of it is what a waiter loses on average.
const SHORTEST: Duration = Duration::from_millis(2);
/// The most, when nothing moves.
const LONGEST: Duration = Duration::from_millis(25);
/// A look that takes longer is given up: Postgres may be gone without a word.
const LOOK: Duration = Duration::from_secs(5);

pub(super) struct Watcher {
    pool: Pool,
    waiters: AtomicUsize,
    came: Notify,
    seen: watch::Sender<Option<Arc<Snapshot>>>,
}

/// Someone waits, until this is dropped.
pub(super) struct Waiting<'a>(&'a Watcher);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiters.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Watcher {
    pub(super) fn new(pool: Pool) -> Self {
        Self {
            pool,
            waiters: AtomicUsize::new(0),
            came: Notify::new(),
            seen: watch::Sender::new(None),
        }
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<Option<Arc<Snapshot>>> {
        self.seen.subscribe()
    }

    pub(super) fn latest(&self) -> Option<Arc<Snapshot>> {
        self.seen.borrow().clone()
    }

    pub(super) fn enlist(&self) -> Waiting<'_> {
        self.waiters.fetch_add(1, Ordering::Relaxed);
        self.came.notify_one();
        Waiting(self)
    }

    /// Looks now, and shows what it saw to all who wait.
    pub(super) async fn look(&self) -> Result<Arc<Snapshot>, ProjectionError> {
        let taken_at = Instant::now();
        let client = self.pool.get().await?;
        let statement = client.prepare_cached(include_str!("poll.sql")).await?;
        let rows = client.query(&statement, &[]).await?;
        let snapshot = Arc::new(Snapshot::from_rows(taken_at, &rows)?);
        self.seen.send_if_modified(|seen| {
            // Two looks at once may end in the other order.
            let newer = seen.as_ref().is_none_or(|seen| seen.taken_at < taken_at);
            if newer {
                *seen = Some(Arc::clone(&snapshot));
            }
            newer
        });
        Ok(snapshot)
    }

    pub(super) async fn run(self: Arc<Self>) {
        let mut interval = SHORTEST;
        loop {
            if self.waiters.load(Ordering::Relaxed) == 0 {
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
