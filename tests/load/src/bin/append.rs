//! The log alone, with all that an append does (versions, command ids, chain), beside a bare INSERT
//! a transaction on the same Postgres, in turn.
//!
//!     cargo run --release -p guanxi-load --bin append -- --rounds 5

#![allow(clippy::float_arithmetic, reason = "rates and latencies, no money")]

use std::{fs::OpenOptions, io::Write, path::PathBuf, time::Duration};

use clap::Parser;
use guanxi_load::{
    Measure, Measured, Need, Shares, Store, Work, appends, appends_with_claims, pgbench, report,
};
use serde_json::json;

/// Measures appends.
#[derive(Parser)]
struct Arguments {
    /// How often each is measured; the median decides.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds of each.
    #[arg(long, default_value_t = 6)]
    seconds: u64,
    /// A Postgres that runs already, as superuser (postgres://…/postgres); by default one of its own.
    #[arg(long)]
    database: Option<String>,
    /// Only the log, without the baseline, each result as a line of this file: for comparisons
    /// that bring baselines of their own.
    #[arg(long)]
    lines: Option<PathBuf>,
    /// With `--lines`: how many callers, one run each.
    #[arg(long, value_delimiter = ',', default_value = "1,16,64,256,1024")]
    callers: Vec<usize>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let store = Store::start(arguments.database.as_deref()).await?;
    let window = Duration::from_secs(arguments.seconds);
    if let Some(file) = &arguments.lines {
        for callers in &arguments.callers {
            for round in 1..=arguments.rounds {
                let before = Work::look()?;
                let measured = appends(&store, 1, *callers, window).await?;
                let line = line(*callers, round, &measured, Work::look()?.since(before));
                println!("{line}");
                let mut file = OpenOptions::new().create(true).append(true).open(file)?;
                writeln!(file, "{line}")?;
            }
        }
        return Ok(());
    }

    let at_least = |ratio| Some(Need::AtLeast(ratio));
    let mut many = Measure::new("append, 64 callers", "/s", "pgbench", at_least(2.0));
    let mut one = Measure::new("append, 1 caller", "/s", "pgbench", at_least(0.45));
    let slowest = Some(Need::AtMost(2.0));
    let mut wait = Measure::new("append, 1 caller, p99", "ms", "pgbench p99", slowest);
    let mut most = Measure::new("append, 1024 callers", "/s", "pgbench, 64", None);
    let name = "append, 64 callers, every new stream claims a key";
    let mut claims = Measure::new(name, "/s", "pgbench", None);
    for round in 1..=arguments.rounds {
        eprintln!("round {round} of {}", arguments.rounds);
        let bare = pgbench(store.url(), 64, window).await?.per_second;
        many.rate(&appends(&store, 1, 64, window).await?, bare);
        claims.rate(&appends_with_claims(&store, 64, window).await?, bare);
        most.rate(&appends(&store, 1, 1024, window).await?, bare);
        let bare = pgbench(store.url(), 1, window).await?;
        let measured = appends(&store, 1, 1, window).await?;
        one.rate(&measured, bare.per_second);
        let (own, theirs) = (measured.percentiles_ms, bare.percentiles_ms);
        wait.waited(own[1], theirs[1], own);
    }
    report(&[many, claims, one, wait, most])
}

/// Cores that others keep busy, from which on a run counts as disturbed.
const DISTURBED: f64 = 0.35;

/// The shares are those of the whole run, what comes before the window included.
fn line(callers: usize, round: usize, measured: &Measured, shares: Shares) -> serde_json::Value {
    let [p50, p99, _] = measured.percentiles_ms;
    let foreign = shares.others();
    json!({
        "system": "guanxi-eventlog", "variant": "everything on", "conc": callers, "rep": round,
        "ops_s": measured.per_second, "p50_ms": p50, "p99_ms": p99,
        "conflicts": measured.conflicts, "errors": measured.errors, "first_error": "",
        "cpu_client": shares.own, "cpu_server": shares.postgres, "cpu_all": shares.all,
        "foreign": foreign, "disturbed": foreign > DISTURBED,
    })
}
