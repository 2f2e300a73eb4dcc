//! A log with its servers, a relay and a reader that one can watch.

use std::{sync::Arc, time::Duration};

use anyhow::{Context as _, ensure};
use async_nats::{
    Client, ConnectOptions, HeaderMap,
    jetstream::{self, context::traits::Publisher as _},
};
use deadpool_postgres::{Manager, Pool, Runtime};
use guanxi_eventlog::{
    Append, EventLog, Feed, FeedOptions, LogError, LogOptions, NewEvent, PlainCodec, Relay,
    RelayOptions, RelayState, RelayStatus, Source, StreamWrite, TimerChange, connect_nats,
    connect_plain, migrate, restore_mark, stream,
};
use guanxi_events::{
    Category, CommandId, EventId, Incarnation, Meta, Position, Recorded, Service, StreamKey,
    StreamVersion,
};
use guanxi_harness::{OwnServers, TestDatabase, eventually};
use jiff::Timestamp;
use tokio::{
    sync::watch,
    task::{JoinHandle, JoinSet},
};
use tokio_postgres::NoTls;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub(crate) const SERVICE: Service = Service::Sales;
pub(crate) const SOON: Duration = Duration::from_secs(30);

/// One log, in a database of its own.
pub(crate) struct Kit {
    pub(crate) log: EventLog,
    pub(crate) nats: Client,
    pub(crate) jetstream: jetstream::Context,
    pub(crate) database_url: String,
    pub(crate) nats_url: String,
    _database: Option<TestDatabase>,
}

