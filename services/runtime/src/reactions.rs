//! Reactions: another service's events become commands of this one, each exactly once.
//!
//! The command's id is derived from the reaction and the event, so however often an event is
//! delivered, its effect happens once. The checkpoint follows behind and only saves work.

mod checkpoint;

use std::{collections::HashMap, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::{FutureExt, StreamExt, future::BoxFuture, stream};
use guanxi_decider::{Actor, Decider};
use guanxi_eventlog::{AppendError, Feed, FeedOptions, LogError, LogReader};
use guanxi_events::{CommandId, DecodeError, Position, Recorded, Service};
use tokio::time::Instant;
use uuid::Uuid;

use self::checkpoint::{Checkpoint, Step};
use crate::{
    config::Config,
    executor::{Call, Cause, ExecuteError, Executor},
    keys::KeyRing,
    system_actor, telemetry,
};

/// Where a reaction that never ran before begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// With what happens from now on: the usual, for effects must not be repeated for old events.
    Head,
    /// With the first event of all: for reference copies.
    Beginning,
}

/// How one kind of event of another service becomes a command of this one.
pub trait Reaction: Send + Sync + 'static {
    /// The aggregate that is commanded.
    type Decider: Decider;
    /// Its name; the ids of its commands derive from it, so it never changes.
    const NAME: &'static str;
    /// Whose events it answers.
    const SOURCE: Service;
    /// Where it begins.
    const START: Start;

    /// The command that follows from the event, if any. A pure function of the event.
    ///
    /// # Errors
    /// An event that this release cannot read; it is parked.
    fn react(&self, event: &Recorded) -> Result<Option<Reacted<Self>>, DecodeError>
    where
        Self: Sized;
}

/// The aggregate and its command.
pub type Reacted<R> = (Uuid, <<R as Reaction>::Decider as Decider>::Command);

/// A reaction with its type taken away.
pub(crate) trait DynReaction: Send + Sync {
    fn name(&self) -> &'static str;
    fn source(&self) -> Service;
    fn start(&self) -> Start;
    /// Which aggregate the event concerns: events of one are answered in their order.
    fn target(&self, event: &Recorded) -> Option<Uuid>;
    fn answer<'a>(
        &'a self,
        executor: &'a Executor,
        call: &'a Call,
        event: &'a Recorded,
    ) -> BoxFuture<'a, Result<Option<Position>, ReactionError>>;
}

/// Why an event was not answered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReactionError {
    #[error(transparent)]
    Decode(#[from] DecodeError),
    #[error(transparent)]
    Execute(#[from] ExecuteError),
    #[error("it would be the {0}th effect in a row: a loop")]
    Loop(u16),
}

impl<R: Reaction> DynReaction for R {
    fn name(&self) -> &'static str {
        R::NAME
    }

    fn source(&self) -> Service {
        R::SOURCE
    }

    fn start(&self) -> Start {
        R::START
    }

    fn target(&self, event: &Recorded) -> Option<Uuid> {
        self.react(event).ok().flatten().map(|(id, _)| id)
    }

    fn answer<'a>(
        &'a self,
        executor: &'a Executor,
        call: &'a Call,
        event: &'a Recorded,
    ) -> BoxFuture<'a, Result<Option<Position>, ReactionError>> {
        Box::pin(async move {
            let Some((id, command)) = self.react(event)? else {
                return Ok(None);
            };
            if event.meta.depth >= DEEPEST {
                return Err(ReactionError::Loop(event.meta.depth));
            }
            let answer = executor.execute::<R::Decider>(call, id, &command).await?;
            Ok(Some(answer.receipt.position))
        })
    }
}

/// Effects of effects of effects: beyond this it is a loop.
const DEEPEST: u16 = 16;
/// Events taken at once.
const PAGE: usize = 256;
/// Aggregates answered side by side.
const ABREAST: usize = 16;
/// The pause before an event is answered again; doubled with every try.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// The longest.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// What a reaction works with.
#[derive(Clone)]
pub(crate) struct Surroundings {
    pub(crate) executor: Executor,
    pub(crate) source: LogReader,
    pub(crate) own: LogReader,
    pub(crate) nats: Option<async_nats::Client>,
    pub(crate) pool: deadpool_postgres::Pool,
    pub(crate) config: Arc<Config>,
}

