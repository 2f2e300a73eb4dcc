//! Ours beside other stores, from the lines of a comparison in which all ran in turn; it fails when a
//! ratio is missed.
//!
//!     cargo run -p guanxi-load --bin beside -- others.jsonl ours.jsonl commands.jsonl

use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;
use guanxi_load::{beside_others, report};

/// Prints the table.
#[derive(Parser)]
struct Arguments {
    /// Files of JSON lines: the others' runs, those of `append --lines`, and what `commands` printed.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let mut lines = String::new();
    for file in Arguments::parse().files {
        let text = std::fs::read_to_string(&file);
        let text = text.with_context(|| format!("read {}", file.display()))?;
        // Programs print their table before the lines.
        for line in text.lines().filter(|line| line.starts_with('{')) {
            lines.push_str(line);
            lines.push('\n');
        }
    }
    report(&beside_others(&lines)?)
}