impl Kit {
    /// On servers that other tests use too.
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let database = TestDatabase::create().await?;
        let (url, nats_url) = (database.url().to_owned(), database.nats_url().to_owned());
        Self::on(url, &nats_url, Some(database)).await
    }

    /// With another NATS than the one that other tests use too.
    pub(crate) async fn on_nats(nats_url: &str) -> anyhow::Result<Self> {
        let database = TestDatabase::create().await?;
        Self::on(database.url().to_owned(), nats_url, Some(database)).await
    }

    /// On servers that the test may end.
    pub(crate) async fn on_own(servers: &OwnServers) -> anyhow::Result<Self> {
        Self::on(servers.database_url(), &servers.nats_url(), None).await
    }

    async fn on(
        database_url: String,
        nats_url: &str,
        database: Option<TestDatabase>,
    ) -> anyhow::Result<Self> {
        let log = open_log(&database_url).await?;
        let nats = connect_nats(nats_url, ConnectOptions::new()).await?;
        Ok(Self {
            jetstream: jetstream::new(nats.clone()),
            log,
            nats,
            database_url,
            nats_url: nats_url.to_owned(),
            _database: database,
        })
    }

    /// Appends so many commands of one event each, all at once.
    pub(crate) async fn append(&self, events: usize) -> anyhow::Result<()> {
        append(&self.log, events).await
    }

    /// The log begins a new life, and the process hears of it.
    pub(crate) async fn restore(&self) -> anyhow::Result<Incarnation> {
        let life = restore_mark(&self.connect().await?, SERVICE).await?;
        let heard = self.log.quiesce(&"acme".parse()?, SOON).await?;
        anyhow::ensure!(heard == life, "{heard} is not {life}");
        Ok(life)
    }

    pub(crate) async fn head(&self) -> anyhow::Result<Position> {
        Ok(self.log.head().await?.position)
    }

    pub(crate) fn relay(&self) -> Relaying {
        self.relay_with(options())
    }

    pub(crate) fn relay_with(&self, options: RelayOptions) -> Relaying {
        Relaying::start(&self.log, &self.nats, options)
    }

    /// The generations that the server has, by their bases.
    pub(crate) async fn bases(&self) -> anyhow::Result<Vec<i64>> {
        let generations =
            stream::generations(&self.jetstream, SERVICE, self.log.incarnation()).await?;
        Ok(generations.iter().map(|one| one.base.0).collect())
    }

    pub(crate) async fn newest(
        &self,
    ) -> anyhow::Result<(stream::Generation, jetstream::stream::Stream)> {
        let generation = stream::generations(&self.jetstream, SERVICE, self.log.incarnation())
            .await?
            .pop()
            .context("no stream")?;
        let stream = self.jetstream.get_stream(generation.name()).await?;
        Ok((generation, stream))
    }

    /// Waits until there is a stream.
    pub(crate) async fn stream_is_there(&self) -> anyhow::Result<()> {
        eventually(SOON, async || self.newest().await.map(drop)).await
    }

    /// A connection to the log's database.
    pub(crate) async fn connect(&self) -> anyhow::Result<tokio_postgres::Client> {
        let (client, connection) = tokio_postgres::connect(&self.database_url, NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// Waits until the stream holds the log's last event, and finds that every message it holds
    /// is the log's event at sequence + base.
    pub(crate) async fn stream_agrees_with_log(&self) -> anyhow::Result<stream::Comparison> {
        eventually(SOON, async || {
            let head = self.head().await?;
            let found = stream::compare(&self.jetstream, self.log.reader()).await?;
            ensure!(found.differences.is_empty(), "{:?}", found.differences);
            ensure!(found.generation.is_some(), "there is no stream");
            ensure!(
                found.last == head && self.head().await? == head,
                "the stream is at {}, the log at {head}",
                found.last
            );
            Ok::<_, anyhow::Error>(found)
        })
        .await
    }

    /// Publishes what no relay would, as if by mistake.
    pub(crate) async fn publish_foreign(&self) -> anyhow::Result<()> {
        let (generation, _) = self.newest().await?;
        let subject = generation.subjects().replace('>', "intruder");
        let mut headers = HeaderMap::new();
        headers.insert("ce-id", "hello");
        let message = jetstream::message::PublishMessage::build()
            .headers(headers)
            .payload("no event".into())
            .outbound_message(subject);
        self.jetstream.publish_message(message).await?.await?;
        Ok(())
    }

    pub(crate) fn follow(&self) -> Follower {
        Follower::start(
            &self.log,
            Some(self.nats.clone()),
            Position::START,
            feed_options(),
        )
    }

    pub(crate) async fn feed(&self, after: Position) -> Result<Feed, LogError> {
        let reader = self.log.reader().clone();
        Feed::open(reader, Some(self.nats.clone()), after, feed_options()).await
    }
}

/// Opens the log of [`SERVICE`] as one more process would.
pub(crate) async fn open_log(database_url: &str) -> anyhow::Result<EventLog> {
    let (mut client, connection) = tokio_postgres::connect(database_url, NoTls).await?;
    tokio::spawn(connection);
    migrate(&mut client, SERVICE).await?;
    let manager = Manager::new(database_url.parse()?, NoTls);
    let pool = Pool::builder(manager)
        .max_size(8)
        .runtime(Runtime::Tokio1)
        .build()?;
    let connector = connect_plain(database_url);
    Ok(EventLog::open(
        LogOptions::new(SERVICE),
        pool,
        connector,
        Arc::new(PlainCodec),
    )
    .await?)
}

/// A relay that notices everything soon.
pub(crate) fn options() -> RelayOptions {
    RelayOptions {
        limits: stream::StreamLimits {
            max_bytes: 16 << 20,
            ..stream::StreamLimits::default()
        },
        backfill: 100,
        check: Duration::from_millis(300),
        timeout: Duration::from_secs(2),
        max_pause: Duration::from_millis(300),
        ..RelayOptions::default()
    }
}

pub(crate) fn feed_options() -> FeedOptions {
    FeedOptions {
        page: 100,
        retry_stream: Duration::from_millis(200),
        timeout: Duration::from_secs(2),
        ..FeedOptions::default()
    }
}

/// Appends so many commands of one event each, all at once.
pub(crate) async fn append(log: &EventLog, events: usize) -> anyhow::Result<()> {
    let mut appends = JoinSet::new();
    for number in 0..events {
        let log = log.clone();
        appends.spawn(async move { log.append(command(number)?).await.context("append") });
    }
    while let Some(appended) = appends.join_next().await {
        appended??;
    }
    Ok(())
}

fn command(number: usize) -> anyhow::Result<Append> {
    let types = ["sales.opportunity_opened/1", "sales.opportunity_won/2"];
    let tenant: guanxi_events::TenantId = "acme".parse()?;
    let command_id = CommandId::new();
    let event = NewEvent {
        id: EventId::new(),
        event_type: types[number % types.len()].parse()?,
        occurred_at: Timestamp::now(),
        data: format!(
            r#"{{"number":{number},"note":"{}"}}"#,
            "x".repeat(number % 300)
        )
        .into(),
        meta: Meta::of_command("li".parse()?, command_id),
        numbers: Vec::new(),
    };
    Ok(Append {
        tenant: tenant.clone(),
        command_id,
        content_hash: [0; 32],
        result: Vec::new(),
        writes: vec![StreamWrite {
            stream: StreamKey {
                tenant,
                category: Category::of("opportunity"),
                id: Uuid::now_v7(),
            },
            expected: StreamVersion::NONE,
            events: vec![event],
            timer: TimerChange::Keep,
        }],
        reads: Vec::new(),
        claims: Vec::new(),
        releases: Vec::new(),
        deadline: None,
    })
}

/// A writer that goes on whatever happens to NATS.
pub(crate) struct Writer {
    stop: CancellationToken,
    task: JoinHandle<anyhow::Result<usize>>,
}

impl Writer {
    pub(crate) fn start(log: &EventLog) -> Self {
        let (log, stop) = (log.clone(), CancellationToken::new());
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            let mut written = 0;
            while !stopped.is_cancelled() {
                append(&log, 5).await?;
                written += 5;
                tokio::time::sleep(Duration::from_millis(3)).await;
            }
            Ok(written)
        });
        Self { stop, task }
    }

    /// Stops and tells how many events it has written.
    pub(crate) async fn stop(self) -> anyhow::Result<usize> {
        self.stop.cancel();
        self.task.await?
    }
}

