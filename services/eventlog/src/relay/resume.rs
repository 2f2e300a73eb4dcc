//! Looks at what is there and goes on from it, or begins a new generation.

use std::time::Duration;

use async_nats::jetstream::stream::RawMessageErrorKind;
use guanxi_events::{EventId, Incarnation, Position};

use super::{
    Relay,
    plan::{Observed, Plan, Tail, in_the_way, plan},
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

/// What the relay has seen.
pub(super) struct Look {
    /// Every generation of this life of the log, lowest base first.
    generations: Vec<Generation>,
    pub(super) plan: Plan,
}

/// How far back the relay looks.
#[derive(Clone, Copy)]
pub(super) enum Depth {
    /// At the last message, now and then.
    Tail,
    /// At all that may have been on the way together, after any doubt. The expected sequence
    /// fences every message off but not the row of them: when a foreign message takes the place of
    /// one that was on the way, that one is refused, while those behind it find what they expect.
    Window,
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
            let Look { generations, plan } = self.look(incarnation, Depth::Window).await?;
            match plan {
                Plan::Continue { generation, after } => {
                    let old = generations.into_iter().filter(|old| *old != generation);
                    self.retire(old.collect()).await?;
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
                    for old in in_the_way(&generations, base, replace_first) {
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

    /// Looks at the streams and the log, and says what is to be done.
    pub(super) async fn look(
        &self,
        incarnation: Incarnation,
        depth: Depth,
    ) -> Result<Look, LogError> {
        let service = self.reader.service();
        let generations = stream::generations(&self.jetstream, service, incarnation).await?;
        let observed = match generations.last() {
            Some(newest) => self.observe(newest, depth).await?,
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
        let plan = plan(observed.as_ref(), head.position, log_tail, backfill);
        Ok(Look { generations, plan })
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

    async fn observe(
        &self,
        generation: &Generation,
        depth: Depth,
    ) -> Result<Option<Observed>, LogError> {
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
        let spoiled = match (depth, tail) {
            (Depth::Window, Tail::Event(..)) => {
                let window = u64::try_from(self.options.window).unwrap_or(u64::MAX);
                let from = state.last_sequence.saturating_sub(window);
                let compared =
                    stream::compare_from(&stream, generation, &self.reader, from).await?;
                !compared.differences.is_empty()
            }
            _ => false,
        };
        Ok(Some(Observed {
            generation: *generation,
            last_sequence: state.last_sequence,
            messages: state.messages,
            tail,
            spoiled,
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
