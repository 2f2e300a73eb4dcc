//! Follows one log for one build: reads every position once, writes what falls in its partitions.

use std::{future::pending, time::Duration};

use guanxi_eventlog::{Feed, FeedOptions, LogReader, Standstill};
use guanxi_events::{Incarnation, Position, Recorded};
use jiff::Timestamp;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::{
    Options, ProjectionError,
    batch::{Lane, Limits},
    checkpoint::Held,
    statistics::{self, Statistics},
    telemetry::{self, Gauges},
};

/// The pause after the first trouble; doubled with every further one.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// A partition that is no further ahead than this is waited for; else reading begins anew there.
const AHEAD: i64 = 10_000;

pub(crate) struct Follower {
    lane: Lane,
    reader: LogReader,
    gauges: Gauges,
    held: Held,
    // Read by nobody but this task: what comes while a batch is written is one page then, however it
    // trickled in.
    feed: Option<Feed>,
    // The last position that was read.
    cursor: Position,
    standstill: Standstill,
    head: Position,
    last_recorded_at: Option<Timestamp>,
    statistics: Statistics,
}

impl Follower {
    pub(crate) fn new(lane: Lane, reader: LogReader) -> Self {
        Self {
            gauges: Gauges::new(&lane.build, &lane.share),
            lane,
            reader,
            held: Held::default(),
            feed: None,
            cursor: Position::START,
            standstill: Standstill::default(),
            head: Position::START,
            last_recorded_at: None,
            statistics: Statistics::default(),
        }
    }