/// Answers events, until something breaks. The caller begins it anew.
pub(crate) async fn run(reaction: &dyn DynReaction, with: &Surroundings) {
    loop {
        if let Err(error) = follow(reaction, with).await {
            tracing::warn!(%error, reaction = reaction.name(), "a reaction pauses");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

async fn follow(reaction: &dyn DynReaction, with: &Surroundings) -> Result<(), LogError> {
    let head = with.source.head().await?;
    let checkpoint = Checkpoint::new(&with.pool, reaction.name(), with.executor.log().service());
    let start = match reaction.start() {
        Start::Head => head.position,
        Start::Beginning => Position::START,
    };
    let from = checkpoint
        .begin(&with.source, head.incarnation, start)
        .await?;
    let options = FeedOptions::default();
    let mut feed = Feed::open(with.source.clone(), with.nats.clone(), from, options).await?;
    let Ok(actor) = system_actor(reaction.name()) else {
        return Ok(());
    };
    let mut done = from;
    loop {
        let events = feed.next(PAGE).await?;
        let Some(last) = events.last().map(|event| event.position) else {
            continue;
        };
        let parked = answer_all(reaction, with, &actor, &events).await?;
        // Whoever waits for these events waits for all that this log holds by now.
        let target = with.own.head().await?.position;
        let step = Step {
            incarnation: head.incarnation,
            from: done,
            to: last,
            target,
        };
        if !checkpoint.advance(reaction.source(), step, &parked).await? {
            // Another replica leads, or the source was restored: look again.
            return Ok(());
        }
        done = last;
    }
}

/// An event that could not be answered, with the reason.
pub(crate) struct Parked<'a> {
    pub(crate) event: &'a Recorded,
    pub(crate) code: &'static str,
    pub(crate) reason: String,
}

/// Answers events side by side, those of one aggregate in their order.
async fn answer_all<'a>(
    reaction: &dyn DynReaction,
    with: &Surroundings,
    actor: &Actor,
    events: &'a [Recorded],
) -> Result<Vec<Parked<'a>>, LogError> {
    let mut lanes: HashMap<Option<Uuid>, Vec<&Recorded>> = HashMap::new();
    for event in events {
        lanes.entry(reaction.target(event)).or_default().push(event);
    }
    // As a list of futures: a closure over borrowed events would not be general enough to spawn.
    let lanes: Vec<BoxFuture<'_, _>> = lanes
        .into_values()
        .map(|lane| Box::pin(answer_lane(reaction, with, actor, lane)) as BoxFuture<'_, _>)
        .collect();
    let answered: Vec<Result<Vec<Parked<'a>>, LogError>> = stream::iter(lanes)
        .buffer_unordered(ABREAST)
        .collect()
        .await;
    let mut parked = Vec::new();
    for lane in answered {
        parked.extend(lane?);
    }
    Ok(parked)
}

async fn answer_lane<'a>(
    reaction: &dyn DynReaction,
    with: &Surroundings,
    actor: &Actor,
    lane: Vec<&'a Recorded>,
) -> Result<Vec<Parked<'a>>, LogError> {
    let mut parked = Vec::new();
    for event in lane {
        if let Some((code, reason)) = answer(reaction, with, actor, event).await? {
            parked.push(Parked {
                event,
                code,
                reason,
            });
        }
    }
    Ok(parked)
}

/// Answers one event; what stands in the way for good is returned, what may pass is tried again.
#[tracing::instrument(skip_all, fields(reaction = reaction.name(), position = event.position.0))]
async fn answer(
    reaction: &dyn DynReaction,
    with: &Surroundings,
    actor: &Actor,
    event: &Recorded,
) -> Result<Option<(&'static str, String)>, LogError> {
    if let Some(traceparent) = &event.meta.traceparent {
        telemetry::link_to(traceparent);
    }
    let mut pause = FIRST_PAUSE;
    loop {
        let call = call(
            reaction.name(),
            with.executor.keys(),
            &with.config,
            actor,
            event,
        );
        let answered = AssertUnwindSafe(reaction.answer(&with.executor, &call, event));
        let Ok(answered) = answered.catch_unwind().await else {
            tracing::error!("a reaction panicked");
            return Ok(Some((
                "PANICKED",
                "it cannot be done; the log says why".to_owned(),
            )));
        };
        match answered {
            Ok(_) => return Ok(None),
            Err(ReactionError::Execute(ExecuteError::Refused(refusal))) => {
                return Ok(Some((refusal.code, refusal.message)));
            }
            Err(ReactionError::Decode(error)) => {
                return Ok(Some(("UNREADABLE", error.to_string())));
            }
            Err(error @ ReactionError::Loop(_)) => return Ok(Some(("LOOP", error.to_string()))),
            Err(ReactionError::Execute(ExecuteError::Append(AppendError::DifferentContent))) => {
                // Another release derived another command from the same event; the first one stands.
                return Ok(None);
            }
            Err(ReactionError::Execute(error)) if error.lasts() => {
                tracing::error!(%error, "an event cannot be answered");
                return Ok(Some((
                    "FAILED",
                    "it cannot be done; the log says why".to_owned(),
                )));
            }
            Err(ReactionError::Execute(ExecuteError::Append(AppendError::Log(error))))
                if !matches!(error, LogError::Crowded) =>
            {
                return Err(error);
            }
            Err(error) => {
                tracing::warn!(%error, "an event will be answered again");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

fn call(name: &str, keys: &KeyRing, config: &Config, actor: &Actor, event: &Recorded) -> Call {
    let tenant = event.stream.tenant.clone();
    Call {
        // The event alone: a changed reaction must not do it once more.
        content_hash: keys.content(&tenant, name, event.id.0.as_bytes()),
        home: config.home(&tenant),
        actor: actor.clone(),
        command_id: CommandId::derived(name, event.id.0),
        id_is_new: false,
        expected_version: None,
        occurred_at: Some(event.occurred_at),
        deadline: Instant::now() + Duration::from_secs(30),
        cause: Some(Cause {
            event: event.id,
            correlation: event.meta.correlation_id,
            depth: event.meta.depth + 1,
        }),
        traceparent: telemetry::current_traceparent().or_else(|| event.meta.traceparent.clone()),
        tenant,
    }
}
