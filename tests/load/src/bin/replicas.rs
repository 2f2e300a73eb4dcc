//! Two, then four replicas of one service on one log, each with an appender of its own, beside one:
//! they only ever wait for the log's head, and nothing fails but what somebody else was first with.
//!
//!     cargo run --release -p guanxi-load --bin replicas -- --rounds 5

use std::time::Duration;

use clap::Parser;
use guanxi_load::{Measure, Need, Store, appends, report};

/// Measures replicas.
#[derive(Parser)]
struct Arguments {
    /// How often each is measured; the median decides.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds of each.
    #[arg(long, default_value_t = 6)]
    seconds: u64,
    /// Callers of all replicas together.
    #[arg(long, default_value_t = 256)]
    callers: usize,
    /// How many replicas, one measure each, beside one.
    #[arg(long, value_delimiter = ',', default_value = "2,4")]
    replicas: Vec<usize>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let store = Store::start(None).await?;
    let window = Duration::from_secs(arguments.seconds);
    let mut measures: Vec<(usize, Measure)> = Vec::new();
    for &replicas in &arguments.replicas {
        let name = format!("{replicas} replicas, {} callers in all", arguments.callers);
        let measure = Measure::new(name, "/s", "one replica", Need::AtLeast(0.7));
        measures.push((replicas, measure));
    }
    for round in 1..=arguments.rounds {
        eprintln!("round {round} of {}", arguments.rounds);
        let one = appends(&store, 1, arguments.callers, window).await?;
        for (replicas, measure) in &mut measures {
            let measured = appends(&store, *replicas, arguments.callers, window).await?;
            let conflicts = measured.conflicts;
            eprintln!("{replicas} replicas: {conflicts} version conflicts");
            measure.rate(&measured, one.per_second);
        }
    }
    let measures: Vec<Measure> = measures.into_iter().map(|(_, measure)| measure).collect();
    report(&measures)
}
