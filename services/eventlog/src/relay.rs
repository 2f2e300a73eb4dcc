//! Fills the stream from the log.
//!
//! Sequence + base = position, and every message carries the sequence that it expects before it.
//! So the server itself gives each message its own place or none, refuses a second relay, and knows
//! how far the stream is: the relay has no checkpoint, no outbox and no memory. At the start, and
//! whenever anything is not as it should be, it looks at the stream, compares its last messages
//! with the log, and either goes on from there or opens a new generation.
//!
//! While NATS is away it tries again and again; commands do not notice, and readers take to the
//! log.

mod course;
mod lock;
mod pipeline;
mod plan;
mod poke;
mod resume;
#[cfg(test)]
mod simulation;
mod status;

use std::{convert::Infallible, sync::atomic::Ordering, time::Duration};

use async_nats::{Client, connection::State, jetstream};
use guanxi_events::Position;
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use self::{
    course::Window,
    lock::Lock,
    pipeline::Pipeline,
    plan::Plan,
    resume::{Depth, Resumed},
    status::Reporter,
};
use crate::{
    EventLog, LogError, LogReader, Stored,
    stream::{Generation, StreamLimits},
};

pub(crate) use poke::Pokes;
pub use poke::pokes;
pub use status::{RelayState, RelayStatus};

/// How a relay works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayOptions {
    /// How much a new generation of the stream may hold.
    pub limits: StreamLimits,
    /// How many events before the head a new generation begins, so that readers which are a little
    /// behind find the stream useful.
    pub backfill: u64,
    /// Messages on the way without an acknowledgement.
    pub window: usize,
    /// Events read from the log at once.
    pub page: usize,
    /// How far apart it reads a log that grows fast. Many events in one go cost Postgres, NATS and
    /// the relay itself much less than a few at a time do.
    pub gather: Duration,
    /// How long the log goes unread when nobody says that it has grown.
    pub poll: Duration,
    /// How often the stream and the lock are looked at while there is nothing to publish.
    pub check: Duration,
    /// How long JetStream may take to answer.
    pub timeout: Duration,
    /// The longest pause between two attempts while NATS or Postgres is away.
    pub max_pause: Duration,
    /// Whether it waits until no other relay works on the log. Without it relays hinder each
    /// other, yet cannot spoil the stream.
    pub exclusive: bool,
}

impl Default for RelayOptions {
    fn default() -> Self {
        Self {
            limits: StreamLimits::default(),
            backfill: 10_000,
            window: 1_000,
            page: 1_000,
            gather: Duration::from_millis(8),
            poll: Duration::from_millis(250),
            check: Duration::from_secs(2),
            timeout: Duration::from_secs(5),
            max_pause: Duration::from_secs(2),
            exclusive: true,
        }
    }
}

/// Bytes on the way without an acknowledgement, whatever the window.
const BYTES_IN_FLIGHT: usize = 8 << 20;

/// A log grows fast when it does by more events than that in a millisecond. Below that a relay has
/// time to spare, and who waits for what they did has not: with a pause, at 3 300 commands a second,
/// half of the rows came more than 18 ms after the answer.
const FAST: u32 = 8;

/// The shortest pause before it tries again.
const MIN_PAUSE: Duration = Duration::from_millis(20);

/// How often a relay in waiting asks for the lock.
const LOCK_RETRY: Duration = Duration::from_secs(1);

/// Whether so many new events after so long a time mean that a log grows fast.
fn is_fast(events: usize, time: Duration) -> bool {
    u32::try_from(events).is_ok_and(|events| time * FAST < Duration::from_millis(1) * events)
}

/// Fills the stream of one log. Any number of processes may run one; one of them works.
pub struct Relay {
    reader: LogReader,
    grown: watch::Receiver<Position>,
    nats: Client,
    jetstream: jetstream::Context,
    options: RelayOptions,
    reporter: Reporter,
}

impl Relay {
    /// A relay that does nothing until it [`run`](Self::run)s.
    pub fn new(log: &EventLog, nats: Client, options: RelayOptions) -> Self {
        // What is on the way when a doubt arises is given up without being waited for; its share
        // of the client's window is then free again after `timeout`.
        let jetstream = jetstream::context::ContextBuilder::new()
            .timeout(options.timeout)
            .ack_timeout(options.timeout)
            .max_ack_inflight(options.window.saturating_mul(4).max(16))
            .build(nats.clone());
        Self {
            reader: log.reader().clone(),
            grown: log.position_watch(),
            nats,
            jetstream,
            options,
            reporter: Reporter::new(log.service()),
        }
    }

    /// What it does now, for health and for `guanxi projections status`.
    pub fn status(&self) -> watch::Receiver<RelayStatus> {
        self.reporter.subscribe()
    }

    /// Works until `cancel`. What is on the way then may arrive or not; the next relay looks.
    pub async fn run(mut self, cancel: CancellationToken) {
        tokio::select! {
            () = cancel.cancelled() => {}
            () = self.work() => {}
        }
        self.reporter.stopped();
    }

