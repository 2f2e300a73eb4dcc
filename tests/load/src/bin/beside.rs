//! Ours beside other stores, from the lines of a comparison in which all ran in turn; it fails when a
//! ratio is missed.
//!
//!     cargo run -p guanxi-load --bin beside -- target/load/compared/*

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::Parser;
use guanxi_load::{beside_others, report};

/// Prints the table.
#[derive(Parser)]
struct Arguments {
    /// A folder a round, with files of JSON lines: the others' runs, those of `append --lines`, and what
    /// `commands --rounds 1` printed.
    #[arg(required = true)]
    folders: Vec<PathBuf>,
    /// In how many rounds that nobody disturbed each store must have run.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let rounds: anyhow::Result<Vec<String>> =
        arguments.folders.iter().map(|it| lines(it)).collect();
    let measures = beside_others(rounds?.iter().map(String::as_str))?;
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

/// The lines of all files in a folder.
fn lines(folder: &Path) -> anyhow::Result<String> {
    let told = || format!("read {}", folder.display());
    let mut lines = String::new();
    for file in std::fs::read_dir(folder).with_context(told)? {
        let text = std::fs::read_to_string(file?.path()).with_context(told)?;
        // Programs print their table before the lines.
        for line in text.lines().filter(|line| line.starts_with('{')) {
            lines.push_str(line);
            lines.push('\n');
        }
    }
    Ok(lines)
}
