//! How fast each read model is rebuilt from the log, beside a bare SELECT of the same events.
//!
//!     cargo run --release -p guanxi-load --bin replay -- --events 200000

#![allow(clippy::float_arithmetic, reason = "rates and latencies, no money")]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use clap::Parser;
use futures::{StreamExt, TryStreamExt, stream};
use guanxi_eventlog::{
    Append, EventLog, LogOptions, LogReader, NewEvent, PlainCodec, StreamWrite, TimerChange,
    connect_plain,
};
use guanxi_events::{
    CommandId, DomainEvent, EventId, Meta, Money, Position, Service, StreamKey, StreamVersion,
    sales::{
        OpportunityDetails, OpportunityEvent, OpportunityOpened, OpportunityStageChanged,
        OpportunityWon, PipelineId, PipelineVersion, StageEntry,
    },
};
use guanxi_load::{Measure, Measured, Need, Site, report};
use guanxi_projection::{Options, RebuildOptions, Registry, Setup, rebuild};
use guanxi_runtime::database::Database;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Measures the replay of every read model.
#[derive(Parser)]
struct Arguments {
    /// How many events the log holds.
    #[arg(long, default_value_t = 200_000)]
    events: usize,
    /// How often reading is measured; the median decides.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let mut site = Site::start(false).await?;
    site.stop_service().await;
    let database = Database::administrator(&site.config)?;
    let pool = database.pool()?;
    let codec = Arc::new(PlainCodec);
    let connector = connect_plain(&site.servers.database_url());
    let log = EventLog::open(
        LogOptions::new(Service::Sales),
        pool.clone(),
        connector,
        codec.clone(),
    );
    let log = log.await?;
    let life = Life::new()?;
    let lives = arguments.events / Life::EVENTS;
    let started = Instant::now();
    stream::iter(0..lives)
        .map(|_| append_life(&log, &life))
        .buffer_unordered(256)
        .try_collect::<()>()
        .await?;
    let events = (lives * Life::EVENTS) as u64;
    let took = started.elapsed();
    eprintln!("{events} events in {took:.1?}, 4 a command");
    log.close().await;

    let mut client = database.connect().await?;
    client.batch_execute("analyze").await?;
    let reader = LogReader::new(Service::Sales, pool.clone(), codec);
    let rate = |took: Duration| Measured::bulk(events, took);
    let least = Some(Need::AtLeast(0.5));
    let mut reading = Measure::new("the log in order, decoded", "/s", "bare SELECT", least);
    for _ in 0..arguments.rounds {
        let bare = rate(bare_select(&client).await?).per_second;
        reading.rate(&rate(read_decoded(&reader).await?), bare);
    }
    let mut measures = vec![reading];

    guanxi_projection::migrate(&mut client).await?;
    for projection in models().iter() {
        let setup = Setup {
            projection: projection.clone(),
            pool: pool.clone(),
            readers: vec![reader.clone()],
            nats: None,
            options: Options::default(),
        };
        let cancel = CancellationToken::new();
        let started = Instant::now();
        let into = RebuildOptions {
            into: Some("load_replay".to_owned()),
            ..Default::default()
        };
        rebuild(setup, into, cancel, |_| {}).await?;
        let name = format!("rebuild of {}", projection.name());
        let mut rebuilding = Measure::new(name, "/s", "1 000 000 in 30 s", Need::AtLeast(1.0));
        rebuilding.rate(&rate(started.elapsed()), 1_000_000.0 / 30.0);
        measures.push(rebuilding);
    }
    report(&measures)
}

async fn read_decoded(reader: &LogReader) -> anyhow::Result<Duration> {
    let started = Instant::now();
    let mut after = Position::START;
    loop {
        let page = reader.read(after, 2_000).await?;
        let Some(last) = page.last() else {
            return Ok(started.elapsed());
        };
        after = last.position;
        for event in &page {
            OpportunityEvent::decode(&event.event_type, &event.data)?;
        }
    }
}

