//! What the relay says about itself: to a watch channel and to the metrics.

use guanxi_events::{Position, Service};
use metrics::{Counter, Gauge};
use tokio::sync::watch;

use crate::{LogError, stream::Generation};

/// What a relay does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelayState {
    /// Another relay works on this log.
    Waiting,
    /// It looks where to go on, or waits for NATS or Postgres to come back.
    Resuming,
    /// It publishes what the log gets.
    Filling,
    /// It has been told to stop.
    Stopped,
}

/// A relay's state at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayStatus {
    /// What it does.
    pub state: RelayState,
    /// The generation that it fills, or filled last.
    pub generation: Option<Generation>,
    /// The last position that the server has acknowledged.
    pub position: Position,
    /// How many events this process knows to be in the log and not yet on the stream.
    pub lag: u64,
    /// What went wrong last; empty again once something has been published or found in order.
    pub last_error: Option<String>,
}

pub(super) struct Reporter {
    status: watch::Sender<RelayStatus>,
    published: u64,
    position: Gauge,
    lag: Gauge,
    messages: Counter,
    failures: Counter,
    generations: Counter,
    active: Gauge,
}

impl Reporter {
    pub(super) fn new(service: Service) -> Self {
        let service = service.name();
        Self {
            status: watch::Sender::new(RelayStatus {
                state: RelayState::Resuming,
                generation: None,
                position: Position::START,
                lag: 0,
                last_error: None,
            }),
            published: 0,
            position: metrics::gauge!("guanxi_relay_position", "service" => service),
            lag: metrics::gauge!("guanxi_relay_lag_events", "service" => service),
            messages: metrics::counter!("guanxi_relay_messages_total", "service" => service),
            failures: metrics::counter!("guanxi_relay_failures_total", "service" => service),
            generations: metrics::counter!("guanxi_relay_generations_total", "service" => service),
            active: metrics::gauge!("guanxi_relay_active", "service" => service),
        }
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<RelayStatus> {
        self.status.subscribe()
    }

    /// Messages acknowledged since the start.
    pub(super) fn published(&self) -> u64 {
        self.published
    }

    pub(super) fn state(&self, state: RelayState) {
        self.active.set(0);
        self.status.send_if_modified(|status| {
            let changed = status.state != state;
            status.state = state;
            changed
        });
    }

    pub(super) fn opened(&self) {
        self.generations.increment(1);
    }

    pub(super) fn filling(&self, generation: Generation, after: Position) {
        tracing::info!(%generation, %after, "filling the stream");
        self.active.set(1);
        self.position.set(after.0 as f64);
        self.status.send_modify(|status| {
            status.state = RelayState::Filling;
            status.generation = Some(generation);
            status.position = after;
            status.last_error = None;
        });
    }

    pub(super) fn progress(&mut self, confirmed: Position, head: Position) {
        let lag = u64::try_from(head.0 - confirmed.0).unwrap_or(0);
        let done = u64::try_from(confirmed.0 - self.status.borrow().position.0).unwrap_or(0);
        self.published += done;
        self.messages.increment(done);
        self.position.set(confirmed.0 as f64);
        self.lag.set(lag as f64);
        self.status.send_if_modified(|status| {
            let changed = status.position != confirmed || status.lag != lag;
            status.position = confirmed;
            status.lag = lag;
            changed
        });
    }

    pub(super) fn failed(&self, error: &LogError) {
        tracing::warn!(%error, "the relay starts over");
        self.failures.increment(1);
        self.active.set(0);
        self.status.send_modify(|status| {
            status.state = RelayState::Resuming;
            status.last_error = Some(error.to_string());
        });
    }

    pub(super) fn stopped(&self) {
        self.state(RelayState::Stopped);
    }
}
