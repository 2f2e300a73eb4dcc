//! Two, then four replicas of one service, beside one: their logs alone, each with an appender of its
//! own, and whole gRPC commands of processes `guanxi serve sales`. They only ever wait for the log's
//! head, and nothing fails but what somebody else was first with.
//!
//!     GUANXI_TEST_PROGRAM=target/release/guanxi cargo run --release -p guanxi-load --bin replicas

use std::time::Duration;

use clap::Parser;
use guanxi_load::{Measure, Need, Store, appends, report, sellers_at, serve_sales};

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

impl Arguments {
    fn window(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// A measure for each number of replicas.
    fn measures(&self, what: &str) -> Vec<(usize, Measure)> {
        let measure = |&replicas: &usize| {
            let name = format!(
                "{what}, {replicas} replicas, {} callers in all",
                self.callers
            );
            let measure = Measure::new(name, "/s", "one replica", Need::AtLeast(0.7));
            (replicas, measure)
        };
        self.replicas.iter().map(measure).collect()
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let mut measures = logs(&arguments).await?;
    measures.extend(services(&arguments).await?);
    let measures: Vec<Measure> = measures.into_iter().map(|(_, measure)| measure).collect();
    report(&measures)
}

async fn logs(arguments: &Arguments) -> anyhow::Result<Vec<(usize, Measure)>> {
    let store = Store::start(None).await?;
    let mut measures = arguments.measures("append");
    for round in 1..=arguments.rounds {
        eprintln!("logs, round {round} of {}", arguments.rounds);
        let one = appends(&store, 1, arguments.callers, arguments.window()).await?;
        for (replicas, measure) in &mut measures {
            let measured =
                appends(&store, *replicas, arguments.callers, arguments.window()).await?;
            let conflicts = measured.conflicts;
            eprintln!("{replicas} replicas: {conflicts} version conflicts");
            measure.rate(&measured, one.per_second);
        }
    }
    Ok(measures)
}

/// All replicas run all the time; callers go to some of them.
async fn services(arguments: &Arguments) -> anyhow::Result<Vec<(usize, Measure)>> {
    let most = arguments.replicas.iter().copied().max().unwrap_or(1);
    let mut cluster = serve_sales(most).await?;
    let mut measures = arguments.measures("gRPC command");
    for round in 1..=arguments.rounds {
        eprintln!("services, round {round} of {}", arguments.rounds);
        let sellers = sellers_at(&mut cluster, 1).await?;
        let one = sellers.work(arguments.callers, arguments.window()).await?;
        for (replicas, measure) in &mut measures {
            let sellers = sellers_at(&mut cluster, *replicas).await?;
            let measured = sellers.work(arguments.callers, arguments.window()).await?;
            measure.rate(&measured, one.per_second);
        }
    }
    cluster.stop().await?;
    Ok(measures)
}
