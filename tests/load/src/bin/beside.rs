//! Ours beside other stores, from the lines of a comparison in which all ran in turn; it fails when a
//! ratio is missed.
//!
//!     cargo run -p guanxi-load --bin beside -- others.jsonl ours.jsonl commands.jsonl

use std::path::PathBuf;

use anyhow::{Context, ensure};
use clap::Parser;
use guanxi_load::{beside_others, report};

/// Prints the table.
#[derive(Parser)]
struct Arguments {
    /// Files of JSON lines: the others' runs, those of `append --lines`, and what `commands --rounds 1` printed in
    /// each round.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// In how many rounds that nobody disturbed each store must have run.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let mut lines = String::new();
    for file in arguments.files {
        let text = std::fs::read_to_string(&file);
        let text = text.with_context(|| format!("read {}", file.display()))?;
        // Programs print their table before the lines.
        for line in text.lines().filter(|line| line.starts_with('{')) {
            lines.push_str(line);
            lines.push('\n');
        }
    }
    let measures = beside_others(&lines)?;
    report(&measures)?;
    for measure in &measures {
        let (rounds, wanted) = (measure.rounds(), arguments.rounds);
        ensure!(
            rounds >= wanted,
            "{}: {rounds} rounds of {wanted}",
            measure.name()
        );
    }
    Ok(())
}