    async fn work(&mut self) {
        let mut lock = None;
        let mut pause = MIN_PAUSE;
        loop {
            let before = self.reporter.published();
            let Err(error) = self.attempt(&mut lock).await;
            if self.reporter.published() > before {
                pause = MIN_PAUSE;
            }
            self.reporter.failed(&error);
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(self.options.max_pause);
        }
    }

    /// Works until something is not as it should be. The lock outlives trouble with NATS, for
    /// another relay would have the same.
    async fn attempt(&mut self, lock: &mut Option<Lock>) -> Result<Infallible, LogError> {
        if self.options.exclusive && lock.as_ref().is_none_or(Lock::is_lost) {
            *lock = None;
            self.reporter.state(RelayState::Waiting);
            *lock = Some(Lock::acquire(&self.reader, LOCK_RETRY).await?);
        }
        self.reporter.state(RelayState::Resuming);
        while self.nats.connection_state() != State::Connected {
            tokio::time::sleep(MIN_PAUSE).await;
        }
        // Before it looks: what it finds holds for this connection only.
        let connection = self.connections();
        let resumed = self.resume().await?;
        self.fill(resumed, connection, lock.as_ref()).await
    }

    async fn fill(
        &mut self,
        Resumed { generation, after }: Resumed,
        connection: u64,
        lock: Option<&Lock>,
    ) -> Result<Infallible, LogError> {
        self.reporter.filling(generation, after);
        let window = Window {
            messages: self.options.window.max(1),
            bytes: BYTES_IN_FLIGHT,
        };
        let jetstream = self.jetstream.clone();
        let mut pipeline = Pipeline::new(&jetstream, generation, after, window);
        let mut pokes =
            Pokes::listen(&self.nats, generation.service, generation.incarnation).await?;
        let mut checked = Instant::now();
        let mut page = Vec::new();
        let (mut last_read, mut next_read) = (Instant::now(), Instant::now());
        loop {
            if self.connections() != connection || self.nats.connection_state() != State::Connected
            {
                return Err(LogError::Nats("the connection was lost".into()));
            }
            if page.is_empty() {
                sleep_until(next_read).await;
                let read = Instant::now();
                page = self.page_after(pipeline.sent()).await?;
                if is_fast(page.len(), read - last_read) {
                    next_read = read + self.options.gather;
                }
                last_read = read;
            }
            // A page may be short for its bytes; only an empty one is the end.
            let Some(last) = page.last().map(|event| event.0.position) else {
                if pipeline.confirmed() < pipeline.sent() {
                    // The last page was a full one.
                    pipeline.settle().await?;
                    self.progress(&pipeline);
                }
                if checked.elapsed() >= self.options.check {
                    self.check(&generation, pipeline.confirmed(), lock).await?;
                    checked = Instant::now();
                }
                self.wait(pipeline.sent(), &mut pokes).await;
                continue;
            };
            page = if page.len() >= self.options.page {
                // Postgres reads what comes next while this is on its way.
                let publishing = pipeline.publish_all(page);
                tokio::try_join!(publishing, self.page_after(last))?.1
            } else {
                pipeline.publish_all(page).await?;
                pipeline.settle().await?;
                Vec::new()
            };
            self.progress(&pipeline);
        }
    }

    fn progress(&mut self, pipeline: &Pipeline<'_>) {
        let head = *self.grown.borrow();
        self.reporter.progress(pipeline.confirmed(), head);
    }

    async fn page_after(&self, after: Position) -> Result<Vec<Stored>, LogError> {
        self.reader.read_stored(after, self.options.page).await
    }

    /// Waits until the log may have grown beyond `after`.
    async fn wait(&mut self, after: Position, pokes: &mut Pokes) {
        let poll = tokio::time::sleep(self.options.poll);
        let grown = async {
            if self.grown.wait_for(|grown| *grown > after).await.is_err() {
                // This process appends no more; others may.
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = grown => {}
            () = pokes.beyond(after) => {}
            () = poll => {}
        }
    }

    /// Finds out what nobody tells: that someone purged or deleted the stream, or published to
    /// it, that the server came back with less than it had acknowledged, that the lock's session
    /// has ended, that the log lives another life.
    async fn check(
        &self,
        generation: &Generation,
        confirmed: Position,
        lock: Option<&Lock>,
    ) -> Result<(), LogError> {
        if let Some(lock) = lock {
            lock.check().await?;
        }
        match self.look(generation.incarnation, Depth::Tail).await?.plan {
            Plan::Continue {
                generation: found,
                after,
            } if found == *generation && after == confirmed => Ok(()),
            found => Err(LogError::Nats(format!(
                "{generation} is not as it was left at position {confirmed}: {found:?}"
            ))),
        }
    }

    /// How often the client has connected. JetStream may come back from a crash without what it
    /// acknowledged last, so every new connection is a reason to look.
    fn connections(&self) -> u64 {
        self.nats.statistics().connects.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_grows_fast_by_what_comes_in_a_time_and_not_by_what_is_read_at_once() {
        let within = Duration::from_millis;
        assert!(is_fast(100, within(8)));
        assert!(!is_fast(26, within(8)));
        // Much has come, and it took long.
        assert!(!is_fast(900, within(250)));
        assert!(!is_fast(0, Duration::ZERO));
    }
}
