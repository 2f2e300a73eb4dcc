//! How long it takes from the answer to a command until the read model shows what it did, through
//! the stream: as long as a query with `after` waits. At half of the load that a service must bear,
//! and at half of what it bears here when it has both cores to itself.
//!
//!     cargo run --release -p guanxi-load --bin visible -- --rounds 5

#![allow(clippy::float_arithmetic, reason = "rates and latencies, no money")]

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use async_nats::jetstream;
use clap::Parser;
use guanxi_eventlog::stream;
use guanxi_funnels::Funnels;
use guanxi_harness::connect_nats;
use guanxi_load::{
    Measure, Measured, Need, Seller, Sellers, Site, connect, paced, percentiles_ms, pgbench, report,
};
use guanxi_projection::{Models, Projection};
use guanxi_runtime::Token;
use tonic::Code;

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
    #[arg(long, default_value_t = 4)]
    watch_every: u64,
}

/// What a service must bear, as a share of what a bare INSERT a transaction does with so many clients.
const MUST_BE: f64 = 0.8;
const CLIENTS: usize = 64;
/// Callers and time to find out what the service bears.
const CALLERS: usize = 256;
const FULL_LOAD: Duration = Duration::from_secs(5);
/// For the worker to come to trust the stream.
const WARM_UP: Duration = Duration::from_secs(3);
/// What a query waits at most.
const DEADLINE: Duration = Duration::from_secs(10);
/// What must be reached, in milliseconds.
const P50: f64 = 15.0;
const P99: f64 = 60.0;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let mut loads = match arguments.rate {
        Some(rate) => vec![Load::of("as asked", rate)],
        None => halves().await?,
    };
    let site = Site::start(true).await?;
    let desk = Arc::new(Desk {
        sellers: Sellers::at(&site, CALLERS).await?,
        hired: AtomicUsize::new(0),
        idle: Mutex::default(),
        models: site.project(Funnels).await?,
    });
    let every = arguments.watch_every;
    // The heavier one last: of what it leaves behind nobody else shall wait.
    for load in &mut loads {
        for round in 1..=arguments.rounds {
            eprintln!(
                "round {round} of {}, {}, {:.0} commands/s",
                arguments.rounds, load.name, load.rate
            );
            desk.clone().round(load.rate, WARM_UP, every).await?;
            let window = Duration::from_secs(arguments.seconds);
            let (waits, commands) = desk.clone().round(load.rate, window, every).await?;
            load.took(waits, &commands);
        }
    }
    ensure_streamed(&site).await?;
    let measures: Vec<Measure> = loads.into_iter().flat_map(|load| load.measures).collect();
    report(&measures)
}

/// So many commands a second, and what is measured at them.
struct Load {
    name: &'static str,
    rate: f64,
    /// Until a row is visible, half of them and nearly all; and how many commands were done.
    measures: [Measure; 3],
}

impl Load {
    fn of(name: &'static str, rate: f64) -> Self {
        let visible = |share: &str| {
            let what = format!("row visible after the answer, {share}, {name}");
            Measure::new(what, "ms", "limit", Need::AtMost(1.0))
        };
        let done = format!("commands meanwhile, {name}");
        let done = Measure::new(done, "/s", "those given", Need::AtLeast(0.97));
        Self {
            name,
            rate,
            measures: [visible("p50"), visible("p99"), done],
        }
    }

    fn took(&mut self, waits: [f64; 3], commands: &Measured) {
        let [half, late, done] = &mut self.measures;
        half.figure(waits[0], P50);
        late.figure(waits[1], P99);
        done.rate(commands, self.rate);
    }
}

/// Half of what must be, and half of what is without relay and projection.
async fn halves() -> anyhow::Result<Vec<Load>> {
    let site = Site::start(false).await?;
    let bare = pgbench(&site.servers.database_url(), CLIENTS, FULL_LOAD).await?;
    let sellers = Sellers::at(&site, CALLERS).await?;
    let full = sellers.work(CALLERS, FULL_LOAD).await?;
    Ok(vec![
        Load::of("half of what must be", bare.per_second * MUST_BE / 2.0),
        Load::of("half of what is", full.per_second / 2.0),
    ])
}

/// Those who give commands, and those who wait for what they did.
struct Desk {
    sellers: Sellers,
    /// How many came so far: as many as ever had something to do at the same time.
    hired: AtomicUsize,
    /// Who has nothing to do.
    idle: Mutex<Vec<Seller>>,
    models: Models,
}

/// What became of one command.
struct Seen {
    answered: Duration,
    /// From then on until it was visible, where that was waited for.
    visible: Option<Duration>,
}

impl Desk {
    /// One window; how long the rows took, and the commands.
    async fn round(
        self: Arc<Self>,
        rate: f64,
        window: Duration,
        watch_every: u64,
    ) -> anyhow::Result<([f64; 3], Measured)> {
        let mut n = 0u64;
        let begun = Instant::now();
        let begin = || {
            n += 1;
            let (desk, watched) = (self.clone(), n.is_multiple_of(watch_every.max(1)));
            async move { desk.command(watched).await }
        };
        let seen: anyhow::Result<Vec<Option<Seen>>> =
            paced(rate, window, begin).await?.into_iter().collect();
        let (seen, took) = (seen?, begun.elapsed());
        let seen: Vec<Seen> = seen.into_iter().flatten().collect();
        let waits = percentiles_ms(seen.iter().filter_map(|seen| seen.visible))?;
        let mut commands = Measured::bulk(seen.len() as u64, took);
        commands.percentiles_ms = percentiles_ms(seen.iter().map(|seen| seen.answered))?;
        Ok((waits, commands))
    }

    /// `None` when there are too many.
    async fn command(&self, watched: bool) -> anyhow::Result<Option<Seen>> {
        let idle = self.idle().pop();
        let mut seller = idle.unwrap_or_else(|| self.hire());
        let begun = Instant::now();
        let receipt = seller.step().await;
        let answered = begun.elapsed();
        self.idle().push(seller);
        let receipt = match receipt {
            Err(status) if status.code() == Code::ResourceExhausted => return Ok(None),
            receipt => receipt?,
        };
        if !watched {
            return Ok(Some(Seen {
                answered,
                visible: None,
            }));
        }
        let token = Token::decode(&receipt.token).context("the answer has no token")?;
        let begun = Instant::now();
        let deadline = (begun + DEADLINE).into();
        let (log, life, position) = (token.service, token.incarnation, token.position);
        let name = Funnels.name();
        self.models
            .wait_for(name, log, life, position, deadline)
            .await?;
        Ok(Some(Seen {
            answered,
            visible: Some(begun.elapsed()),
        }))
    }

    fn hire(&self) -> Seller {
        self.sellers
            .seller(self.hired.fetch_add(1, Ordering::Relaxed))
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Seller>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes sure that the worker read the stream, and not the log after all.
async fn ensure_streamed(site: &Site) -> anyhow::Result<()> {
    let client = connect(&site.servers.database_url()).await?;
    let life = client
        .query_one("select incarnation from log_sales.head", &[])
        .await?;
    let life = guanxi_events::Incarnation(life.try_get(0)?);
    let nats = connect_nats(&site.servers.nats_url()).await?;
    let jetstream = jetstream::new(nats);
    let generations = stream::generations(&jetstream, guanxi_load::SERVICE, life).await?;
    let newest = generations.last().context("there is no stream")?;
    let stream = jetstream.get_stream(newest.name()).await?;
    let consumers = stream.cached_info().state.consumer_count;
    anyhow::ensure!(consumers > 0, "nobody reads the stream");
    Ok(())
}
