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
use guanxi_eventlog::{AppendError, Claim, ClaimKey, EventLog};
use guanxi_events::StreamVersion;
use rand::RngExt;
use uuid::Uuid;

use crate::{Appends, Ids, Measured, Outcome, Store, drive};

/// Before what counts: plans are made and caches filled.
pub const WARM_UP: Duration = Duration::from_millis(1_500);
/// How many streams go on.
pub(crate) const STREAMS: usize = 10_000;

/// The id of a new stream, as services make them: newer ones sort behind older ones.
pub(crate) fn new_stream() -> Uuid {
    Uuid::now_v7()
}

/// What the callers share.
#[derive(Clone)]
pub struct Writers {
    appends: Appends,
    /// The streams that go on, with the versions that the callers know.
    known: Arc<Vec<(Uuid, AtomicI64)>>,
    /// Whether every new stream claims a key.
    claiming: bool,
}

impl Writers {
    /// Begins the 10 000 streams.
    ///
    /// # Errors
    /// When an append fails.
    pub async fn begin(log: &EventLog, ids: Ids) -> anyhow::Result<Self> {
        let writers = Self::who_know(ids, (0..STREAMS).map(|_| (new_stream(), 1)))?;
        stream::iter(writers.known.iter())
            .map(|(id, _)| log.append(writers.appends.append(*id, StreamVersion::NONE, 1)))
            .buffer_unordered(512)
            .try_for_each(|_| futures::future::ready(Ok(())))
            .await?;
        Ok(writers)
    }

    /// Those who go on with streams that are there already, at these versions.
    ///
    /// # Errors
    /// When there is none.
    pub fn who_know(
        ids: Ids,
        streams: impl IntoIterator<Item = (Uuid, i64)>,
    ) -> anyhow::Result<Self> {
        let known: Vec<_> = streams
            .into_iter()
            .map(|(id, version)| (id, AtomicI64::new(version)))
            .collect();
        anyhow::ensure!(!known.is_empty(), "there is no stream to go on with");
        Ok(Self {
            appends: Appends::new(ids)?,
            known: Arc::new(known),
            claiming: false,
        })
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
            (new_stream(), 0, None)
        } else {
            let (id, version) = &self.known[rand::rng().random_range(0..self.known.len())];
            (*id, version.load(Ordering::Relaxed), Some(version))
        };
        let mut append = self.appends.append(id, StreamVersion(expected), 1);
        if self.claiming && expected == 0 {
            append.claims.push(Claim {
                key: ClaimKey(rand::random()),
                owner: self.appends.stream(id),
            });
        }
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

/// So many callers, spread over so many replicas, on an empty log, but for the 10 000 streams that
/// some of them go on with.
///
/// # Errors
/// When an append fails by anything but a version conflict.
pub async fn appends(
    store: &Store,
    replicas: usize,
    callers: usize,
    window: Duration,
) -> anyhow::Result<Measured> {
    appends_of(store, replicas, callers, window, Manner::default()).await
}

/// The same on one replica, by callers who make the ids of their commands so.
///
/// # Errors
/// As those of [`appends`].
pub async fn appends_with_ids(
    store: &Store,
    ids: Ids,
    callers: usize,
    window: Duration,
) -> anyhow::Result<Measured> {
    let manner = Manner {
        ids,
        ..Manner::default()
    };
    appends_of(store, 1, callers, window, manner).await
}

/// The same on one replica, and every new stream claims a key, as a customer does by its tax id.
///
/// # Errors
/// As those of [`appends`].
pub async fn appends_with_claims(
    store: &Store,
    callers: usize,
    window: Duration,
) -> anyhow::Result<Measured> {
    let manner = Manner {
        claiming: true,
        ..Manner::default()
    };
    appends_of(store, 1, callers, window, manner).await
}

/// How they append.
#[derive(Default)]
struct Manner {
    ids: Ids,
    claiming: bool,
}

async fn appends_of(
    store: &Store,
    replicas: usize,
    callers: usize,
    window: Duration,
    manner: Manner,
) -> anyhow::Result<Measured> {
    let database = store.fresh().await?;
    let first = database.log().await?;
    let mut writers = Writers::begin(&first, manner.ids).await?;
    writers.claiming = manner.claiming;
    let mut logs = vec![first];
    while logs.len() < replicas {
        logs.push(database.log().await?);
    }
    database.settle().await?;
    let measured = writers.write(&logs, callers, WARM_UP, window).await;
    for log in logs {
        log.close().await;
    }
    database.drop().await?;
    let measured = measured?;
    anyhow::ensure!(measured.errors == 0, "{} appends failed", measured.errors);
    Ok(measured)
}
