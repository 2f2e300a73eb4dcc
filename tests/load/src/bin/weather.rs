//! Bad weather. NATS is away for millions of events: what appends, commands and read models notice of it, how
//! soon the stream has caught up, and what memory it takes. And Postgres is slow while a company
//! floods the service: how soon is refused what is too much, what another company notices, and how
//! soon it is over.
//!
//!     GUANXI_TEST_PROGRAM=target/release/guanxi cargo run --release -p guanxi-load --bin weather

#![allow(clippy::float_arithmetic, reason = "rates and latencies, no money")]

use std::time::{Duration, Instant};

use clap::Parser;
use guanxi_cluster::{
    Cluster, Plan, Role,
    flood::percentile,
    spell::{Spell, Stretch},
};
use guanxi_load::{CommandsWithoutNats, Measure, Need, WithoutNats, report};

/// Measures bad weather.
#[derive(Parser)]
struct Arguments {
    /// Events that are written while NATS is away.
    #[arg(long, default_value_t = 3_000_000)]
    events: u64,
    /// Callers of the company that floods, over links that make Postgres slow.
    #[arg(long, default_value_t = 2_500)]
    callers: usize,
    /// Milliseconds by which Postgres answers later.
    #[arg(long, default_value_t = 200)]
    slow_ms: u64,
    /// Seconds of each weather.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
}

/// Callers that give gRPC commands while NATS is away.
const CALLERS: usize = 256;
/// Messages a second of a stream that catches up.
const FAST_ENOUGH: f64 = 40_000.0;
/// Seconds until the relay has noticed that NATS is back: the client tries at longer and longer
/// intervals, of four seconds in the end.
const NOTICED: f64 = 6.0;
/// Seconds until the read model is where the log is, after the last of the events.
const FOLLOWED: f64 = 10.0;
/// What the memory may be of what it was in the beginning.
const FLAT: f64 = 1.15;
/// Milliseconds within which a company that calls now and then is answered, for each that Postgres
/// takes: it asks three times, waits for its turn each time, and its connection may be busy.
const PATIENCE: f64 = 15.0;
/// Seconds until the service is half as fast as before.
const RECOVERED: f64 = 2.0;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let mut measures = without_nats(arguments.events).await?;
    measures.extend(commands_without_nats(&arguments).await?);
    measures.extend(slow_postgres(&arguments).await?);
    report(&measures)
}

async fn without_nats(events: u64) -> anyhow::Result<Vec<Measure>> {
    let seen = WithoutNats::through(events).await?;
    let one = |name: &str, unit, baseline, need, value, beside| {
        let mut measure = Measure::new(name, unit, baseline, need);
        measure.figure(value, beside);
        measure
    };
    let most = |most| Some(Need::AtMost(most));
    let least = |least| Some(Need::AtLeast(least));
    let appends = format!("append of {events} events, NATS away");
    Ok(vec![
        one(
            &appends,
            "/s",
            "NATS there",
            least(0.8),
            seen.appended,
            seen.before,
        ),
        one(
            "read model meanwhile",
            "/s",
            "appends",
            None,
            seen.followed,
            seen.appended,
        ),
        one(
            "read model at the head after that",
            "s",
            "limit",
            most(1.0),
            seen.behind,
            FOLLOWED,
        ),
        one(
            "relay goes on, NATS back",
            "s",
            "limit",
            most(1.0),
            seen.noticed,
            NOTICED,
        ),
        one(
            "the stream catches up",
            "/s",
            "limit",
            least(1.0),
            seen.caught_up,
            FAST_ENOUGH,
        ),
        one(
            "memory, last third of that",
            "MiB",
            "first third",
            most(FLAT),
            seen.memory.late,
            seen.memory.early,
        ),
        one(
            "memory through all that, the most",
            "MiB",
            "in the first third",
            most(FLAT),
            seen.memory.most_late,
            seen.memory.most_early,
        ),
    ])
}

