//! Reading the log in order beside a bare SELECT, and how fast each read model is rebuilt from a log
//! of its own events: within half a minute a million, ten times as fast as one by one, in the same
//! memory from beginning to end.
//!
//!     cargo run --release -p guanxi-load --bin replay -- --events 200000 --rounds 1

#![allow(clippy::float_arithmetic, reason = "rates and latencies, no money")]

use std::time::{Duration, Instant};

use anyhow::ensure;
use clap::{Parser, Subcommand};
use futures::TryStreamExt;
use guanxi_eventlog::LogReader;
use guanxi_events::{DomainEvent, Position, Service, sales::OpportunityEvent};
use guanxi_load::{
    Lives, LogDatabase, Measure, Measured, Need, Rebuilding, Store, connect, report,
};

/// Measures the replay of every read model.
#[derive(Parser)]
struct Arguments {
    /// How many events each log holds.
    #[arg(long, default_value_t = 1_000_000)]
    events: u64,
    /// How many of them are applied one by one.
    #[arg(long, default_value_t = 5_000)]
    singly: u64,
    /// How often each is measured; the median decides.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Only these read models.
    #[arg(long, value_delimiter = ',')]
    models: Vec<String>,
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Subcommand)]
enum Part {
    /// One rebuild, in this process; says in JSON how it went
    Rebuild(Rebuilding),
}

/// A read model, the lives that concern it, and whether it must be as fast as the four.
struct Model {
    name: &'static str,
    lives: &'static [Lives],
    must: bool,
}

const MODELS: [Model; 5] = [
    Model {
        name: "funnels",
        lives: &[Lives::Opportunities],
        must: true,
    },
    Model {
        name: "receivables",
        lives: &[Lives::Receivables],
        must: true,
    },
    Model {
        name: "points",
        lives: &[Lives::Points],
        must: true,
    },
    Model {
        name: "service",
        lives: &[Lives::Tickets],
        must: true,
    },
    Model {
        name: "dashboards",
        lives: &Lives::ALL,
        must: false,
    },
];

/// A million in half a minute.
const FAST_ENOUGH: f64 = 1_000_000.0 / 30.0;
/// Events read at once.
const PAGE: usize = 2_000;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    if let Some(Part::Rebuild(rebuilding)) = &arguments.part {
        println!("{}", serde_json::to_string(&rebuilding.run().await?)?);
        return Ok(());
    }
    let store = Store::start(None).await?;
    let mut measures = Vec::new();
    let chosen = |model: &&Model| {
        arguments.models.is_empty() || arguments.models.iter().any(|name| name == model.name)
    };
    for model in MODELS.iter().filter(chosen) {
        let database = store.fresh_of(&Service::ALL).await?;
        let events = fill(&database, model, arguments.events).await?;
        if model.lives == [Lives::Opportunities] {
            measures.push(reading(&database, events, arguments.rounds).await?);
        }
        measures.extend(rebuilds(&database, model, &arguments).await?);
        database.drop().await?;
    }
    report(&measures)
}

/// Fills the model's logs, and makes them ready to be read.
async fn fill(database: &LogDatabase, model: &Model, events: u64) -> anyhow::Result<u64> {
    let started = Instant::now();
    let share = events.div_ceil(model.lives.len() as u64);
    let mut written = 0;
    for lives in model.lives {
        let log = database.log_of(lives.service()).await?;
        written += lives.fill(&log, share).await?;
        log.close().await;
    }
    let took = started.elapsed();
    eprintln!("{written} events of {} in {took:.1?}", model.name);
    let mut client = connect(database.url()).await?;
    guanxi_projection::migrate(&mut client).await?;
    database.settle().await?;
    Ok(written)
}

/// The log in order, decoded into domain events, beside the bare rows.
async fn reading(database: &LogDatabase, events: u64, rounds: usize) -> anyhow::Result<Measure> {
    let least = Need::AtLeast(0.5);
    let mut reading = Measure::new("the log in order, decoded", "/s", "bare SELECT", least);
    let (client, reader) = (connect(database.url()).await?, database.reader()?);
    let rate = |took: Duration| Measured::bulk(events, took);
    for _ in 0..rounds {
        let bare = rate(bare_select(&client, events).await?).per_second;
        reading.rate(&rate(read_decoded(&reader).await?), bare);
    }
    Ok(reading)
}

async fn rebuilds(
    database: &LogDatabase,
    model: &Model,
    arguments: &Arguments,
) -> anyhow::Result<[Measure; 3]> {
    let need = |need| model.must.then_some(need);
    let name = |what: &str| format!("rebuild of {}{what}", model.name);
    let (least, most) = (need(Need::AtLeast(1.0)), need(Need::AtMost(1.15)));
    let mut rate = Measure::new(name(""), "/s", "1 000 000 in 30 s", least);
    let ten_times = need(Need::AtLeast(10.0));
    let mut singly = Measure::new(name(", batches"), "/s", "one by one", ten_times);
    let mut memory = Measure::new(name(", memory"), "MiB", "in its first half", most);
    for round in 1..=arguments.rounds {
        eprintln!("{}, round {round} of {}", model.name, arguments.rounds);
        let all = Rebuilding {
            model: model.name.to_owned(),
            database: database.url().to_owned(),
            batch: None,
            stop_at: None,
        };
        let one_by_one = Rebuilding {
            batch: Some(1),
            stop_at: Some(arguments.singly),
            ..all.clone()
        };
        let all = all.apart().await?;
        let one_by_one = one_by_one.apart().await?;
        rate.figure(all.per_second, FAST_ENOUGH);
        singly.figure(all.per_second, one_by_one.per_second);
        let [first, second] = all.memory;
        memory.figure(second, first);
    }
    Ok([rate, singly, memory])
}

async fn read_decoded(reader: &LogReader) -> anyhow::Result<Duration> {
    let started = Instant::now();
    let head = reader.head().await?.position;
    let mut pages = reader.read_ahead(Position::START, head, PAGE);
    while let Some(page) = pages.next().await? {
        // All but the pipeline.
        let opportunities = page
            .iter()
            .filter(|event| event.stream.category == OpportunityEvent::CATEGORY);
        for event in opportunities {
            OpportunityEvent::decode(&event.event_type, &event.data)?;
        }
    }
    Ok(started.elapsed())
}

/// The rows as they are, in one query as they come, without decoding them.
async fn bare_select(client: &tokio_postgres::Client, events: u64) -> anyhow::Result<Duration> {
    let started = Instant::now();
    let sql = "select position, tenant, category, stream_id, version, event_id, type, \
               occurred_at, recorded_at, data, meta, numbers::text \
               from log_sales.events order by position";
    let rows = client.query_raw::<_, i64, _>(sql, []).await?;
    let seen = rows.try_fold(0, |seen, _| async move { Ok(seen + 1) });
    let seen: u64 = seen.await?;
    ensure!(seen == events, "{seen} rows of {events} events");
    Ok(started.elapsed())
}