/// Every read model there is.
fn models() -> Registry {
    Registry::new()
        .with(guanxi_funnels::Funnels)
        .with(guanxi_receivables::Receivables)
}

/// The rows as they are, without decoding them.
async fn bare_select(client: &tokio_postgres::Client) -> anyhow::Result<Duration> {
    let started = Instant::now();
    let sql = "select position, tenant, category, stream_id, version, event_id, type, \
               occurred_at, recorded_at, data, meta, numbers::text \
               from log_sales.events where position > $1 order by position limit 2000";
    let statement = client.prepare(sql).await?;
    let mut after = 0i64;
    loop {
        let rows = client.query(&statement, &[&after]).await?;
        let Some(last) = rows.last() else {
            return Ok(started.elapsed());
        };
        after = last.try_get(0)?;
    }
}

/// What happens to one opportunity: opened, moved twice, won.
struct Life {
    pipeline: PipelineVersion,
    meta: Meta,
}

impl Life {
    const EVENTS: usize = 4;

    fn new() -> anyhow::Result<Self> {
        let command_id = CommandId::new();
        let meta = Meta {
            actor: "load".parse()?,
            on_behalf_of: None,
            command_id,
            correlation_id: command_id,
            causation_id: None,
            depth: 0,
            traceparent: None,
        };
        Ok(Self {
            pipeline: PipelineVersion {
                id: PipelineId::new(),
                version: 1,
            },
            meta,
        })
    }

    fn events(&self) -> anyhow::Result<Vec<OpportunityEvent>> {
        let now = Timestamp::now();
        let entry = |stage: &str, probability| {
            let by = self.meta.actor.clone();
            anyhow::Ok(StageEntry {
                stage: stage.parse()?,
                probability,
                at: now,
                by,
            })
        };
        let amount = Money::exact("1234.50".parse()?, guanxi_load::EUR)?;
        let (pipeline, owner) = (self.pipeline, self.meta.actor.clone());
        let title = "Two hundred chairs for the new hall".to_owned();
        let details = OpportunityDetails {
            title,
            amount: Some(amount),
            ..Default::default()
        };
        let (team, lines) = (Some("north".to_owned()), Vec::new());
        let entry_of = entry("new", 10)?;
        let moved = |from: &str, to| {
            anyhow::Ok(OpportunityStageChanged {
                pipeline,
                from: from.parse()?,
                entry: to,
            })
        };
        let reason = "the better offer".to_owned();
        Ok(vec![
            OpportunityOpened {
                pipeline,
                entry: entry_of,
                details,
                owner,
                team,
                lines,
            }
            .into(),
            moved("new", entry("talking", 30)?)?.into(),
            moved("talking", entry("offered", 60)?)?.into(),
            OpportunityWon {
                pipeline,
                entry: entry("offered", 100)?,
                amount,
                reason,
            }
            .into(),
        ])
    }
}

async fn append_life(log: &EventLog, life: &Life) -> anyhow::Result<()> {
    let tenant: guanxi_events::TenantId = "load".parse()?;
    let mut events = Vec::with_capacity(Life::EVENTS);
    for event in life.events()? {
        events.push(NewEvent {
            id: EventId::new(),
            event_type: event.event_type(),
            occurred_at: Timestamp::now(),
            data: event.encode()?,
            meta: life.meta.clone(),
            numbers: Vec::new(),
        });
    }
    let stream = StreamKey {
        tenant: tenant.clone(),
        category: OpportunityEvent::CATEGORY,
        id: Uuid::now_v7(),
    };
    let write = StreamWrite {
        stream,
        expected: StreamVersion::NONE,
        events,
        timer: TimerChange::Keep,
    };
    let append = Append {
        tenant,
        command_id: CommandId::new(),
        content_hash: [0; 32],
        result: Vec::new(),
        writes: vec![write],
        reads: Vec::new(),
        claims: Vec::new(),
        releases: Vec::new(),
        deadline: None,
    };
    log.append(append).await?;
    Ok(())
}