async fn commands_without_nats(arguments: &Arguments) -> anyhow::Result<[Measure; 2]> {
    let window = Duration::from_secs(arguments.seconds);
    let seen = CommandsWithoutNats::through(arguments.events, CALLERS, window).await?;
    eprintln!("{} events of gRPC commands without NATS", seen.events);
    let least = Some(Need::AtLeast(0.8));
    let mut commands = Measure::new("gRPC commands, NATS away", "/s", "NATS there", least);
    commands.rate(&seen.slowest, seen.before.per_second);
    let name = "read model at the head after those";
    let mut followed = Measure::new(name, "s", "limit", None);
    followed.figure(seen.behind, FOLLOWED);
    Ok([commands, followed])
}

async fn slow_postgres(arguments: &Arguments) -> anyhow::Result<Vec<Measure>> {
    let plan = Plan::new()
        .with(Role::Sales, 1)
        .on_its_own_servers()
        .over_links()
        .set("database.connections = 16");
    let mut cluster = Cluster::start(plan).await?;
    let spell = Spell {
        callers: arguments.callers,
        later: Duration::from_millis(arguments.slow_ms) / 2,
        window: Duration::from_secs(arguments.seconds),
    };
    let begun = Instant::now();
    let seen = spell.over(&mut cluster).await?;
    cluster.stop().await?;
    eprintln!(
        "{:.0?}: {} commands expired, {} and {} were refused in fair and in bad weather",
        begun.elapsed(),
        seen.expired,
        seen.fair.refusals.len(),
        seen.slow.refusals.len()
    );
    eprintln!(
        "commands a second, each half a second: fair {}; slow {}; fair again {}",
        in_order(&seen.fair.looks),
        in_order(&seen.slow.looks),
        in_order(&seen.recovering)
    );
    let slow_ms = arguments.slow_ms as f64;
    let mut measures = Vec::new();
    let mut commands = Measure::new("commands, Postgres slow", "/s", "fair weather", None);
    commands.figure(seen.slow.per_second as f64, seen.fair.per_second as f64);
    measures.push(commands);
    for (weather, stretch, limit) in [
        ("fair", &seen.fair, 1_000.0),
        ("slow", &seen.slow, slow_ms * PATIENCE),
    ] {
        measures.extend(shared(weather, stretch, slow_ms, limit));
    }
    let mut memory = Measure::new(
        "the service's memory, slow",
        "MiB",
        "fair",
        Need::AtMost(FLAT),
    );
    memory.figure(seen.slow.memory.now, seen.fair.memory.now);
    let mut recovery = Measure::new("half as fast again after", "s", "limit", Need::AtMost(1.0));
    recovery.figure(seen.recovered.as_secs_f64(), RECOVERED);
    let mut wholly = Measure::new("nine tenths as fast again after", "s", "limit", None);
    let never = f64::INFINITY;
    let after = seen
        .recovered_wholly
        .map_or(never, |after| after.as_secs_f64());
    wholly.figure(after, RECOVERED);
    measures.extend([memory, recovery, wholly]);
    Ok(measures)
}

fn in_order(looks: &[u64]) -> String {
    let looks: Vec<_> = looks.iter().map(u64::to_string).collect();
    looks.join(" ")
}

/// What the flood and the other company were answered in one weather.
fn shared(weather: &str, seen: &Stretch, refused_within: f64, limit: f64) -> [Measure; 2] {
    let ms = |all: &[Duration]| percentile(all, 99).as_secs_f64() * 1_000.0;
    let most = Need::AtMost(1.0);
    let name = format!("refused at once, {weather}, p99");
    let mut refused = Measure::new(name, "ms", "a slow answer", most);
    refused.figure(ms(&seen.refusals), refused_within);
    let name = format!("beside the flood, {weather}, p99");
    let mut beside = Measure::new(name, "ms", "limit", most);
    beside.figure(ms(&seen.others), limit);
    [refused, beside]
}
