//! Jobs: what is too large for one decision becomes a stream of its own.
//!
//! A job is an aggregate that says since when work waits ([`Decider::waiting`]) and which items
//! come next. The runner of the timers hands them out as commands whose ids derive from job and
//! item, and tells the job what became of them. So a job goes on after any crash where it was, an
//! item takes effect once, progress is a state like any other, and taking a job back is a second
//! run over the same items.

use std::{collections::HashMap, time::Duration};

use futures::{StreamExt, future::BoxFuture, stream};
use guanxi_decider::{Actor, Decider};
use guanxi_eventlog::AppendError;
use guanxi_events::{Category, CommandId, DomainEvent, StreamKey};
use jiff::Timestamp;
use tokio::time::Instant;
use uuid::Uuid;

use crate::{
    config::Config,
    executor::{Call, ExecuteError, Executor},
};

/// One item of a job.
#[derive(Debug, Clone)]
pub struct Item<C> {
    /// Which one. With the job's id it makes the command's id, so it is never used again for
    /// another command: a run backwards numbers its items on.
    pub number: u64,
    /// The aggregate that is commanded.
    pub id: Uuid,
    /// What is asked of it.
    pub command: C,
}

/// What became of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Which one.
    pub number: u64,
    /// Code and reason when it was refused.
    pub refused: Option<(String, String)>,
}

/// How one kind of job works.
pub trait Job: Send + Sync + 'static {
    /// The job itself.
    type Decider: Decider;
    /// What its items command.
    type Target: Decider;

    /// The next items, at most `limit`, in order.
    fn next(
        state: &<Self::Decider as Decider>::State,
        limit: usize,
    ) -> Vec<Item<<Self::Target as Decider>::Command>>;

    /// Who acts: the person who ordered the job.
    fn actor(state: &<Self::Decider as Decider>::State) -> Option<Actor>;

    /// Tells the job what became of the items. It answers with an event that moves `waiting` on,
    /// and with nothing when it knows already.
    fn report(done: Vec<Done>) -> <Self::Decider as Decider>::Command;
}

/// Items between two reports: enough to share commits, few enough that progress is seen.
const CHUNK: usize = 100;
/// Items worked off side by side, where they command different aggregates.
const ABREAST: usize = 16;

/// A job with its type taken away.
pub(crate) trait DynJob: Send + Sync {
    fn category(&self) -> Category;
    /// Works off the next chunk; whether that went as it should.
    fn advance<'a>(
        &'a self,
        executor: &'a Executor,
        config: &'a Config,
        key: &'a StreamKey,
    ) -> BoxFuture<'a, bool>;
}

impl<J: Job> DynJob for J {
    fn category(&self) -> Category {
        <J::Decider as Decider>::Event::CATEGORY
    }

    fn advance<'a>(
        &'a self,
        executor: &'a Executor,
        config: &'a Config,
        key: &'a StreamKey,
    ) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let advanced = advance::<J>(executor, config, key).await;
            if let Err(error) = &advanced {
                tracing::warn!(%error, category = %key.category, id = %key.id, "a job pauses");
            }
            advanced.is_ok()
        })
    }
}

async fn advance<J: Job>(
    executor: &Executor,
    config: &Config,
    key: &StreamKey,
) -> Result<(), ExecuteError> {
    let (state, _) = executor.load::<J::Decider>(&key.tenant, key.id).await?;
    // Another command may have moved the work to a later day since the timer was read. An item that
    // is done too early would use up its number for nothing.
    if J::Decider::waiting(&state).is_none_or(|since| since > Timestamp::now()) {
        return Ok(());
    }
    let items = J::next(&state, CHUNK);
    let (Some(first), Some(actor)) = (items.first().map(|item| item.number), J::actor(&state))
    else {
        return Ok(());
    };
    let mut lanes: HashMap<Uuid, Vec<Item<_>>> = HashMap::new();
    for item in items {
        lanes.entry(item.id).or_default().push(item);
    }
    let lanes: Vec<BoxFuture<'_, _>> = lanes
        .into_values()
        .map(|lane| Box::pin(work::<J>(executor, config, key, &actor, lane)) as BoxFuture<'_, _>)
        .collect();
    let worked: Vec<Result<Vec<Done>, ExecuteError>> = stream::iter(lanes)
        .buffer_unordered(ABREAST)
        .collect()
        .await;
    let mut done = Vec::new();
    for lane in worked {
        done.extend(lane?);
    }
    done.sort_by_key(|done| done.number);
    let report = call(executor, config, key, &actor, "report", first);
    executor
        .execute::<J::Decider>(&report, key.id, &J::report(done))
        .await?;
    Ok(())
}

/// Works off the items of one aggregate, in order. A refusal is a result; what may pass ends the
/// chunk, which is then begun again with the same ids.
async fn work<J: Job>(
    executor: &Executor,
    config: &Config,
    key: &StreamKey,
    actor: &Actor,
    lane: Vec<Item<<J::Target as Decider>::Command>>,
) -> Result<Vec<Done>, ExecuteError> {
    let mut results = Vec::with_capacity(lane.len());
    for Item {
        number,
        id,
        command,
    } in lane
    {
        let call = call(executor, config, key, actor, "item", number);
        let refused = match executor.execute::<J::Target>(&call, id, &command).await {
            Ok(_) => None,
            Err(ExecuteError::Refused(refusal)) => Some((refusal.code.to_owned(), refusal.message)),
            // The same item by another release: the first effect stands.
            Err(ExecuteError::Append(AppendError::DifferentContent)) => None,
            Err(error) if error.lasts() => {
                tracing::error!(%error, category = %key.category, number, "an item is given up");
                Some((
                    "FAILED".to_owned(),
                    "it cannot be done; the log says why".to_owned(),
                ))
            }
            Err(error) => return Err(error),
        };
        results.push(Done { number, refused });
    }
    Ok(results)
}

fn call(
    executor: &Executor,
    config: &Config,
    key: &StreamKey,
    actor: &Actor,
    what: &str,
    number: u64,
) -> Call {
    let command_id = CommandId::derived(&format!("job {what} {number}"), key.id);
    Call {
        content_hash: executor
            .keys()
            .content(&key.tenant, "job", command_id.0.as_bytes()),
        home: config.home(&key.tenant),
        tenant: key.tenant.clone(),
        actor: actor.clone(),
        command_id,
        id_is_new: false,
        expected_version: None,
        occurred_at: None,
        deadline: Instant::now() + Duration::from_secs(30),
        cause: None,
        traceparent: None,
    }
}
