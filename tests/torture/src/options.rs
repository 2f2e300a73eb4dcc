//! What is wanted, and what is possible here.

use std::{env, path::PathBuf, time::Duration};

use clap::Parser;
use guanxi_cluster::Clock;
use guanxi_harness::SmallDisk;

use crate::Kind;

/// Tortures a cluster: random commands of many callers while faults of all kinds come at random, and
/// after each round the question whether anything was lost or doubled.
#[derive(Debug, Clone, Parser)]
#[command(name = "tests/torture/run")]
pub struct Options {
    /// How long there is load, in minutes, in all rounds together; checking takes its time besides.
    #[arg(long, default_value_t = 10)]
    pub minutes: u64,
    /// What everything that is drawn follows from.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The number of the first round: a round of an earlier run can be run again alone.
    #[arg(long, default_value_t = 1)]
    pub round: u64,
    /// How long a round is, in seconds.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u64).range(10..=3_000))]
    pub round_seconds: u64,
    /// How long it is from one fault to the next, in seconds, on the average.
    #[arg(long, default_value_t = 4.0)]
    pub every: f64,
    /// How many callers there are.
    #[arg(long, default_value_t = 96)]
    pub people: usize,
    /// How many companies they work for.
    #[arg(long, default_value_t = 12)]
    pub companies: usize,
    /// How much the disk of Postgres holds, in MiB: it is memory, as far as it is used.
    #[arg(long, default_value_t = 3_072)]
    pub disk_mib: u32,
    /// Faults of this kind only; may be given several times.
    #[arg(long)]
    pub only: Vec<Kind>,
    /// Where the logs of a round that failed are kept.
    #[arg(long, default_value = "torture-evidence")]
    pub evidence: PathBuf,
    /// Lets a cluster in which something is wrong stand until Ctrl-C.
    #[arg(long)]
    pub hold: bool,
}

impl Options {
    /// From one fault to the next.
    #[must_use]
    pub fn interval(&self) -> Duration {
        Duration::try_from_secs_f64(self.every).unwrap_or(Duration::from_secs(1))
    }
}

/// The kinds of faults that are wanted and possible here, and of each other one why it is not.
#[must_use]
pub fn possible(options: &Options) -> (Vec<Kind>, Vec<(Kind, &'static str)>) {
    let without = |kind| match kind {
        Kind::DiskFull if !SmallDisk::is_possible(&env::temp_dir()) => {
            Some("a disk can be mounted by root only")
        }
        Kind::ClockStepped if Clock::library().is_none() => Some("libfaketime is not installed"),
        _ => None,
    };
    let (mut possible, mut others) = (Vec::new(), Vec::new());
    let wanted = |kind: &Kind| options.only.is_empty() || options.only.contains(kind);
    for kind in Kind::ALL.into_iter().filter(wanted) {
        match without(kind) {
            None => possible.push(kind),
            Some(reason) => others.push((kind, reason)),
        }
    }
    (possible, others)
}
