//! A relay at work on a log, and the stream that it fills.

use std::time::Duration;

use anyhow::Context;
use async_nats::{Client, jetstream};
use guanxi_eventlog::{EventLog, Relay, RelayOptions, RelayStatus, StreamLimits, stream};
use guanxi_events::Position;
use tokio::{sync::watch, task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;

/// Room for what is measured, as a service gives its stream.
const STREAM_BYTES: u64 = 1 << 30;
/// For a relay to see that there is something to do, and to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// A relay that runs until it is stopped.
pub struct Relaying {
    log: EventLog,
    nats: Client,
    status: watch::Receiver<RelayStatus>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Relaying {
    /// Starts one; a new stream holds the last `backfill` events of the log, and all that come.
    pub fn start(log: &EventLog, nats: &Client, backfill: u64) -> Self {
        let options = RelayOptions {
            limits: StreamLimits {
                max_bytes: STREAM_BYTES,
                ..StreamLimits::default()
            },
            backfill,
            ..RelayOptions::default()
        };
        let relay = Relay::new(log, nats.clone(), options);
        let (status, stop) = (relay.status(), CancellationToken::new());
        Self {
            log: log.clone(),
            nats: nats.clone(),
            status,
            task: tokio::spawn(relay.run(stop.clone())),
            stop,
        }
    }

    /// The last position on the stream.
    pub fn position(&self) -> Position {
        self.status.borrow().position
    }

    /// How many events this process has written that are not on the stream yet.
    pub fn lag(&self) -> i64 {
        let written = self.log.position_watch().borrow().0;
        (written - self.position().0).max(0)
    }

    /// Waits until the stream has come so far.
    ///
    /// # Errors
    /// With what hinders the relay, when it stands still.
    pub async fn reached(&mut self, position: Position) -> anyhow::Result<()> {
        while self.position() < position {
            let moved = timeout(PATIENCE, self.status.changed()).await;
            let status = self.status.borrow().clone();
            moved.with_context(|| format!("the relay stands still: {status:?}"))??;
        }
        Ok(())
    }

    /// Stops the relay and deletes its streams.
    ///
    /// # Errors
    /// When NATS does not answer.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.stop.cancel();
        timeout(PATIENCE, self.task).await??;
        let jetstream = jetstream::new(self.nats);
        let (service, life) = (self.log.service(), self.log.incarnation());
        for generation in stream::generations(&jetstream, service, life).await? {
            jetstream.delete_stream(generation.name()).await?;
        }
        Ok(())
    }
}