    /// Follows until `stop`, whatever happens, then gives its partitions back. Ends by itself only
    /// when the log lives another life than the build: then the build is marked, and a new one is
    /// due.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        let mut pause = FIRST_PAUSE;
        loop {
            let began = Instant::now();
            let Err(error) = self.follow(&stop).await else {
                break;
            };
            self.feed = None;
            self.held = Held::default();
            if let ProjectionError::LeaseLost = error {
                tracing::info!(schema = self.schema(), log = %self.log(), "a lease is lost");
                continue;
            }
            if let ProjectionError::ForeignIncarnation { .. } = error {
                tracing::error!(schema = self.schema(), %error, "the build is of a life that is over");
                match self.mark_foreign().await {
                    Ok(()) => break,
                    Err(error) => tracing::warn!(%error, "cannot mark it yet"),
                }
            }
            self.gauges.trouble();
            tracing::warn!(schema = self.schema(), log = %self.log(), %error, "trouble; trying again");
            self.complain(&error).await;
            if began.elapsed() > self.options().patience {
                pause = FIRST_PAUSE;
            }
            tokio::select! {
                () = sleep(pause) => pause = (pause * 2).min(self.options().patience),
                () = stop.cancelled() => break,
            }
        }
        self.feed = None;
        if let Err(error) = self.leave().await {
            tracing::info!(schema = self.schema(), %error, "partitions are free when their lease ends");
        }
    }

    async fn follow(&mut self, stop: &CancellationToken) -> Result<(), ProjectionError> {
        let mut deal_at = Instant::now();
        loop {
            if stop.is_cancelled() {
                return Ok(());
            }
            if Instant::now() >= deal_at {
                self.deal().await?;
                deal_at = Instant::now() + self.options().heartbeat;
            }
            let batch = self.options().batch;
            let page = async {
                match &mut self.feed {
                    Some(feed) => feed.next(batch).await,
                    None => pending().await,
                }
            };
            tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(()),
                page = page => self.take(page?).await?,
                () = sleep_until(deal_at) => {}
            }
        }
    }

    /// Renews leases, looks whether the log is still the same and how far it is, and aims reading at
    /// the partitions that are held now.
    async fn deal(&mut self) -> Result<(), ProjectionError> {
        let client = self.lane.setup.pool.get().await?;
        self.held = self.lane.share.deal(&client).await?;
        let parked = client
            .prepare_cached(
                "select count(*) from projections.parked
                  where build = $1 and log = $2 and state <> 'skipped'",
            )
            .await?;
        let parked = client
            .query_one(&parked, &[&self.lane.build.id.0, &self.log().name()])
            .await?
            .try_get(0)?;
        drop(client);
        self.gauges.holds(self.held.positions.len(), parked);
        let head = self.reader.head().await?;
        self.head = head.position;
        let (Some(built), Some(lowest)) = (self.held.incarnation, self.held.lowest()) else {
            self.feed = None;
            return Ok(());
        };
        self.same_life(built, head.incarnation)?;
        self.gauges.at(lowest, self.head, self.last_recorded_at);
        let off = lowest < self.cursor || lowest.0 > self.cursor.0 + AHEAD;
        let (patience, now) = (self.options().watchdog, Instant::now());
        let stands = self.standstill.lasts(self.cursor, self.head, now, patience);
        if stands && self.feed.is_some() {
            self.gauges.stood_still();
            tracing::warn!(
                schema = self.schema(), log = %self.log(), position = %self.cursor, head = %self.head,
                "nothing comes though the log holds more; reading anew"
            );
        }
        if self.feed.is_none() || off || stands {
            self.cursor = lowest;
            self.standstill.moved();
            let (reader, nats) = (self.reader.clone(), self.lane.setup.nats.clone());
            let options = FeedOptions {
                page: self.options().batch,
                ..FeedOptions::default()
            };
            let feed = Feed::open(reader, nats, lowest, options).await?;
            // The log may have been restored since the look at its head.
            self.same_life(built, feed.incarnation())?;
            self.feed = Some(feed);
        }
        Ok(())
    }

    fn same_life(&self, built: Incarnation, actual: Incarnation) -> Result<(), ProjectionError> {
        if built == actual {
            return Ok(());
        }
        Err(ProjectionError::ForeignIncarnation {
            log: self.log(),
            built,
            actual,
        })
    }

    async fn take(&mut self, page: Vec<Recorded>) -> Result<(), ProjectionError> {
        self.cursor = contiguous(self.cursor, &page).map_err(|found| ProjectionError::Gap {
            log: self.log(),
            expected: self.cursor.next(),
            found,
        })?;
        self.last_recorded_at = page.last().map(|event| event.recorded_at);
        let stretch = self.lane.stretch(page);
        let batch =
            stretch.and_then(|stretch| self.lane.batch(&self.held, &Limits::new(), stretch));
        if let Some(batch) = batch {
            let span = telemetry::span(
                &self.lane.build,
                &self.lane.share,
                &batch,
                self.options().link,
            );
            let began = Instant::now();
            self.lane
                .write(&mut self.held, &batch)
                .instrument(span)
                .await?;
            self.gauges.wrote(&batch, began.elapsed());
            if let Some(written) = self.statistics.are_due_after(batch.events.len()) {
                self.gather_statistics(written);
            }
            self.gauges.at(
                self.cursor,
                self.head.max(self.cursor),
                self.last_recorded_at,
            );
        }
        self.standstill.moved();
        Ok(())
    }

    /// Beside what follows: to look at large tables takes longer than anyone should wait.
    fn gather_statistics(&self, written: usize) {
        let lane = self.lane.clone();
        tokio::spawn(async move {
            if let Err(error) = statistics::gather(&lane, written).await {
                // Postgres does it by itself in a while.
                tracing::info!(schema = lane.build.schema, %error, "no statistics yet");
            }
        });
    }

    async fn mark_foreign(&self) -> Result<(), ProjectionError> {
        let client = self.lane.setup.pool.get().await?;
        self.lane.build.mark_foreign(&client).await
    }

    async fn complain(&self, error: &ProjectionError) {
        let complained = async {
            let client = self.lane.setup.pool.get().await?;
            self.lane.share.complain(&client, &error.to_string()).await
        };
        // Most often it is Postgres that is away, and what cannot be noted is in the log.
        if let Err(error) = complained.await {
            tracing::debug!(%error, "the trouble is not noted");
        }
    }

    async fn leave(&self) -> Result<(), ProjectionError> {
        let client = self.lane.setup.pool.get().await?;
        self.lane.share.leave(&client).await
    }

    fn options(&self) -> &Options {
        &self.lane.setup.options
    }

    fn schema(&self) -> &str {
        &self.lane.build.schema
    }

    fn log(&self) -> guanxi_events::Service {
        self.lane.share.log
    }
}

/// The last position of `page`, or the first that does not follow the one before it.
fn contiguous(after: Position, page: &[Recorded]) -> Result<Position, Position> {
    page.iter().try_fold(after, |before, event| {
        if event.position == before.next() {
            Ok(event.position)
        } else {
            Err(event.position)
        }
    })
}
