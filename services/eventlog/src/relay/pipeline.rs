//! Publishes in order with many acknowledgements outstanding.

use async_nats::jetstream::{Context, context::PublishAckFuture};
use guanxi_events::Position;

use super::course::{Course, OnTheWay, Window};
use crate::{
    LogError, Stored,
    stream::{Generation, to_message},
};

/// Every message says which sequence must be the last before it. So the server takes each only in
/// its own place, and nothing that is sent twice or late can do harm.
pub(super) struct Pipeline<'a> {
    jetstream: &'a Context,
    generation: Generation,
    course: Course<PublishAckFuture>,
}

impl<'a> Pipeline<'a> {
    /// Goes on after `after`, which is what the stream holds last.
    pub(super) fn new(
        jetstream: &'a Context,
        generation: Generation,
        after: Position,
        window: Window,
    ) -> Self {
        Self {
            jetstream,
            generation,
            course: Course::new(generation, after, window),
        }
    }

    /// The last position that was handed to the client.
    pub(super) fn sent(&self) -> Position {
        self.course.sent()
    }

    /// The last position that the server has acknowledged, all before it included.
    pub(super) fn confirmed(&self) -> Position {
        self.course.confirmed()
    }

    /// Sends a page of events.
    pub(super) async fn publish_all(&mut self, page: Vec<Stored>) -> Result<(), LogError> {
        for event in page {
            self.publish(event).await?;
        }
        Ok(())
    }

    /// Sends one event, waiting for older acknowledgements while the window is full.
    async fn publish(&mut self, event: Stored) -> Result<(), LogError> {
        let position = event.0.position;
        let last_sequence = self.course.place(position)?;
        while self.course.is_full() {
            self.confirm_oldest().await?;
        }
        let bytes = event.0.data.len();
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
        self.course.send(OnTheWay {
            position,
            bytes,
            acknowledgement,
        });
        Ok(())
    }

    /// Waits until all that was sent is acknowledged.
    pub(super) async fn settle(&mut self) -> Result<(), LogError> {
        while self.confirm_oldest().await? {}
        Ok(())
    }

    /// False when nothing is on the way.
    async fn confirm_oldest(&mut self) -> Result<bool, LogError> {
        let Some(OnTheWay {
            position,
            bytes,
            acknowledgement,
        }) = self.course.oldest()
        else {
            return Ok(false);
        };
        let said = acknowledgement
            .await
            .map_err(|error| LogError::Nats(format!("publish {position}: {error}")))?;
        self.course
            .confirm(position, bytes, &said.stream, said.sequence)?;
        Ok(true)
    }
}
