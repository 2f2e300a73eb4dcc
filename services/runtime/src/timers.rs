//! Timers (P-09): what aggregates have due is made to happen, once, also after downtime.

use std::{collections::HashMap, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::{FutureExt, StreamExt, stream};
use guanxi_decider::{Actor, DynDecider};
use guanxi_eventlog::DueTimer;
use guanxi_events::{Category, CommandId};
use jiff::Timestamp;
use tokio::time::Instant;

use crate::{
    config::Config,
    executor::{Call, ExecuteError, Executor},
    jobs::DynJob,
    system_actor,
};

/// How late a timer may be noticed.
const LOOK: Duration = Duration::from_millis(200);
/// Timers fetched at once; more are fetched without a pause.
const PAGE: usize = 500;
/// Timers that fire side by side: enough to share commits, few enough to leave room for callers.
const ABREAST: usize = 32;

/// Whose timers they are, and which of them are jobs.
#[derive(Clone)]
pub(crate) struct Owners {
    deciders: HashMap<Category, DynDecider>,
    jobs: HashMap<Category, Arc<dyn DynJob>>,
}

impl Owners {
    pub(crate) fn new(deciders: &[DynDecider], jobs: &[Arc<dyn DynJob>]) -> Self {
        Self {
            deciders: deciders
                .iter()
                .map(|decider| (decider.category(), *decider))
                .collect(),
            jobs: jobs
                .iter()
                .map(|job| (job.category(), job.clone()))
                .collect(),
        }
    }
}

/// Fires what is due, for ever.
pub(crate) async fn run(executor: Executor, owners: Owners, config: Arc<Config>) {
    let Ok(actor) = system_actor("timer") else {
        return;
    };
    // Where the page before ended: what cannot fire stays due, and must not hide what is due behind it.
    let mut behind = None;
    loop {
        let due = executor
            .log()
            .due_timers(Timestamp::now(), behind.as_ref(), PAGE);
        let due = match due.await {
            Ok(due) => due,
            Err(error) => {
                tracing::warn!(%error, "timers cannot be read");
                tokio::time::sleep(Duration::from_secs(1)).await;
                continue;
            }
        };
        let last = due.last().filter(|_| due.len() == PAGE).cloned();
        let failures = stream::iter(due)
            .map(|timer| fire_guarded(&executor, &owners, &config, &actor, timer))
            .buffer_unordered(ABREAST)
            .filter(|fired| std::future::ready(!fired))
            .count()
            .await;
        if last.is_none() || failures > 0 {
            tokio::time::sleep(LOOK).await;
        }
        behind = last;
    }
}

/// A defect in one aggregate must not keep the others' timers from firing.
async fn fire_guarded(
    executor: &Executor,
    owners: &Owners,
    config: &Config,
    actor: &Actor,
    timer: DueTimer,
) -> bool {
    let fired = AssertUnwindSafe(fire(executor, owners, config, actor, timer)).catch_unwind();
    fired.await.unwrap_or_else(|_| {
        tracing::error!("a timer panicked");
        false
    })
}

/// Whether the timer was settled.
async fn fire(
    executor: &Executor,
    owners: &Owners,
    config: &Config,
    actor: &Actor,
    timer: DueTimer,
) -> bool {
    let category = &timer.stream.category;
    if let Some(job) = owners.jobs.get(category) {
        return job.advance(executor, config, &timer.stream).await;
    }
    let Some(decider) = owners.deciders.get(category) else {
        tracing::error!(%category, "a timer of an unknown aggregate");
        return false;
    };
    let call = Call {
        // Both follow from the aggregate's version, which only `wake` knows.
        command_id: CommandId(timer.stream.id),
        content_hash: [0; 32],
        home: config.home(&timer.stream.tenant),
        tenant: timer.stream.tenant.clone(),
        actor: actor.clone(),
        id_is_new: false,
        expected_version: None,
        occurred_at: None,
        deadline: Instant::now() + Duration::from_secs(10),
        cause: None,
        traceparent: None,
    };
    let fired = executor
        .wake(&call, *decider, &timer.stream, timer.due)
        .await;
    if let Err(error) = &fired {
        tracing::warn!(%error, %category, "a timer did not fire");
    } else {
        let late = Timestamp::now().duration_since(timer.due).as_secs_f64();
        metrics::histogram!("guanxi_timer_late_seconds").record(late.max(0.0));
    }
    matches!(fired, Ok(()) | Err(ExecuteError::Refused(_)))
}
