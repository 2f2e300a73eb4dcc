//! Follows a log: every event once, in order, from any position on.
//!
//! Near the head a feed takes events from the stream, which costs the database nothing; whatever
//! the stream does not bring, and all that is far behind it, it reads from the log. A feed in
//! another process than the log's services needs nothing but a [`LogReader`].
//!
//! While it reads from the log near the head, it has a consumer of the stream on trial. The
//! consumer is trusted from the moment when it brings an event that the feed has not passed yet;
//! so a stream that is behind, of a relay that stands still, never slows a feed down. It is let
//! go when it fails, or when it brings nothing while two looks at the log find more.

mod counts;
mod pages;
mod tail;
mod trial;

use std::{collections::VecDeque, time::Duration};

use async_nats::{Client, jetstream};
use futures::FutureExt;
use guanxi_events::{Incarnation, Position, Recorded, Service};
use tokio::{
    sync::watch,
    task::{JoinHandle, unconstrained},
    time::{Instant, sleep_until},
};

use self::{
    counts::Counts,
    pages::Pages,
    tail::Tail,
    trial::{Attempt, grown_beyond, next_on_trial, opened, poked_beyond},
};
use crate::{LogError, LogReader, Standstill, Stored, relay::Pokes};

/// How long the stream may be behind a log that has just grown: more than a relay that is told takes on a
/// machine that has time. To leave a stream in vain costs a second of polling, and no more.
const GRACE: Duration = Duration::from_millis(100);

/// How a feed works.
#[derive(Debug, Clone)]
pub struct FeedOptions {
    /// Events read from the log at once.
    pub page: usize,
    /// How many events a stream's end may be away from the feed for the stream to be of use.
    pub near: u64,
    /// How long the stream may bring nothing before the feed asks the log whether there is more.
    pub patience: Duration,
    /// The pause between two looks at a log that has nothing new: this at first …
    pub min_poll: Duration,
    /// … and longer each time, up to this.
    pub max_poll: Duration,
    /// The pause between two attempts to use the stream.
    pub retry_stream: Duration,
    /// How long JetStream may take to answer.
    pub timeout: Duration,
    /// The positions that this process itself appends, when it does: they wake the feed without
    /// any delay, NATS or not.
    pub grown: Option<watch::Receiver<Position>>,
}

impl Default for FeedOptions {
    fn default() -> Self {
        Self {
            page: 1_000,
            near: 5_000,
            patience: Duration::from_millis(500),
            min_poll: Duration::from_millis(5),
            max_poll: Duration::from_millis(250),
            retry_stream: Duration::from_secs(1),
            timeout: Duration::from_secs(5),
            grown: None,
        }
    }
}

/// Where a feed takes events from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// From Postgres.
    Log,
    /// From NATS.
    Stream,
}

/// A reader that follows one log.
pub struct Feed {
    reader: LogReader,
    service: Service,
    incarnation: Incarnation,
    options: FeedOptions,
    nats: Option<Nats>,
    // The last event that the caller has got.
    position: Position,
    // The ones after it.
    ready: VecDeque<Recorded>,
    pages: Pages,
    tail: Option<Tail>,
    // A task, for JetStream may take long to answer, and the log is read meanwhile.
    opening: Option<JoinHandle<Attempt>>,
    open_again: Instant,
    trial_ends: Instant,
    pokes: Option<Pokes>,
    source: Source,
    counts: Counts,
    // The stream has brought events beyond a hole that ends here.
    hole_until: Option<Position>,
    // When to look at the head: at a stream that brings nothing, or a log that has nothing.
    look_at_head: Instant,
    standstill: Standstill,
    // The log could not be read; it may be another one when it is back.
    look_first: bool,
    // Until when the log has nothing new, as far as this feed knows, and the pause before that.
    idle: Option<(Instant, Duration)>,
}

struct Nats {
    client: Client,
    jetstream: jetstream::Context,
}

