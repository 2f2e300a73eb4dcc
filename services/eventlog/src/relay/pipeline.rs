//! Publishes in order with many acknowledgements outstanding.

use std::collections::VecDeque;

use async_nats::jetstream::{Context, context::PublishAckFuture};
use guanxi_events::Position;

use crate::{
    LogError, Stored,
    stream::{Generation, to_message},
};

/// Every message says which sequence must be the last before it. So the server takes each only in
/// its own place, and nothing that is sent twice or late can do harm.
pub(super) struct Pipeline<'a> {
    jetstream: &'a Context,
    generation: Generation,
    stream: String,
    sent: Position,
    confirmed: Position,
    in_flight: VecDeque<(Position, usize, PublishAckFuture)>,
    bytes_in_flight: usize,
    limits: Window,
}

/// How much may be on the way without an acknowledgement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) messages: usize,
    pub(super) bytes: usize,
}

impl<'a> Pipeline<'a> {
    /// Goes on after `after`, which is what the stream holds last.
    pub(super) fn new(
        jetstream: &'a Context,
        generation: Generation,
        after: Position,
        limits: Window,
    ) -> Self {
        Self {
            jetstream,
            stream: generation.name(),
            generation,
            sent: after,
            confirmed: after,
            in_flight: VecDeque::new(),
            bytes_in_flight: 0,
            limits,
        }
    }

    /// The last position that was handed to the client.
    pub(super) fn sent(&self) -> Position {
        self.sent
    }

    /// The last position that the server has acknowledged, all before it included.
    pub(super) fn confirmed(&self) -> Position {
        self.confirmed
    }

    /// Sends one event, waiting for older acknowledgements while the window is full.
    pub(super) async fn publish(&mut self, event: Stored) -> Result<(), LogError> {
        let position = event.0.position;
        if position != self.sent.next() {
            return Err(LogError::Corrupt {
                position,
                what: format!("it follows {} in the log", self.sent),
            });
        }
        while self.in_flight.len() >= self.limits.messages
            || self.bytes_in_flight >= self.limits.bytes
        {
            self.confirm_oldest().await?;
        }
        let bytes = event.0.data.len();
        let last_sequence = self.generation.sequence(self.sent).unwrap_or(0);
        let (subject, message) =
            to_message(&self.generation, event).map_err(|error| LogError::Corrupt {
                position,
                what: error.to_string(),
            })?;
        let acknowledgement = self
            .jetstream
            .send_publish(subject, message.expected_last_sequence(last_sequence))
            .await
            .map_err(|error| LogError::Nats(format!("publish {position}: {error}")))?;
        self.sent = position;
        self.bytes_in_flight += bytes;
        self.in_flight.push_back((position, bytes, acknowledgement));
        Ok(())
    }

    /// Waits until all that was sent is acknowledged.
    pub(super) async fn settle(&mut self) -> Result<(), LogError> {
        while !self.in_flight.is_empty() {
            self.confirm_oldest().await?;
        }
        Ok(())
    }

    async fn confirm_oldest(&mut self) -> Result<(), LogError> {
        let Some((position, bytes, acknowledgement)) = self.in_flight.pop_front() else {
            return Ok(());
        };
        let acknowledged = acknowledgement
            .await
            .map_err(|error| LogError::Nats(format!("publish {position}: {error}")))?;
        if acknowledged.stream != self.stream
            || self.generation.position(acknowledged.sequence) != position
        {
            return Err(LogError::Nats(format!(
                "position {position} went to sequence {} of {}",
                acknowledged.sequence, acknowledged.stream
            )));
        }
        self.bytes_in_flight -= bytes;
        self.confirmed = position;
        Ok(())
    }
}
