//! The stream of a log on NATS JetStream: how it is named, what its messages carry, and which
//! generations of it a server has.
//!
//! Only the [`Relay`](crate::Relay) publishes to it, and only a [`Feed`](crate::Feed) reads it; for
//! both it is the fast road and Postgres the truth.

mod compare;
mod generation;
mod message;

use std::time::Duration;

use async_nats::jetstream::{
    Context, ErrorCode,
    context::{DeleteStreamErrorKind, GetStreamErrorKind},
    response::Response,
    stream::{Config, DiscardPolicy, StorageType, Stream},
};
use guanxi_events::{Incarnation, Service};
use serde::Deserialize;
use serde_json::json;

use crate::LogError;

pub(crate) use compare::compare_from;
pub use compare::{Comparison, compare};
pub use generation::Generation;
pub(crate) use generation::poke_subject;
pub(crate) use message::{from_message, identity, to_message};

/// How much a stream holds. What it does not hold is read from the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamLimits {
    /// Messages older than this are dropped.
    pub max_age: Duration,
    /// The oldest messages are dropped when the stream is larger, in bytes. The server sets the
    /// room aside when it makes the stream, twice while a generation is replaced.
    pub max_bytes: u64,
    /// Copies of the stream in a NATS cluster: 1 or 3. A generation keeps the number that it was
    /// opened with.
    pub replicas: usize,
}

impl Default for StreamLimits {
    fn default() -> Self {
        Self {
            max_age: Duration::from_secs(24 * 3600),
            max_bytes: 256 << 20,
            replicas: 1,
        }
    }
}

/// The generations of this life of the log that the server has, lowest base first.
///
/// # Errors
/// [`LogError::Nats`] when JetStream does not answer.
pub async fn generations(
    jetstream: &Context,
    service: Service,
    incarnation: Incarnation,
) -> Result<Vec<Generation>, LogError> {
    #[derive(Deserialize)]
    struct Page {
        total: usize,
        // `null` when there are none.
        streams: Option<Vec<String>>,
    }
    let subject = generation::all_subjects(service, incarnation);
    let mut offset = 0;
    let mut found = Vec::new();
    loop {
        let request = json!({ "subject": subject, "offset": offset });
        let page: Page = match jetstream.request("STREAM.NAMES", &request).await {
            Ok(Response::Ok(page)) => page,
            Ok(Response::Err { error }) => return Err(LogError::Nats(error.to_string())),
            Err(error) => return Err(LogError::Nats(error.to_string())),
        };
        let names = page.streams.unwrap_or_default();
        offset += names.len();
        found.extend(
            names
                .iter()
                .filter_map(|name| Generation::parse(service, incarnation, name)),
        );
        if names.is_empty() || offset >= page.total {
            found.sort_unstable();
            return Ok(found);
        }
    }
}

/// Makes the stream of a generation; one that is there already is left as it is.
pub(crate) async fn open(
    jetstream: &Context,
    generation: &Generation,
    limits: &StreamLimits,
) -> Result<(), LogError> {
    let config = Config {
        name: generation.name(),
        subjects: vec![generation.subjects()],
        description: Some(format!(
            "The event log of {} from position {} on. Only its relay publishes here.",
            generation.service,
            generation.base.next()
        )),
        max_age: limits.max_age,
        max_bytes: i64::try_from(limits.max_bytes).unwrap_or(i64::MAX),
        discard: DiscardPolicy::Old,
        storage: StorageType::File,
        num_replicas: limits.replicas,
        ..Config::default()
    };
    let Err(error) = jetstream.create_stream(config).await else {
        return Ok(());
    };
    // Another relay, with other limits, may have been quicker.
    match look(jetstream, generation).await? {
        Some(_) => Ok(()),
        None => Err(LogError::Nats(error.to_string())),
    }
}

/// The stream of a generation as it stands now; `None` when the server has none.
pub(crate) async fn look(
    jetstream: &Context,
    generation: &Generation,
) -> Result<Option<Stream>, LogError> {
    match jetstream.get_stream(generation.name()).await {
        Ok(stream) => Ok(Some(stream)),
        Err(error) => match error.kind() {
            GetStreamErrorKind::JetStream(error) if not_found(error.error_code()) => Ok(None),
            _ => Err(LogError::Nats(error.to_string())),
        },
    }
}

/// Deletes the stream of a generation, if it is there.
pub(crate) async fn delete(jetstream: &Context, generation: &Generation) -> Result<(), LogError> {
    match jetstream.delete_stream(generation.name()).await {
        Ok(_) => Ok(()),
        Err(error) => match error.kind() {
            DeleteStreamErrorKind::JetStream(error) if not_found(error.error_code()) => Ok(()),
            _ => Err(LogError::Nats(error.to_string())),
        },
    }
}

fn not_found(code: ErrorCode) -> bool {
    code == ErrorCode::STREAM_NOT_FOUND
}
