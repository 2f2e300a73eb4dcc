//! Tells other processes, without any promise, that the log has grown.

use std::time::Duration;

use async_nats::{Client, Message, Subscriber, connection::State};
use bytes::Bytes;
use futures::{FutureExt, StreamExt};
use guanxi_events::{Incarnation, Position, Service};
use tokio_util::sync::CancellationToken;

use crate::{EventLog, LogError, stream::poke_subject};

/// Pokes closer together than this are one; a relay that gets one reads all there is.
const APART: Duration = Duration::from_millis(1);

/// Publishes each growth of the log that this process causes, so that a relay or a reader in
/// another process need not wait for its next poll. Runs until `cancel`. A poke that is lost
/// costs that wait and nothing else.
pub async fn pokes(log: &EventLog, nats: &Client, cancel: CancellationToken) {
    let mut grown = log.position_watch();
    let publish = async {
        while grown.changed().await.is_ok() {
            let position = *grown.borrow_and_update();
            // Otherwise the client would keep them all for the time when they say nothing new.
            if nats.connection_state() == State::Connected {
                let subject = poke_subject(log.service(), log.incarnation());
                let payload = Bytes::from(position.to_string());
                if let Err(error) = nats.publish(subject, payload).await {
                    tracing::debug!(%error, "a poke was not sent");
                }
            }
            tokio::time::sleep(APART).await;
        }
        // The log is closed; there is nothing to tell any more.
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = cancel.cancelled() => {}
        () = publish => {}
    }
}

/// The pokes of all processes that append to a log.
pub(crate) struct Pokes(Subscriber);

impl Pokes {
    pub(crate) async fn listen(
        nats: &Client,
        service: Service,
        incarnation: Incarnation,
    ) -> Result<Self, LogError> {
        nats.subscribe(poke_subject(service, incarnation))
            .await
            .map(Self)
            .map_err(|error| LogError::Nats(error.to_string()))
    }

    /// Waits until someone says that the log has grown beyond `after`; forever when the
    /// connection has been given up.
    pub(crate) async fn beyond(&mut self, after: Position) {
        while let Some(poke) = self.0.next().await {
            if position(&poke).is_none_or(|position| position > after) {
                // What has queued up meanwhile says nothing more.
                while let Some(Some(_)) = self.0.next().now_or_never() {}
                return;
            }
        }
        std::future::pending().await
    }
}

fn position(poke: &Message) -> Option<Position> {
    let text = std::str::from_utf8(&poke.payload).ok()?;
    text.parse().ok().map(Position)
}
