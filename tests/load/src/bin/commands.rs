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
    let alone = Site::start(false).await?;
    let followed = Site::start(true).await?;
    followed.project(Funnels).await?;
    let window = Duration::from_secs(arguments.seconds);
    let mut measures = Vec::new();
    for (nth, callers) in arguments.callers.iter().copied().enumerate() {
        let (need, limit) = match nth {
            0 => (Some(Need::AtLeast(0.8)), Some(Need::AtMost(1.0))),
            _ => (None, None),
        };
        let name = |what: &str| format!("gRPC command, {callers} callers{what}");
        let mut rate = Measure::new(name(""), "/s", "pgbench, 64 clients at most", need);
        let mut wait = Measure::new(name(", p99"), "ms", "limit", limit);
        let mut beside = Measure::new(name(", relay and model on"), "/s", "pgbench", None);
        for round in 1..=arguments.rounds {
            eprintln!("{callers} callers, round {round} of {}", arguments.rounds);
            // More than 64 clients only hurt the baseline.
            let bare = pgbench(&alone.servers.database_url(), callers.min(64), window).await?;
            let measured = commands(&alone, callers, window).await?;
            rate.rate(&measured, bare.per_second);
            wait.waited(measured.percentiles_ms[1], 60.0, measured.percentiles_ms);
            beside.rate(
                &commands(&followed, callers, window).await?,
                bare.per_second,
            );
        }
        measures.extend([rate, wait, beside]);
    }
    measures.push(at_one(&alone, arguments.rounds, window).await?);
    report(&measures)
}

/// Callers who all want to write the same stream, beside one who has it for himself.
async fn at_one(site: &Site, rounds: usize, window: Duration) -> anyhow::Result<Measure> {
    let name = format!("gRPC command, {CROWD} callers at one opportunity");
    let mut crowd = Measure::new(name, "/s", "one caller at it", None);
    for round in 1..=rounds {
        eprintln!("{CROWD} callers at one opportunity, round {round} of {rounds}");
        let sellers = Sellers::at(site, CROWD).await?;
        let alone = sellers.work_at_one(1, window).await?;
        crowd.rate(&sellers.work_at_one(CROWD, window).await?, alone.per_second);
    }
    Ok(crowd)
}

async fn commands(site: &Site, callers: usize, window: Duration) -> anyhow::Result<Measured> {
    Sellers::at(site, callers)
        .await?
        .work(callers, window)
        .await
}
