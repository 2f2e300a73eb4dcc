//! How long it takes from the answer to a command until the read model shows what it did, through
//! the stream: as long as a query with `after` waits. At half of the load that a service must bear,
//! and at half of what it bears here when it has both cores to itself.
//!
//!     cargo run --release -p guanxi-load --bin visible -- --rounds 5

#![allow(clippy::float_arithmetic, reason = "rates and latencies, no money")]

use std::{num::NonZeroU64, sync::Arc, time::Duration};

use clap::Parser;
use guanxi_funnels::Funnels;
use guanxi_load::{
    Desk, Looking, Measure, Need, SERVICE, Sellers, Site, Worked, counted, pgbench, report,
};

/// Measures when rows are visible.
#[derive(Parser)]
struct Arguments {
    /// How often it is measured; the median decides.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds of each.
    #[arg(long, default_value_t = 15)]
    seconds: u64,
    /// Commands a second, instead of the two loads.
    #[arg(long)]
    rate: Option<f64>,
    /// One command in so many is waited for, as by one who asks at once for what changed.
    #[arg(long, default_value = "4")]
    watch_every: NonZeroU64,
}

/// What a service must bear, as a share of what a bare INSERT a transaction does with so many clients.
const MUST_BE: f64 = 0.8;
const CLIENTS: usize = 64;
/// Callers and time to find out what the service bears.
const CALLERS: usize = 256;
const FULL_LOAD: Duration = Duration::from_secs(5);
/// For the worker to come to trust the stream.
const WARM_UP: Duration = Duration::from_secs(3);
/// What must be reached, in milliseconds.
const P50: f64 = 15.0;
const P99: f64 = 60.0;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let window = Duration::from_secs(arguments.seconds);
    let mut loads = loads(arguments.rate, window).await?;
    let site = Site::start(true).await?;
    let looking = Looking {
        models: site.project(Funnels).await?,
        every: arguments.watch_every,
    };
    let desk = Desk::new(Sellers::at(&site, CALLERS).await?, Some(looking));
    let mut broken_off = 0;
    // The heavier one last: of what it leaves behind nobody else shall wait.
    for load in &mut loads {
        for round in 1..=arguments.rounds {
            eprintln!(
                "round {round} of {}, {}, {:.0} commands/s",
                arguments.rounds, load.name, load.rate
            );
            match worked(&desk, load.rate, window).await {
                Ok((seen, followed)) => load.took(&seen, followed),
                Err(error) => {
                    eprintln!("missed: {error}");
                    load.missed();
                    broken_off += 1;
                }
            }
        }
    }
    let measures: Vec<Measure> = loads.into_iter().flat_map(Load::measures).collect();
    report(&measures)?;
    // Whatever the median says: a command that fails is no slow one.
    anyhow::ensure!(broken_off == 0, "{broken_off} rounds were broken off");
    Ok(())
}

/// # Errors
/// When a command fails, or the pace cannot be kept at all.
async fn worked(
    desk: &Arc<Desk>,
    rate: f64,
    window: Duration,
) -> anyhow::Result<(Worked, Followed)> {
    desk.work(rate, WARM_UP).await?;
    let before = Followed::look();
    let seen = desk.work(rate, window).await?;
    Ok((seen, Followed::look().since(before)))
}

/// Events that whoever follows the log has got.
#[derive(Clone, Copy, Default)]
struct Followed {
    stream: u64,
    log: u64,
}

impl Followed {
    fn look() -> Self {
        let service = format!("service=\"{SERVICE}\"");
        let from = |source: &str| counted("guanxi_feed_events_total", &[&service, source]);
        Self {
            stream: from("source=\"stream\""),
            log: from("source=\"log\""),
        }
    }

    fn since(self, before: Self) -> Self {
        Self {
            stream: self.stream - before.stream,
            log: self.log - before.log,
        }
    }
}

/// So many commands a second, and what is measured at them.
struct Load {
    name: &'static str,
    rate: f64,
    /// Cores that are busy when nothing follows: neither relay nor read model.
    alone: f64,
    /// Until a row is visible, half of them and nearly all; how many commands were done; how many of their
    /// events came through NATS, and not from the log after all; and the cores that are busy with all of it.
    measures: [Measure; 5],
    /// In all rounds.
    followed: Followed,
}

impl Load {
    fn new(name: &'static str, rate: f64, alone: f64) -> Self {
        let visible = |share: &str| {
            let what = format!("row visible after the answer, {share}, {name}");
            Measure::new(what, "ms", "limit", Need::AtMost(1.0))
        };
        let done = format!("commands meanwhile, {name}");
        let done = Measure::new(done, "/s", "those given", Need::AtLeast(0.97));
        let streamed = format!("events from the stream, {name}");
        let streamed = Measure::new(streamed, "", "all events", Need::AtLeast(0.99));
        let cores = format!("cores busy, {name}");
        let cores = Measure::new(cores, "", "commands alone", None);
        Self {
            name,
            rate,
            alone,
            measures: [visible("p50"), visible("p99"), done, streamed, cores],
            followed: Followed::default(),
        }
    }

    fn took(&mut self, seen: &Worked, followed: Followed) {
        let [half, late, done, _, cores] = &mut self.measures;
        let [p50, p99, _] = seen.waits_ms;
        half.waited(p50, P50, seen.waits_ms);
        late.waited(p99, P99, seen.waits_ms);
        done.rate(&seen.commands, self.rate);
        self.followed.stream += followed.stream;
        self.followed.log += followed.log;
        cores.figure(seen.cores, self.alone);
    }

    /// Whence the events came is asked of all rounds together: a median would overlook two that read the log.
    fn measures(mut self) -> [Measure; 5] {
        let Followed { stream, log } = self.followed;
        let [.., streamed, _] = &mut self.measures;
        streamed.figure(stream as f64, (stream + log) as f64);
        self.measures
    }

    /// A round that was broken off counts as one in which nothing was done and nothing seen.
    fn missed(&mut self) {
        let [half, late, done, ..] = &mut self.measures;
        half.figure(f64::INFINITY, P50);
        late.figure(f64::INFINITY, P99);
        done.figure(0.0, self.rate);
    }
}

/// The loads, found out without relay and read model: `rate`, or half of what must be and half of
/// what is.
async fn loads(rate: Option<f64>, window: Duration) -> anyhow::Result<Vec<Load>> {
    let site = Site::start(false).await?;
    let sellers = Sellers::at(&site, CALLERS).await?;
    let rates = match rate {
        Some(rate) => vec![("as asked", rate)],
        None => {
            let bare = pgbench(&site.servers.database_url(), CLIENTS, FULL_LOAD).await?;
            let full = sellers.work(CALLERS, FULL_LOAD).await?;
            vec![
                ("half of what must be", bare.per_second * MUST_BE / 2.0),
                ("half of what is", full.per_second / 2.0),
            ]
        }
    };
    let desk = Desk::new(sellers, None);
    let mut loads = Vec::new();
    for (name, rate) in rates {
        desk.work(rate, WARM_UP).await?;
        let alone = desk.work(rate, window).await?.cores;
        loads.push(Load::new(name, rate, alone));
    }
    Ok(loads)
}
