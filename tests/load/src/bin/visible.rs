//! How long it takes from the answer to a command until the read model shows what it did, through
//! the stream, at half of the load that the service bears: as long as a query with `after` waits.
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
    Measure, Measured, Need, Seller, Sellers, Site, connect, paced, percentiles_ms, report,
};
use guanxi_projection::{Models, Projection};
use guanxi_runtime::Token;

/// Measures when rows are visible.
#[derive(Parser)]
struct Arguments {
    /// How often it is measured; the median decides.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds of each.
    #[arg(long, default_value_t = 15)]
    seconds: u64,
    /// Commands a second; by default half of what 256 callers reach without relay and projection.
    #[arg(long)]
    rate: Option<f64>,
    /// One command in so many is waited for, as by one who asks at once for what changed.
    #[arg(long, default_value_t = 4)]
    watch_every: u64,
}

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
    let rate = match arguments.rate {
        Some(rate) => rate,
        None => half_load().await?,
    };
    let site = Site::start(true).await?;
    let desk = Arc::new(Desk {
        sellers: Sellers::at(&site, CALLERS).await?,
        hired: AtomicUsize::new(0),
        idle: Mutex::default(),
        models: site.project(Funnels).await?,
    });
    let within = |_: f64| Some(Need::AtMost(1.0));
    let mut half = Measure::new(
        "row visible after the answer, p50",
        "ms",
        "limit",
        within(P50),
    );
    let mut late = Measure::new(
        "row visible after the answer, p99",
        "ms",
        "limit",
        within(P99),
    );
    let kept = Need::AtLeast(0.97);
    let mut load = Measure::new("commands meanwhile", "/s", "half of the load", kept);
    desk.clone()
        .round(rate, WARM_UP, arguments.watch_every)
        .await?;
    for round in 1..=arguments.rounds {
        eprintln!(
            "round {round} of {}, {rate:.0} commands/s",
            arguments.rounds
        );
        let window = Duration::from_secs(arguments.seconds);
        let desk = desk.clone();
        let (waits, commands) = desk.round(rate, window, arguments.watch_every).await?;
        half.figure(waits[0], P50);
        late.figure(waits[1], P99);
        load.rate(&commands, rate);
    }
    ensure_streamed(&site).await?;
    report(&[half, late, load])
}

/// Half of what the service bears alone.
async fn half_load() -> anyhow::Result<f64> {
    let site = Site::start(false).await?;
    let sellers = Sellers::at(&site, CALLERS).await?;
    let full = sellers.work(CALLERS, FULL_LOAD).await?;
    Ok(full.per_second / 2.0)
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
        let seen: anyhow::Result<Vec<Seen>> =
            paced(rate, window, begin).await?.into_iter().collect();
        let (seen, took) = (seen?, begun.elapsed());
        let waits = percentiles_ms(seen.iter().filter_map(|seen| seen.visible))?;
        let mut commands = Measured::bulk(seen.len() as u64, took);
        commands.percentiles_ms = percentiles_ms(seen.iter().map(|seen| seen.answered))?;
        Ok((waits, commands))
    }

    async fn command(&self, watched: bool) -> anyhow::Result<Seen> {
        let idle = self.idle().pop();
        let mut seller = idle.unwrap_or_else(|| self.hire());
        let begun = Instant::now();
        let receipt = seller.step().await?;
        let answered = begun.elapsed();
        self.idle().push(seller);
        if !watched {
            return Ok(Seen {
                answered,
                visible: None,
            });
        }
        let token = Token::decode(&receipt.token).context("the answer has no token")?;
        let begun = Instant::now();
        let deadline = (begun + DEADLINE).into();
        let (log, life, position) = (token.service, token.incarnation, token.position);
        let name = Funnels.name();
        self.models
            .wait_for(name, log, life, position, deadline)
            .await?;
        Ok(Seen {
            answered,
            visible: Some(begun.elapsed()),
        })
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
