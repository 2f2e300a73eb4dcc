//! Whole gRPC commands: token, permission, load, decide, append, answer. Callers in a closed loop,
//! half of the commands open an opportunity, half move one on; beside a bare INSERT a transaction.
//!
//!     cargo run --release -p guanxi-load --bin commands -- --rounds 5

use std::time::Duration;

use clap::Parser;
use guanxi_funnels::Funnels;
use guanxi_load::{Measure, Measured, Need, Sellers, Site, pgbench, report};

/// Measures whole commands.
#[derive(Parser)]
struct Arguments {
    /// How often each is measured; the median decides.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds of each.
    #[arg(long, default_value_t = 6)]
    seconds: u64,
    /// How many callers, one measure each; the first must reach its ratio.
    #[arg(long, value_delimiter = ',', default_value = "256,64,1")]
    callers: Vec<usize>,
}

/// How many want to write one stream.
const CROWD: usize = 64;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    // One after the other: servers that rest, too, write down and vacuum what they were given before.
    let mut measures = alone(&arguments).await?;
    measures.extend(followed(&arguments).await?);
    report(&measures)
}

/// Commands without relay and read model.
async fn alone(arguments: &Arguments) -> anyhow::Result<Vec<Measure>> {
    let site = Site::start(false).await?;
    let mut measures = Vec::new();
    for (nth, callers) in arguments.callers.iter().copied().enumerate() {
        let (need, limit) = match nth {
            0 => (Some(Need::AtLeast(0.8)), Some(Need::AtMost(1.0))),
            _ => (None, None),
        };
        let name = format!("gRPC command, {callers} callers");
        let mut wait = Measure::new(format!("{name}, p99"), "ms", "limit", limit);
        let mut rate = Measure::new(name, "/s", "pgbench, 64 clients at most", need);
        for _ in arguments.rounds(callers, "alone") {
            let (bare, measured) = in_turn(&site, callers, arguments.window()).await?;
            rate.rate(&measured, bare.per_second);
            wait.waited(measured.percentiles_ms[1], 60.0, measured.percentiles_ms);
        }
        measures.extend([rate, wait]);
    }
    measures.push(at_one(&site, arguments).await?);
    Ok(measures)
}

/// The same with them.
async fn followed(arguments: &Arguments) -> anyhow::Result<Vec<Measure>> {
    let site = Site::start(true).await?;
    site.project(Funnels).await?;
    let mut measures = Vec::new();
    for callers in arguments.callers.iter().copied() {
        let name = format!("gRPC command, {callers} callers, relay and model on");
        let mut rate = Measure::new(name, "/s", "pgbench, 64 clients at most", None);
        for _ in arguments.rounds(callers, "with relay and model") {
            let (bare, measured) = in_turn(&site, callers, arguments.window()).await?;
            rate.rate(&measured, bare.per_second);
        }
        measures.push(rate);
    }
    Ok(measures)
}

/// The baseline and the commands.
async fn in_turn(
    site: &Site,
    callers: usize,
    window: Duration,
) -> anyhow::Result<(Measured, Measured)> {
    // More than 64 clients only hurt the baseline.
    let bare = pgbench(&site.servers.database_url(), callers.min(64), window).await?;
    let sellers = Sellers::at(site, callers).await?;
    Ok((bare, sellers.work(callers, window).await?))
}

impl Arguments {
    fn window(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// Tells of each round as it begins.
    fn rounds(&self, callers: usize, how: &'static str) -> impl Iterator<Item = usize> {
        let rounds = self.rounds;
        (1..=rounds)
            .inspect(move |round| eprintln!("{callers} callers {how}, round {round} of {rounds}"))
    }
}

/// Callers who all want to write the same stream, beside one who has it for himself.
async fn at_one(site: &Site, arguments: &Arguments) -> anyhow::Result<Measure> {
    let name = format!("gRPC command, {CROWD} callers at one opportunity");
    let mut crowd = Measure::new(name, "/s", "one caller at it", None);
    for _ in arguments.rounds(CROWD, "at one opportunity") {
        let sellers = Sellers::at(site, CROWD).await?;
        let alone = sellers.work_at_one(1, arguments.window()).await?;
        let together = sellers.work_at_one(CROWD, arguments.window()).await?;
        crowd.rate(&together, alone.per_second);
    }
    Ok(crowd)
}
