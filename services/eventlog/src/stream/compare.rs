//! Whether the stream says what the log says, message by message.

use std::time::Duration;

use async_nats::jetstream::{
    Context,
    consumer::{AckPolicy, DeliverPolicy, pull},
    stream::Stream,
};
use futures::StreamExt;
use guanxi_events::Position;

use super::{Generation, generations, identity, look};
use crate::{LogError, LogReader, Stored};

/// What a comparison of stream and log has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The newest generation; `None` when the server has none.
    pub generation: Option<Generation>,
    /// How many messages it holds; all of them were compared.
    pub messages: u64,
    /// The position of its last message, its base when there never was one.
    pub last: Position,
    /// How many are missing between its first and its last message; readers take these from the log.
    pub missing: u64,
    /// What is wrong: a message that is not the log's event at sequence + base, or is not given out. Empty
    /// is good.
    pub differences: Vec<String>,
}

/// How long the server may take from one message to the next.
const PATIENCE: Duration = Duration::from_secs(5);

/// Compares every message of the newest generation with the log: position, id and stored bytes.
/// What is published meanwhile is not looked at.
///
/// # Errors
/// When JetStream or the log cannot be read.
pub async fn compare(jetstream: &Context, reader: &LogReader) -> Result<Comparison, LogError> {
    let incarnation = reader.head().await?.incarnation;
    let newest = generations(jetstream, reader.service(), incarnation)
        .await?
        .pop();
    let mut comparison = Comparison {
        generation: newest,
        messages: 0,
        last: Position::START,
        missing: 0,
        differences: Vec::new(),
    };
    let Some(generation) = newest else {
        return Ok(comparison);
    };
    let Some(stream) = look(jetstream, &generation).await? else {
        return Ok(comparison);
    };
    let state = &stream.cached_info().state;
    comparison.messages = state.messages;
    comparison.last = generation.position(state.last_sequence);
    let compared = compare_from(&stream, &generation, reader, 1).await?;
    comparison.differences = compared.differences;
    // Of a stream without messages the first sequence is the next one.
    let spanned = (state.last_sequence + 1).saturating_sub(state.first_sequence.max(1));
    comparison.missing = spanned.saturating_sub(state.messages);
    if compared.messages != state.messages {
        let (held, given) = (state.messages, compared.messages);
        let wrong = format!("{generation} holds {held} messages and gave out {given}");
        comparison.differences.push(wrong);
    }
    Ok(comparison)
}

/// What was found from some sequence on.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    /// How many messages were compared.
    pub(crate) messages: u64,
    /// What is wrong with them.
    pub(crate) differences: Vec<String>,
}

/// Compares the messages that a stream holds from some sequence on. What is published meanwhile is not
/// looked at; what is missing is not wrong.
pub(crate) async fn compare_from(
    stream: &Stream,
    generation: &Generation,
    reader: &LogReader,
    from: u64,
) -> Result<Compared, LogError> {
    let state = &stream.cached_info().state;
    let mut compared = Compared::default();
    if state.messages == 0 {
        return Ok(compared);
    }
    let consumer = stream
        .create_consumer(pull::Config {
            deliver_policy: DeliverPolicy::ByStartSequence {
                start_sequence: from.max(1),
            },
            ack_policy: AckPolicy::None,
            memory_storage: true,
            inactive_threshold: PATIENCE,
            ..pull::Config::default()
        })
        .await
        .map_err(nats)?;
    let mut left = consumer.cached_info().num_pending;
    let mut messages = consumer.messages().await.map_err(nats)?;
    let mut page = Vec::new().into_iter();
    while left > 0 {
        let message = match tokio::time::timeout(PATIENCE, messages.next()).await {
            Ok(Some(message)) => message.map_err(nats)?,
            Ok(None) | Err(_) => return Err(LogError::Nats("the stream ends too early".into())),
        };
        left -= 1;
        let sequence = message.info().map_err(nats)?.stream_sequence;
        if sequence > state.last_sequence {
            break;
        }
        compared.messages += 1;
        let position = generation.position(sequence);
        let event = event_at(reader, &mut page, position).await?;
        let headers = message.headers.as_ref();
        let same = event.is_some_and(|Stored(event)| {
            headers.and_then(identity) == Some((position, event.id))
                && message.payload == event.data
        });
        if !same {
            compared.differences.push(format!(
                "sequence {sequence} of {generation} is not the event at position {position}"
            ));
        }
    }
    Ok(compared)
}

/// The log's event at a position, from a page when it is there; positions only rise.
async fn event_at(
    reader: &LogReader,
    page: &mut std::vec::IntoIter<Stored>,
    position: Position,
) -> Result<Option<Stored>, LogError> {
    loop {
        match page.next() {
            Some(stored) if stored.0.position == position => return Ok(Some(stored)),
            Some(stored) if stored.0.position < position => {}
            _ => {
                *page = reader
                    .read_stored(Position(position.0 - 1), 1_000)
                    .await?
                    .into_iter();
                return Ok(page.next());
            }
        }
    }
}

fn nats(error: impl std::fmt::Display) -> LogError {
    LogError::Nats(error.to_string())
}
