//! Looks at what is there and goes on from it, or begins a new generation.

use std::time::Duration;

use async_nats::jetstream::stream::RawMessageErrorKind;
use guanxi_events::{EventId, Position};

use super::{
    Relay,
    plan::{Observed, Plan, Tail, plan},
};
use crate::{
    LogError,
    stream::{self, Generation},
};

/// Where the relay goes on.
pub(super) struct Resumed {
    pub(super) generation: Generation,
    /// The position that the stream holds last.
    pub(super) after: Position,
}

/// A generation that was opened is looked at like one that was found; this often before the
/// relay takes a break, in case the server or another relay keeps on undoing it.
const ROUNDS: usize = 5;

/// For a cluster to pass on that a stream was made.
const BETWEEN_ROUNDS: Duration = Duration::from_millis(10);

impl Relay {
    /// Finds the generation to fill and retires the others.
    pub(super) async fn resume(&self) -> Result<Resumed, LogError> {
        let service = self.reader.service();
        let incarnation = self.reader.head().await?.incarnation;
        for _ in 0..ROUNDS {
            let mut generations =
                stream::generations(&self.jetstream, service, incarnation).await?;
            let newest = generations.pop();
            let observed = match &newest {
                Some(generation) => self.observe(generation).await?,
                None => None,
            };
            // After the stream: what another relay publishes meanwhile must be within the head.
            let head = self.reader.head().await?;
            if head.incarnation != incarnation {
                return Err(LogError::ForeignIncarnation {
                    wanted: incarnation,
                    actual: head.incarnation,
                });
            }
            let last = observed.as_ref().map(Observed::last_position);
            let log_tail = self.id_at(last).await?;
            let backfill = self.options.backfill;
            match plan(observed.as_ref(), head.position, log_tail, backfill) {
                Plan::Continue { generation, after } => {
                    self.retire(generations).await?;
                    return Ok(Resumed { generation, after });
                }
                Plan::Open {
                    base,
                    replace_first,
                    why,
                } => {
                    let generation = Generation {
                        service,
                        incarnation,
                        base,
                    };
                    tracing::warn!(%generation, reason = %why, "opening a new generation");
                    let in_the_way = generations
                        .iter()
                        .chain(&newest)
                        .filter(|old| replace_first && old.base >= base);
                    for old in in_the_way {
                        stream::delete(&self.jetstream, old).await?;
                    }
                    stream::open(&self.jetstream, &generation, &self.options.limits).await?;
                    self.reporter.opened();
                    tokio::time::sleep(BETWEEN_ROUNDS).await;
                }
            }
        }
        Err(LogError::Nats(
            "no generation of the stream stays as it was opened".into(),
        ))
    }

    /// Deletes the generations that the newest one replaces, and those of the log's former lives.
    async fn retire(&self, mut old: Vec<Generation>) -> Result<(), LogError> {
        for life in self.reader.former_lives().await? {
            old.extend(stream::generations(&self.jetstream, self.reader.service(), life).await?);
        }
        for generation in old {
            tracing::info!(%generation, "retiring an old generation");
            stream::delete(&self.jetstream, &generation).await?;
        }
        Ok(())
    }

    async fn observe(&self, generation: &Generation) -> Result<Option<Observed>, LogError> {
        let Some(stream) = stream::look(&self.jetstream, generation).await? else {
            return Ok(None);
        };
        let state = &stream.cached_info().state;
        let tail = if state.messages == 0 {
            Tail::Missing
        } else {
            match stream.get_raw_message(state.last_sequence).await {
                Ok(message) => stream::identity(&message.headers)
                    .map_or(Tail::Foreign, |(position, id)| Tail::Event(position, id)),
                Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Tail::Missing,
                Err(error) => return Err(LogError::Nats(error.to_string())),
            }
        };
        Ok(Some(Observed {
            generation: *generation,
            last_sequence: state.last_sequence,
            messages: state.messages,
            tail,
        }))
    }

    async fn id_at(&self, position: Option<Position>) -> Result<Option<EventId>, LogError> {
        let Some(position) = position.filter(|position| *position > Position::START) else {
            return Ok(None);
        };
        let event = self.reader.read_stored(Position(position.0 - 1), 1).await?;
        Ok(event
            .first()
            .filter(|stored| stored.0.position == position)
            .map(|stored| stored.0.id))
    }
}
