//! Callers of a log alone: half of their appends begin a stream, half go on with one of 10 000 at
//! the version that they know.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use futures::{StreamExt, TryStreamExt, stream};
use guanxi_eventlog::{AppendError, EventLog};
use guanxi_events::StreamVersion;
use rand::RngExt;
use uuid::Uuid;

use crate::{Appends, Measured, Outcome, drive};

const STREAMS: usize = 10_000;

/// What the callers share.
#[derive(Clone)]
pub struct Writers {
    appends: Appends,
    /// The 10 000 streams that go on, with the versions that the callers know.
    known: Arc<Vec<(Uuid, AtomicI64)>>,
}

impl Writers {
    /// Begins the 10 000 streams.
    ///
    /// # Errors
    /// When an append fails.
    pub async fn begin(log: &EventLog) -> anyhow::Result<Self> {
        let known = (0..STREAMS).map(|_| (Uuid::new_v4(), AtomicI64::new(1)));
        let writers = Self {
            appends: Appends::new()?,
            known: Arc::new(known.collect()),
        };
        stream::iter(writers.known.iter())
            .map(|(id, _)| log.append(writers.appends.append(*id, StreamVersion::NONE, 1)))
            .buffer_unordered(512)
            .try_for_each(|_| futures::future::ready(Ok(())))
            .await?;
        Ok(writers)
    }

    /// Lets callers write for a time, spread over the logs: replicas of one service.
    ///
    /// # Errors
    /// See [`drive`].
    pub async fn write(
        &self,
        logs: &[EventLog],
        callers: usize,
        warm_up: Duration,
        window: Duration,
    ) -> anyhow::Result<Measured> {
        let caller = |n: usize| (self.clone(), logs[n % logs.len()].clone());
        drive(
            callers,
            warm_up,
            window,
            caller,
            |(writers, log)| async move {
                let outcome = writers.one(&log).await;
                ((writers, log), outcome)
            },
        )
        .await
    }

    async fn one(&self, log: &EventLog) -> Outcome {
        let (id, expected, known) = if rand::rng().random_bool(0.5) {
            (Uuid::new_v4(), 0, None)
        } else {
            let (id, version) = &self.known[rand::rng().random_range(0..STREAMS)];
            (*id, version.load(Ordering::Relaxed), Some(version))
        };
        let append = self.appends.append(id, StreamVersion(expected), 1);
        match log.append(append).await {
            Ok(_) => {
                if let Some(known) = known {
                    known.fetch_max(expected + 1, Ordering::Relaxed);
                }
                Outcome::Done
            }
            Err(AppendError::Stale { .. }) => Outcome::Conflict,
            Err(error) => Outcome::Failed(error.to_string()),
        }
    }
}