/// A relay at work.
pub(crate) struct Relaying {
    pub(crate) status: watch::Receiver<RelayStatus>,
    cancel: CancellationToken,
    task: JoinHandle<()>,
}

impl Relaying {
    pub(crate) fn start(log: &EventLog, nats: &Client, options: RelayOptions) -> Self {
        let relay = Relay::new(log, nats.clone(), options);
        let (status, cancel) = (relay.status(), CancellationToken::new());
        let task = tokio::spawn(relay.run(cancel.clone()));
        Self {
            status,
            cancel,
            task,
        }
    }

    pub(crate) async fn until(
        &mut self,
        so: impl FnMut(&RelayStatus) -> bool,
    ) -> anyhow::Result<RelayStatus> {
        let waited = tokio::time::timeout(SOON, self.status.wait_for(so)).await;
        let status = waited.context("the relay did not get there")??;
        Ok(status.clone())
    }

    pub(crate) async fn until_filling(&mut self) -> anyhow::Result<RelayStatus> {
        self.until(|status| status.state == RelayState::Filling)
            .await
    }

    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.cancel.cancel();
        self.task.await?;
        Ok(())
    }

    /// Ends it wherever it is, as a killed process would.
    pub(crate) fn kill(self) {
        self.task.abort();
    }
}

/// Reads in the background and makes sure that every position comes once, in order, and is the
/// log's event.
pub(crate) struct Follower {
    log: EventLog,
    seen: watch::Receiver<(Position, Source)>,
    task: JoinHandle<anyhow::Result<Vec<Recorded>>>,
    stop: CancellationToken,
}

impl Follower {
    pub(crate) fn start(
        log: &EventLog,
        nats: Option<Client>,
        after: Position,
        options: FeedOptions,
    ) -> Self {
        let stop = CancellationToken::new();
        let (report, seen) = watch::channel((after, Source::Log));
        let (reader, stopped) = (log.reader().clone(), stop.clone());
        let task = tokio::spawn(async move {
            let mut feed = Feed::open(reader, nats, after, options).await?;
            let mut events = Vec::new();
            loop {
                // It changes its source while it waits, too.
                let wait = Duration::from_millis(50);
                let batch = tokio::select! {
                    batch = tokio::time::timeout(wait, feed.next(64)) => batch,
                    () = stopped.cancelled() => return Ok(events),
                };
                let batch = batch.unwrap_or(Ok(Vec::new()))?;
                for event in batch {
                    let expected = Position(after.0 + events.len() as i64 + 1);
                    ensure!(
                        event.position == expected,
                        "{} came where {expected} was due, from the {:?}",
                        event.position,
                        feed.source()
                    );
                    events.push(event);
                }
                report.send_replace((feed.position(), feed.source()));
            }
        });
        Self {
            log: log.clone(),
            seen,
            task,
            stop,
        }
    }

    /// Waits until the follower has seen the log's last event.
    pub(crate) async fn at_head(&mut self) -> anyhow::Result<Position> {
        let head = self.log.head().await?.position;
        self.until(|(position, _)| *position >= head).await?;
        Ok(head)
    }

    /// Waits until it takes events from there.
    pub(crate) async fn until_from(&mut self, source: Source) -> anyhow::Result<()> {
        self.until(|(_, from)| *from == source).await
    }

    async fn until(&mut self, so: impl FnMut(&(Position, Source)) -> bool) -> anyhow::Result<()> {
        let waited = tokio::time::timeout(SOON, self.seen.wait_for(so))
            .await
            .map(|seen| seen.is_ok());
        match waited {
            Ok(true) => Ok(()),
            Ok(false) => {
                (&mut self.task).await??;
                anyhow::bail!("the follower has ended")
            }
            Err(_) => anyhow::bail!("the follower stays at {:?}", *self.seen.borrow()),
        }
    }

    /// Waits for the head, stops, and compares all it has seen with the log, event by event.
    pub(crate) async fn saw_the_whole_log(mut self) -> anyhow::Result<usize> {
        self.at_head().await?;
        self.stop.cancel();
        let seen = self.task.await??;
        let mut after = Position::START;
        let mut all = Vec::new();
        loop {
            let page = self.log.read(after, 1_000).await?;
            let Some(last) = page.last() else { break };
            after = last.position;
            all.extend(page);
        }
        ensure!(seen.len() <= all.len(), "more seen than there is");
        let first = seen
            .first()
            .map_or(0, |event| event.position.0 as usize - 1);
        ensure!(
            seen[..] == all[first..first + seen.len()],
            "what was seen is not what the log holds"
        );
        Ok(seen.len())
    }
}
