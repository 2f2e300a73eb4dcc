//! What the relay costs and what it can do: appends with it on beside those without it; whether it
//! keeps up for a minute; how fast it fills a fresh stream from a log that is there already.
//!
//!     cargo run --release -p guanxi-load --bin relay -- --rounds 5

#![allow(clippy::float_arithmetic, reason = "rates and latencies, no money")]

use std::time::{Duration, Instant};

use anyhow::Context;
use async_nats::Client;
use clap::Parser;
use guanxi_harness::connect_nats;
use guanxi_load::{
    Ids, Measure, Measured, Need, Relaying, Store, WARM_UP, Writers, appends, fill, report,
};
use tokio::time::sleep;

/// Measures the relay.
#[derive(Parser)]
struct Arguments {
    /// How often each is measured; the median decides.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds of each window of appends.
    #[arg(long, default_value_t = 6)]
    seconds: u64,
    /// Callers that append.
    #[arg(long, default_value_t = 64)]
    callers: usize,
    /// Seconds for which the lag is watched.
    #[arg(long, default_value_t = 60)]
    lag_seconds: u64,
    /// Events of the log from which a fresh stream is filled.
    #[arg(long, default_value_t = 400_000)]
    events: u64,
}

/// Messages a second into a fresh stream.
const FAST_ENOUGH: f64 = 40_000.0;
/// Between two looks at the lag.
const LOOK: Duration = Duration::from_millis(100);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let store = Store::start(None).await?;
    let servers = store.own.as_ref().context("the servers are not its own")?;
    let nats = connect_nats(&servers.nats_url()).await?;
    let (callers, window) = (arguments.callers, Duration::from_secs(arguments.seconds));
    let name = format!("append, {callers} callers, relay on");
    let mut beside = Measure::new(name, "/s", "relay off", Need::AtLeast(0.7));
    let mut filling = Measure::new("a fresh stream", "/s", "limit", Need::AtLeast(1.0));
    for round in 1..=arguments.rounds {
        eprintln!("round {round} of {}", arguments.rounds);
        let off = appends(&store, 1, callers, window).await?;
        let (on, _) = relayed(&store, &nats, callers, window).await?;
        beside.rate(&on, off.per_second);
        let rate = fresh_stream(&store, &nats, arguments.events).await?;
        filling.figure(rate, FAST_ENOUGH);
    }
    let window = Duration::from_secs(arguments.lag_seconds);
    let (measured, lags) = relayed(&store, &nats, callers, window).await?;
    report(&[beside, filling, growth_of(&lags, measured.per_second)?])
}

/// Appends with the relay on, and the lag at every look.
async fn relayed(
    store: &Store,
    nats: &Client,
    callers: usize,
    window: Duration,
) -> anyhow::Result<(Measured, Vec<f64>)> {
    let database = store.fresh().await?;
    let log = database.log().await?;
    let writers = Writers::begin(&log, Ids::InTime).await?;
    database.settle().await?;
    let mut relaying = Relaying::start(&log, nats, u64::MAX);
    relaying.reached(log.head().await?.position).await?;
    let logs = std::slice::from_ref(&log);
    let mut lags = Vec::new();
    let looking = async {
        sleep(WARM_UP).await;
        loop {
            lags.push(relaying.lag() as f64);
            sleep(LOOK).await;
        }
    };
    let measured = tokio::select! {
        measured = writers.write(logs, callers, WARM_UP, window) => measured,
        () = looking => anyhow::bail!("looking does not end"),
    };
    // Nothing is left out, however far behind it was.
    relaying.reached(log.head().await?.position).await?;
    relaying.stop().await?;
    log.close().await;
    database.drop().await?;
    let measured = measured?;
    anyhow::ensure!(measured.errors == 0, "{} appends failed", measured.errors);
    Ok((measured, lags))
}

/// By how much the lag grew from the first third of the time to the last, beside what is appended in
/// a tenth of a second: a relay that is slower by a four-hundredth would be further behind than that in a
/// minute.
fn growth_of(lags: &[f64], per_second: f64) -> anyhow::Result<Measure> {
    let third = lags.len() / 3;
    let median = |lags: &[f64]| {
        let mut lags = lags.to_vec();
        lags.sort_by(f64::total_cmp);
        lags.get(lags.len() / 2).copied()
    };
    let (first, last) = (&lags[..third], &lags[lags.len() - third..]);
    let (first, last) = median(first)
        .zip(median(last))
        .context("the lag was not watched for long enough")?;
    let most = lags.iter().copied().fold(0.0, f64::max);
    eprintln!(
        "lag: {first:.0} events in the first third, {last:.0} in the last, {most:.0} at most"
    );
    let name = "the relay's lag, growth to the last third";
    let mut growth = Measure::new(name, "events", "0.1 s of appends", Need::AtMost(1.0));
    growth.figure((last - first).max(0.0), per_second / 10.0);
    Ok(growth)
}

/// Messages a second into a stream that was not there, from a log that was.
async fn fresh_stream(store: &Store, nats: &Client, events: u64) -> anyhow::Result<f64> {
    let database = store.fresh().await?;
    let log = database.log().await?;
    let filled = fill(&log, Ids::InTime, events, |_| {}).await?;
    database.settle().await?;
    let head = log.head().await?.position;
    let started = Instant::now();
    let mut relaying = Relaying::start(&log, nats, filled.events);
    relaying.reached(head).await?;
    let took = started.elapsed();
    relaying.stop().await?;
    log.close().await;
    database.drop().await?;
    Ok(filled.events as f64 / took.as_secs_f64())
}