impl Feed {
    /// A feed of what follows `after`. Without `nats` it reads only the log.
    ///
    /// # Errors
    /// When the log cannot be read, or ends before `after`.
    pub async fn open(
        reader: LogReader,
        nats: Option<Client>,
        after: Position,
        options: FeedOptions,
    ) -> Result<Self, LogError> {
        let head = reader.head().await?;
        check_within(after, head.position)?;
        let nats = nats.map(|client| Nats {
            jetstream: jetstream::context::ContextBuilder::new()
                .timeout(options.timeout)
                .build(client.clone()),
            client,
        });
        let now = Instant::now();
        Ok(Self {
            service: reader.service(),
            incarnation: head.incarnation,
            pages: Pages::new(reader.clone(), options.page),
            counts: Counts::new(reader.service()),
            reader,
            nats,
            position: after,
            ready: VecDeque::new(),
            tail: None,
            opening: None,
            open_again: now,
            trial_ends: now,
            pokes: None,
            source: Source::Log,
            hole_until: None,
            look_at_head: now + options.patience,
            standstill: Standstill::default(),
            look_first: false,
            idle: None,
            options,
        })
    }

    /// The position of the last event that [`next`](Self::next) returned.
    pub fn position(&self) -> Position {
        self.position
    }

    /// The life of the log that the feed follows.
    pub fn incarnation(&self) -> Incarnation {
        self.incarnation
    }

    /// Where it takes events from at the moment.
    pub fn source(&self) -> Source {
        self.source
    }

    /// The next events, in order and without a gap: at least one, at most `max` (1 when that is
    /// 0). Waits while there is none. A wait that is given up loses nothing.
    ///
    /// # Errors
    /// When the log cannot be read: the next call tries again, and the caller decides when.
    /// [`LogError::ForeignIncarnation`] when the log has been restored: the feed is at its end.
    pub async fn next(&mut self, max: usize) -> Result<Vec<Recorded>, LogError> {
        let max = max.max(1);
        while self.ready.is_empty() {
            if let Some(until) = self.hole_until {
                self.fill_hole(until).await?;
            } else if self.source == Source::Stream {
                self.follow_stream().await?;
            } else {
                self.follow_log().await?;
            }
        }
        self.take_what_is_there(max);
        let batch: Vec<_> = self.ready.drain(..max.min(self.ready.len())).collect();
        if let Some(last) = batch.last() {
            self.position = last.position;
        }
        Ok(batch)
    }

    /// The last event that the feed has, given out or not.
    fn end(&self) -> Position {
        self.ready
            .back()
            .map_or(self.position, |event| event.position)
    }

    /// All of it: under tokio's budget for one turn of a task nothing would seem to be there behind
    /// the first 128 messages, and whoever is far behind would come on in such small steps.
    fn take_what_is_there(&mut self, max: usize) {
        // Counted, for what is passed over is not in `ready` afterwards.
        for _ in self.ready.len()..max {
            if self.source != Source::Stream || self.hole_until.is_some() {
                return;
            }
            let Some(event) = self.brought() else { return };
            self.take(event);
        }
    }

    /// What the stream has brought and nobody has taken yet.
    fn brought(&mut self) -> Option<Result<Option<Stored>, LogError>> {
        unconstrained(self.tail.as_mut()?.next()).now_or_never()
    }

    async fn follow_stream(&mut self) -> Result<(), LogError> {
        let Some(tail) = &mut self.tail else {
            self.source = Source::Log;
            return Ok(());
        };
        tokio::select! {
            biased;
            event = tail.next() => {
                self.take(event);
                Ok(())
            }
            () = sleep_until(self.look_at_head) => self.doubt_stream().await,
        }
    }

