//! One rebuild of one read model, in a process that does nothing else: so its memory is that of the
//! rebuild, and nothing is warm that would not be.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context;
use clap::Args;
use guanxi_eventlog::{LogReader, PlainCodec};
use guanxi_events::Service;
use guanxi_harness::Memory;
use guanxi_projection::{Options, ProjectionError, RebuildOptions, Registry, Setup, rebuild};
use serde::{Deserialize, Serialize};
use tokio::process::Command;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{connect, pool, report::median};

/// The subcommand that programs with rebuilds give their processes.
pub const REBUILD: &str = "rebuild";

/// What is rebuilt, and from where.
#[derive(Debug, Clone, Args)]
pub struct Rebuilding {
    /// The read model
    #[arg(long)]
    pub model: String,
    /// The database of the logs and of the tables
    #[arg(long)]
    pub database: String,
    /// The most events of one transaction, instead of the engine's own choice
    #[arg(long)]
    pub batch: Option<usize>,
    /// Stop when so many events are applied
    #[arg(long)]
    pub stop_at: Option<u64>,
}

/// How it went.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Rebuilt {
    /// Events applied a second.
    pub per_second: f64,
    /// MiB that the process held in the first half and in the second: the median of all looks, for it goes
    /// up and down by a third each second, as the allocator gives back.
    pub memory: [f64; 2],
}

/// Every read model there is.
fn models() -> Registry {
    Registry::new()
        .with(guanxi_funnels::Funnels)
        .with(guanxi_receivables::Receivables)
        .with(guanxi_points::Points)
        .with(guanxi_service_figures::Service)
        .with(guanxi_dashboards::Dashboards)
}

/// Between two looks at the memory: a look costs what some events one by one cost.
const LOOK: Duration = Duration::from_millis(20);

/// How far a rebuild has come, as it was seen.
struct Course {
    began: Instant,
    first: Option<(i64, Duration)>,
    last: (i64, Duration),
    looked: Duration,
    /// What memory there was at each look, in each half.
    looks: [Vec<f64>; 2],
}

impl Course {
    fn new() -> Self {
        Self {
            began: Instant::now(),
            first: None,
            last: (0, Duration::ZERO),
            looked: Duration::ZERO,
            looks: Default::default(),
        }
    }

    fn saw(&mut self, done: i64, total: i64) {
        self.last = (done, self.began.elapsed());
        self.first.get_or_insert(self.last);
        let now = self.last.1;
        if self.looked.is_zero() || now - self.looked >= LOOK {
            self.looked = now;
            let half = usize::from(done > total / 2);
            self.looks[half].extend(Memory::own().ok().map(|memory| memory.now));
        }
    }

    /// What is usual in each half; in all that there was, where it was stopped before the second.
    fn memory(&self) -> [f64; 2] {
        let all = self.looks.concat();
        self.looks.each_ref().map(|half| {
            let looks = if half.is_empty() { &all } else { half };
            median(looks.iter().copied())
        })
    }

    /// Without what comes before the first event and after the last one.
    fn per_second(&self) -> Option<f64> {
        let (before, since) = self.first?;
        let (done, until) = self.last;
        let took = until.checked_sub(since).filter(|took| !took.is_zero())?;
        Some((done - before) as f64 / took.as_secs_f64())
    }
}

impl Rebuilding {
    /// Rebuilds in this process.
    ///
    /// # Errors
    /// When the model is unknown, an event cannot be folded, or Postgres refuses.
    pub async fn run(&self) -> anyhow::Result<Rebuilt> {
        let pool = pool(&self.database)?;
        let codec = Arc::new(PlainCodec);
        let reader = |service| LogReader::new(service, pool.clone(), codec.clone());
        let defaults = Options::default();
        let setup = Setup {
            projection: models().get(&self.model)?,
            pool: pool.clone(),
            readers: Service::ALL.into_iter().map(reader).collect(),
            nats: None,
            options: Options {
                batch: self.batch.unwrap_or(defaults.batch),
                ..defaults
            },
        };
        // The engine keeps in mind what was built where.
        let schema = format!("load_{}", Uuid::new_v4().simple());
        let what = RebuildOptions {
            as_of: None,
            into: Some(schema.clone()),
        };
        let cancel = CancellationToken::new();
        let enough = self
            .stop_at
            .map_or(i64::MAX, |at| at.min(i64::MAX as u64) as i64);
        let mut course = Course::new();
        let rebuilt = rebuild(setup, what, cancel.clone(), |progress| {
            course.saw(progress.done, progress.total);
            if progress.done >= enough {
                cancel.cancel();
            }
        });
        let per_second = match rebuilt.await {
            // All of it, from beginning to end.
            Ok(_) if self.stop_at.is_none() => {
                Some(course.last.0 as f64 / course.began.elapsed().as_secs_f64())
            }
            Ok(_) | Err(ProjectionError::Stopped) => course.per_second(),
            Err(error) => return Err(error.into()),
        };
        let client = connect(&self.database).await?;
        let parked = "select count(*) from projections.parked";
        let parked: i64 = client.query_one(parked, &[]).await?.try_get(0)?;
        anyhow::ensure!(parked == 0, "{parked} events could not be folded");
        let drop = format!("drop schema if exists {schema} cascade");
        client.batch_execute(&drop).await?;
        Ok(Rebuilt {
            per_second: per_second.context("there are too few events to measure")?,
            memory: course.memory(),
        })
    }

    /// Rebuilds in a process of its own: this program, with the subcommand [`REBUILD`].
    ///
    /// # Errors
    /// When it fails, or says something else than it should.
    pub async fn apart(&self) -> anyhow::Result<Rebuilt> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .arg(REBUILD)
            .args(["--model", &self.model, "--database", &self.database]);
        if let Some(batch) = self.batch {
            command.args(["--batch", &batch.to_string()]);
        }
        if let Some(at) = self.stop_at {
            command.args(["--stop-at", &at.to_string()]);
        }
        let output = command.kill_on_drop(true).output().await?;
        let errors = String::from_utf8_lossy(&output.stderr);
        anyhow::ensure!(
            output.status.success(),
            "the rebuild of {} ended with {}: {errors}",
            self.model,
            output.status
        );
        let said = String::from_utf8(output.stdout)?;
        serde_json::from_str(&said).with_context(|| format!("the rebuild said {said:?}"))
    }
}
