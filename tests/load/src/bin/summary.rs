//! The table of what all programs reported, from a file of their JSON lines; it fails when a measure
//! is not as it must be.
//!
//!     cargo run -p guanxi-load --bin summary -- target/load/results.jsonl

use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;
use guanxi_load::summarize;

/// Prints the table.
#[derive(Parser)]
struct Arguments {
    /// The file, a JSON line a measure.
    lines: PathBuf,
}

fn main() -> anyhow::Result<()> {
    let file = Arguments::parse().lines;
    let lines = std::fs::read_to_string(&file);
    summarize(&lines.with_context(|| format!("read {}", file.display()))?)
}
