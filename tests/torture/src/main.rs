//! Tortures a cluster: see the README beside it.

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::Parser;
use guanxi_torture::{Options, Verdict, possible, round, table};

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let options = Options::parse();
    let (kinds, left_out) = possible(&options);
    for (kind, reason) in left_out {
        eprintln!("left out: {} ({reason})", kind.name());
    }
    anyhow::ensure!(!kinds.is_empty(), "no kind of fault is left");
    let mut left = Duration::from_secs(options.minutes * 60);
    let mut rounds = Vec::new();
    let begun = Instant::now();
    for number in options.round.. {
        let lasts = left.min(Duration::from_secs(options.round_seconds));
        if lasts.is_zero() {
            break;
        }
        left -= lasts;
        let outcome = round(&options, &kinds, number, lasts).await?;
        for undone in &outcome.undone {
            eprintln!("round {number} does not prove everything: {undone}");
        }
        for problem in &outcome.problems {
            println!("round {number}: {problem}");
        }
        rounds.push(outcome);
    }
    println!("\n{}\n", table(&rounds));
    println!("seed {}, {:.0?}", options.seed, begun.elapsed());
    let verdict = Verdict::of(&rounds);
    println!("{verdict}");
    Ok(match verdict {
        Verdict::Good => ExitCode::SUCCESS,
        Verdict::Wrong | Verdict::NothingDone => ExitCode::FAILURE,
    })
}
