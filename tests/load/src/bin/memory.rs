//! The memory of a service's process after millions of commands on half a million opportunities:
//! all of them are opened, then all are moved on, round by round, so that each is met again when its
//! state has left the cache long ago.
//!
//!     GUANXI_TEST_PROGRAM=target/release/guanxi cargo run --release -p guanxi-load --bin memory

#![allow(clippy::float_arithmetic, reason = "rates and latencies, no money")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use anyhow::Context;
use clap::Parser;
use guanxi_cluster::Role;
use guanxi_harness::Memory;
use guanxi_load::{Measure, Need, Seller, Sellers, report, sellers_at, serve_sales};
use tokio::task::JoinSet;

/// Measures memory.
#[derive(Parser)]
struct Arguments {
    /// How many commands.
    #[arg(long, default_value_t = 2_000_000)]
    commands: usize,
    /// On how many opportunities; each can be moved eight times.
    #[arg(long, default_value_t = 500_000)]
    streams: usize,
    /// Callers, in a closed loop.
    #[arg(long, default_value_t = 256)]
    callers: usize,
}

/// What a service may hold, in MiB.
const LIMIT: f64 = 300.0;
/// How often an opportunity can be moved: its pipeline has nine stages.
const MOVES: usize = 8;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let rounds = arguments.commands.div_ceil(arguments.streams.max(1));
    anyhow::ensure!(
        (1..=MOVES + 1).contains(&rounds),
        "{} commands on {} opportunities: each takes 1 to {}",
        arguments.commands,
        arguments.streams,
        MOVES + 1
    );
    let mut cluster = serve_sales(1).await?;
    let sellers = sellers_at(&mut cluster, 1).await?;
    let replica = cluster.replica(Role::Sales, 0)?;
    let pid = replica.pid().context("the service does not run")?;
    let began = Memory::of(pid)?.now;

    let mut opened = Vec::new();
    let mut left = arguments.commands;
    for round in 0..rounds {
        let begun = Instant::now();
        let commands = left.min(arguments.streams);
        left -= commands;
        let known = Arc::new(std::mem::take(&mut opened));
        opened = everyone(&sellers, arguments.callers, commands, round, &known).await?;
        let Memory { now, most } = Memory::of(pid)?;
        let per_second = commands as f64 / begun.elapsed().as_secs_f64();
        eprintln!("{commands} commands, {per_second:.0}/s: {now:.0} MiB, at most {most:.0}");
    }
    let Memory { now, most } = Memory::of(pid)?;
    let name = format!("a service after {} commands", arguments.commands);
    let mut held = Measure::new(name, "MiB", "limit", Need::AtMost(1.0));
    held.figure(now, LIMIT);
    let mut peak = Measure::new("the most that it ever held", "MiB", "limit", None);
    peak.figure(most, LIMIT);
    let mut start = Measure::new("before the first command", "MiB", "limit", None);
    start.figure(began, LIMIT);
    report(&[held, peak, start])
}

/// One command for each opportunity: in round 0 it is opened, in the nth moved to the nth stage. The
/// ids of all.
async fn everyone(
    sellers: &Sellers,
    callers: usize,
    commands: usize,
    round: usize,
    known: &Arc<Vec<String>>,
) -> anyhow::Result<Vec<String>> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut working = JoinSet::new();
    for n in 0..callers {
        let (seller, next, known) = (sellers.seller(n), next.clone(), known.clone());
        working.spawn(async move { one(seller, &next, commands, round, &known).await });
    }
    let mut ids = Vec::with_capacity(commands);
    while let Some(done) = working.join_next().await {
        ids.extend(done??);
    }
    Ok(ids)
}

async fn one(
    mut seller: Seller,
    next: &AtomicUsize,
    commands: usize,
    round: usize,
    known: &[String],
) -> anyhow::Result<Vec<String>> {
    let mut ids = Vec::new();
    loop {
        let n = next.fetch_add(1, Ordering::Relaxed);
        if n >= commands {
            return Ok(ids);
        }
        let receipt = if round == 0 {
            seller.open().await?
        } else {
            seller.move_to(&known[n], round).await?
        };
        ids.push(receipt.id);
    }
}
