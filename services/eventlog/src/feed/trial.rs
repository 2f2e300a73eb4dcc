//! How a feed comes to trust a stream, and how it lets go of it.

use futures::future::pending;
use guanxi_events::Position;
use tokio::{sync::watch, task::JoinHandle, time::Instant};

use super::{Feed, Source, tail::Tail};
use crate::{LogError, Stored, relay::Pokes};

/// What an attempt to use NATS has come to.
pub(super) struct Attempt {
    tail: Result<Option<Tail>, LogError>,
    pokes: Option<Pokes>,
}

/// A consumer on trial that has proved nothing is given up after so many times the pause between
/// attempts; it may hang on a generation that nobody fills any more.
const TRIAL: u32 = 5;

impl Feed {
    /// Begins to open a consumer from the last event on, so that its first message proves that the
    /// stream is as far as the feed; unless one is there or it is too early.
    pub(super) fn try_stream(&mut self) {
        let Some(nats) = &self.nats else { return };
        let now = Instant::now();
        if self.opening.is_some() || now < self.open_again {
            return;
        }
        if self.tail.is_some() && now < self.trial_ends {
            return;
        }
        self.tail = None;
        self.open_again = now + self.options.retry_stream;
        self.trial_ends = now + self.options.retry_stream * TRIAL;
        let client = nats.client.clone();
        let jetstream = nats.jetstream.clone();
        let (service, incarnation) = (self.service, self.incarnation);
        let (from, near) = (self.end(), self.options.near);
        let deaf = self.pokes.is_none();
        self.opening = Some(tokio::spawn(async move {
            let pokes = if deaf {
                Pokes::listen(&client, service, incarnation).await.ok()
            } else {
                None
            };
            let tail = Tail::open(&jetstream, service, incarnation, from, near).await;
            Attempt { tail, pokes }
        }));
    }

    pub(super) fn opened(&mut self, attempt: Attempt) {
        self.pokes = attempt.pokes.or(self.pokes.take());
        match attempt.tail {
            Ok(tail) => self.tail = tail,
            Err(error) => tracing::debug!(service = %self.service, %error, "no stream to follow"),
        }
    }

    pub(super) fn trust_stream(&mut self) {
        if self.source == Source::Log {
            tracing::debug!(service = %self.service, position = %self.end(), "following the stream");
            self.source = Source::Stream;
            self.pokes = None;
            self.idle = None;
        }
    }

    pub(super) fn leave_stream(&mut self) {
        self.tail = None;
        self.source = Source::Log;
        self.hole_until = None;
        self.standstill.moved();
        self.idle = None;
    }
}

/// The outcome of the attempt that is under way; forever when there is none.
pub(super) async fn opened(opening: &mut Option<JoinHandle<Attempt>>) -> Attempt {
    let Some(task) = opening else {
        return pending().await;
    };
    let attempt = task.await.unwrap_or_else(|error| Attempt {
        tail: Err(LogError::Nats(error.to_string())),
        pokes: None,
    });
    *opening = None;
    attempt
}

/// The next message of a consumer on trial; forever when there is none.
pub(super) async fn next_on_trial(tail: &mut Option<Tail>) -> Result<Option<Stored>, LogError> {
    match tail {
        Some(tail) => tail.next().await,
        None => pending().await,
    }
}

/// Waits until this process has appended something beyond `end`.
pub(super) async fn grown_beyond(grown: &mut Option<watch::Receiver<Position>>, end: Position) {
    if let Some(receiver) = grown {
        if receiver.wait_for(|grown| *grown > end).await.is_ok() {
            return;
        }
        *grown = None;
    }
    pending().await
}

/// Waits until another process says that it has appended something beyond `end`.
pub(super) async fn poked_beyond(pokes: &mut Option<Pokes>, end: Position) {
    match pokes {
        Some(pokes) => pokes.beyond(end).await,
        None => pending().await,
    }
}