    /// The stream has brought nothing for a while: has the log? A log that was quiet, too, may have
    /// grown in this very moment, so it is looked at twice.
    async fn doubt_stream(&mut self) -> Result<(), LogError> {
        match self.look().await {
            Ok(head) => {
                // While a slow Postgres was asked, the stream may have brought something.
                while let Some(event) = self.brought() {
                    let foreign = matches!(event, Ok(None));
                    self.take(event);
                    if !foreign {
                        return Ok(());
                    }
                }
                let (end, now) = (self.end(), Instant::now());
                if self.standstill.lasts(end, head, now, GRACE) {
                    tracing::info!(
                        service = %self.service, position = %end, %head,
                        "the stream stands still; reading from the log"
                    );
                    self.leave_stream();
                } else if head > end {
                    self.look_at_head = now + GRACE;
                }
                Ok(())
            }
            Err(error @ (LogError::Postgres(_) | LogError::Pool(_))) => {
                tracing::debug!(%error, "the stream goes on while Postgres is away");
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    async fn follow_log(&mut self) -> Result<(), LogError> {
        if self.look_first {
            self.look().await?;
        }
        self.try_stream();
        let end = self.end();
        let page = async {
            match &self.idle {
                None => {}
                Some((until, _)) => {
                    tokio::select! {
                        () = sleep_until(*until) => {}
                        () = grown_beyond(&mut self.options.grown, end) => {}
                        () = poked_beyond(&mut self.pokes, end) => {}
                    }
                }
            }
            self.pages.next(end, None).await
        };
        tokio::select! {
            biased;
            event = next_on_trial(&mut self.tail) => self.take(event),
            opened = opened(&mut self.opening) => self.opened(opened),
            page = page => match page {
                Ok(page) => self.page(page).await?,
                Err(error) => {
                    self.look_first = true;
                    return Err(error);
                }
            },
        }
        Ok(())
    }

    /// Takes a page of the log; an empty one means that the feed is at the head.
    async fn page(&mut self, page: Vec<Recorded>) -> Result<(), LogError> {
        if page.is_empty() {
            let pause = self
                .idle
                .map_or(self.options.min_poll, |(_, pause)| pause * 2)
                .min(self.options.max_poll);
            self.idle = Some((Instant::now() + pause, pause));
        } else {
            self.idle = None;
            self.counts.log.increment(page.len() as u64);
            self.ready.extend(page);
        }
        if self.ready.is_empty() && Instant::now() >= self.look_at_head {
            self.look().await?;
        }
        Ok(())
    }

    /// Takes an event, something else, or the end of the stream.
    fn take(&mut self, event: Result<Option<Stored>, LogError>) {
        let stored = match event {
            Ok(Some(stored)) => stored,
            Ok(None) => return,
            Err(error) => {
                tracing::info!(service = %self.service, %error, "leaving the stream");
                self.leave_stream();
                return;
            }
        };
        let end = self.end();
        let position = stored.0.position;
        self.look_at_head = Instant::now() + self.options.patience;
        self.standstill.moved();
        if position < end {
            return;
        }
        self.trust_stream();
        if position == end {
            return;
        }
        let event = if position == end.next() {
            // What cannot be decoded here is asked for again there, where it is an error.
            self.reader.decode(stored).ok()
        } else {
            None
        };
        match event {
            Some(event) => {
                self.counts.stream.increment(1);
                self.ready.push_back(event);
            }
            None => self.hole_until = Some(position),
        }
    }

    /// Reads from the log what the stream lacks.
    async fn fill_hole(&mut self, until: Position) -> Result<(), LogError> {
        let end = self.end();
        let page = self.pages.next(end, Some(until)).await?;
        if page.is_empty() {
            // The stream is ahead of the log; it is the log that counts.
            tracing::warn!(service = %self.service, position = %until, "the log lacks what the stream has");
            self.leave_stream();
            return Ok(());
        }
        self.counts.log.increment(page.len() as u64);
        self.counts.holes.increment(page.len() as u64);
        self.ready.extend(page);
        if self.end() >= until {
            self.hole_until = None;
        }
        Ok(())
    }

    /// Asks for the head, and makes sure that it is still the same log.
    async fn look(&mut self) -> Result<Position, LogError> {
        let head = self.reader.head().await;
        // Not before: a caller that gives up its waits early would put it off for ever.
        self.look_at_head = Instant::now() + self.options.patience;
        let head = head?;
        if head.incarnation != self.incarnation {
            return Err(LogError::ForeignIncarnation {
                wanted: self.incarnation,
                actual: head.incarnation,
            });
        }
        check_within(self.end(), head.position)?;
        self.look_first = false;
        Ok(head.position)
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        if let Some(opening) = self.opening.take() {
            opening.abort();
        }
    }
}

fn check_within(position: Position, head: Position) -> Result<(), LogError> {
    if position > head {
        return Err(LogError::Corrupt {
            position,
            what: format!("the log ends before it, at {head}"),
        });
    }
    Ok(())
}
