//! What an append costs on a log that holds many millions of events, beside an empty one.
//!
//!     cargo run --release -p guanxi-load --bin growth -- --events 20000000

#![allow(clippy::float_arithmetic, reason = "rates and latencies, no money")]

use std::{path::PathBuf, time::Duration};

use clap::Parser;
use guanxi_load::{
    Ids, LogDatabase, Measure, Need, Store, WARM_UP, Writers, appends_with_ids, connect, fill,
    report,
};
use nix::sys::statvfs::statvfs;

/// Measures growth.
#[derive(Parser)]
struct Arguments {
    /// How many events the full log holds.
    #[arg(long, default_value_t = 20_000_000)]
    events: u64,
    /// How often each is measured; the median decides.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds of each.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Callers that append.
    #[arg(long, default_value_t = 64)]
    callers: usize,
    /// How callers make the ids of their commands; the limit is for those in the order of time.
    #[arg(long, value_enum, default_value_t)]
    ids: Ids,
}

/// Events from which the room that all need is told.
const SAMPLE: u64 = 20_000;
/// Room for the write-ahead log and for the log that is empty at first.
const BESIDES: u64 = 6 << 30;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let store = Store::start(None).await?;
    let ids = arguments.ids;
    check_room(&store, ids, arguments.events).await?;
    let database = store.fresh().await?;
    let log = database.log().await?;
    let progress = |events: u64| eprintln!("{events} events");
    let filled = fill(&log, ids, arguments.events, progress).await?;
    let writers = Writers::who_know(ids, filled.streams)?;
    database.settle().await?;
    let gigabytes = size(&database).await? as f64 / f64::from(1 << 30);
    eprintln!("{} events take {gigabytes:.1} GiB", filled.events);

    let (callers, window) = (arguments.callers, Duration::from_secs(arguments.seconds));
    let logs = std::slice::from_ref(&log);
    let (kind, need) = match ids {
        Ids::InTime => ("", Some(Need::AtMost(1.15))),
        Ids::Random => (", random ids", None),
    };
    let name = format!("an append at {} events{kind}", filled.events);
    let mut cost = Measure::new(name, "µs", "an empty log", need);
    for round in 1..=arguments.rounds {
        eprintln!("round {round} of {}", arguments.rounds);
        let empty = appends_with_ids(&store, ids, callers, window).await?;
        // What the other one wrote is not to be written down in this one's time.
        connect(database.url())
            .await?
            .batch_execute("checkpoint")
            .await?;
        let full = writers.write(logs, callers, WARM_UP, window).await?;
        anyhow::ensure!(full.errors == 0, "{} appends failed", full.errors);
        cost.figure(1e6 / full.per_second, 1e6 / empty.per_second);
    }
    log.close().await;
    database.drop().await?;
    report(&[cost])
}

/// Tells how much room so many events need, from a few, and refuses what does not fit.
async fn check_room(store: &Store, ids: Ids, events: u64) -> anyhow::Result<()> {
    let database = store.fresh().await?;
    let empty = size(&database).await?;
    let log = database.log().await?;
    let filled = fill(&log, ids, SAMPLE, |_| {}).await?;
    let each = (size(&database).await? - empty) as f64 / filled.events as f64;
    log.close().await;
    let client = connect(database.url()).await?;
    let folder: String = client
        .query_one("show data_directory", &[])
        .await?
        .try_get(0)?;
    let disk = statvfs(&PathBuf::from(folder))?;
    let free = disk.blocks_available() * disk.fragment_size();
    database.drop().await?;
    let need = (each * events as f64) as u64 + BESIDES;
    let mib = |bytes: u64| bytes >> 20;
    eprintln!(
        "{events} events of {each:.0} bytes and what stands beside them need {} MiB; {} MiB are free",
        mib(need),
        mib(free)
    );
    anyhow::ensure!(need < free, "the disk is too small");
    Ok(())
}

async fn size(database: &LogDatabase) -> anyhow::Result<u64> {
    let client = connect(database.url()).await?;
    let sql = "select pg_database_size(current_database())";
    let size: i64 = client.query_one(sql, &[]).await?.try_get(0)?;
    Ok(size.unsigned_abs())
}
