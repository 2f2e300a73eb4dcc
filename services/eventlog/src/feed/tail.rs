//! The stream's side of a feed: a consumer of the newest generation from some position on.

use std::time::Duration;

use async_nats::jetstream::{
    Context,
    consumer::{AckPolicy, DeliverPolicy, pull},
};
use futures::StreamExt;
use guanxi_events::{Incarnation, Position, Service};

use crate::{
    LogError, Stored,
    stream::{self, Generation},
};

/// An unfiltered consumer without acknowledgements that lives in the server's memory.
///
/// Not the client library's ordered consumer: that one hides for ever that a stream is gone, while
/// here every doubt ends the tail, for the log has what it lacks.
pub(super) struct Tail {
    generation: Generation,
    messages: pull::Stream,
}

/// Messages asked for at once, and their bytes: what is asked for is held until the caller takes it.
/// More is asked for when half of it has been taken, and comes a round trip later. On a machine that is
/// busy all over, that takes 50 ms and more, in which 10 000 messages a second must not run dry: with
/// 500, a reader that was once behind stayed behind.
const BATCH: usize = 5_000;
const BYTES: usize = 8 << 20;
/// The server says this often that it is there.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// A pull request's life.
const EXPIRES: Duration = Duration::from_secs(30);
/// The server removes a consumer that nobody asks for so long.
const INACTIVE: Duration = Duration::from_secs(30);

impl Tail {
    /// Begins with the message of position `from`, or the first one after it; `None` when there is
    /// no stream, or its end is more than `near` positions away from there.
    ///
    /// # Errors
    /// When JetStream does not answer.
    pub(super) async fn open(
        jetstream: &Context,
        service: Service,
        incarnation: Incarnation,
        from: Position,
        near: u64,
    ) -> Result<Option<Self>, LogError> {
        let generations = stream::generations(jetstream, service, incarnation).await?;
        let Some(generation) = generations.last().copied() else {
            return Ok(None);
        };
        let Some(found) = stream::look(jetstream, &generation).await? else {
            return Ok(None);
        };
        let last = generation.position(found.cached_info().state.last_sequence);
        if last.0.abs_diff(from.0) > near {
            return Ok(None);
        }
        let config = pull::Config {
            deliver_policy: DeliverPolicy::ByStartSequence {
                start_sequence: generation.sequence(from).unwrap_or(1),
            },
            ack_policy: AckPolicy::None,
            inactive_threshold: INACTIVE,
            memory_storage: true,
            num_replicas: 1,
            ..pull::Config::default()
        };
        let consumer = found
            .create_consumer(config)
            .await
            .map_err(|error| LogError::Nats(error.to_string()))?;
        let messages = consumer
            .stream()
            .max_messages_per_batch(BATCH)
            .max_bytes_per_batch(BYTES)
            .expires(EXPIRES)
            .heartbeat(HEARTBEAT)
            .messages()
            .await
            .map_err(|error| LogError::Nats(error.to_string()))?;
        Ok(Some(Self {
            generation,
            messages,
        }))
    }

    /// The next message; `None` when it is none that a relay published. Nothing is lost when the wait is
    /// given up.
    ///
    /// # Errors
    /// When the consumer, its stream or its server is gone; the tail is of no use then.
    pub(super) async fn next(&mut self) -> Result<Option<Stored>, LogError> {
        let message = match self.messages.next().await {
            Some(Ok(message)) => message,
            Some(Err(error)) => return Err(LogError::Nats(error.to_string())),
            None => return Err(LogError::Nats("the consumer has ended".into())),
        };
        let event = message.info().ok().and_then(|info| {
            let headers = message.headers.as_ref()?;
            stream::from_message(
                &self.generation,
                info.stream_sequence,
                headers,
                &message.payload,
            )
        });
        if event.is_none() {
            tracing::warn!(
                generation = %self.generation,
                subject = %message.subject,
                "passing over a message that no relay published"
            );
        }
        Ok(event)
    }
}
