//! What the tests share: a database with a log, and short words for appends.

use std::{sync::Arc, time::Duration};

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use guanxi_eventlog::{
    Append, AppendError, Claim, ClaimKey, Connector, EventLog, LogOptions, NewEvent, Outcome,
    PlainCodec, Receipt, StreamWrite, TimerChange, connect_plain, migrate,
};
use guanxi_events::{
    Category, CommandId, EventId, EventType, Meta, Position, Recorded, Service, StreamKey,
    StreamVersion, TenantId,
};
use guanxi_harness::{OwnServers, TestDatabase, eventually};
use jiff::Timestamp;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

pub(crate) const SERVICE: Service = Service::Sales;

pub(crate) struct World {
    // Before the database, which it needs.
    pub(crate) client: Client,
    url: String,
    _database: Option<TestDatabase>,
}

impl World {
    /// On the servers that the tests share.
    pub(crate) async fn new() -> Self {
        let database = TestDatabase::create().await.unwrap();
        Self::on(database.url().to_owned(), Some(database)).await
    }

    /// On a Postgres that the test may do anything to.
    pub(crate) async fn on_own(servers: &OwnServers) -> Self {
        Self::on(servers.database_url(), None).await
    }

    async fn on(url: String, database: Option<TestDatabase>) -> Self {
        let mut client = connect(&url).await;
        migrate(&mut client, SERVICE).await.unwrap();
        client
            .batch_execute("set search_path = log_sales")
            .await
            .unwrap();
        Self {
            client,
            url,
            _database: database,
        }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// One more connection, that of a stranger to the log.
    pub(crate) async fn connect(&self) -> Client {
        let client = connect(&self.url).await;
        client
            .batch_execute("set search_path = log_sales")
            .await
            .unwrap();
        client
    }

    /// One more instance of the log, as another process would have.
    pub(crate) async fn log(&self) -> EventLog {
        self.log_with(LogOptions::new(SERVICE)).await
    }

    pub(crate) async fn log_with(&self, options: LogOptions) -> EventLog {
        Self::log_at(self.url(), connect_plain(self.url()), options).await
    }

    /// A log that reads at a URL and appends over a connector.
    pub(crate) async fn log_at(url: &str, connector: Connector, options: LogOptions) -> EventLog {
        EventLog::open(options, pool(url), connector, Arc::new(PlainCodec))
            .await
            .unwrap()
    }

    pub(crate) fn pool(&self) -> Pool {
        pool(self.url())
    }

    pub(crate) async fn one<T>(&self, sql: &str) -> T
    where
        T: for<'a> tokio_postgres::types::FromSql<'a>,
    {
        self.client.query_one(sql, &[]).await.unwrap().get(0)
    }
}

fn pool(url: &str) -> Pool {
    let config = ManagerConfig {
        recycling_method: RecyclingMethod::Fast,
    };
    let manager = Manager::from_config(url.parse().unwrap(), NoTls, config);
    Pool::builder(manager).max_size(4).build().unwrap()
}

pub(crate) async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

pub(crate) fn tenant() -> TenantId {
    "acme".parse().unwrap()
}

/// One event on a new stream of another tenant.
pub(crate) fn another_tenants() -> Append {
    let tenant: TenantId = "globex".parse().unwrap();
    let target = StreamKey {
        tenant: tenant.clone(),
        ..stream("a")
    };
    Append {
        tenant,
        ..command()
    }
    .write(&target, 0, 1)
}

pub(crate) fn stream(category: &'static str) -> StreamKey {
    StreamKey {
        tenant: tenant(),
        category: Category::of(category),
        id: Uuid::now_v7(),
    }
}

pub(crate) fn key(byte: u8) -> ClaimKey {
    ClaimKey([byte; 32])
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

pub(crate) fn event() -> NewEvent {
    event_of(br#"{"name":"a"}"#)
}

pub(crate) fn event_of(data: &[u8]) -> NewEvent {
    NewEvent {
        id: EventId::new(),
        event_type: EventType {
            name: "sales.thing_done".into(),
            version: 1,
        },
        occurred_at: at(1_700_000_000),
        data: data.to_vec(),
        meta: Meta {
            actor: "tester".parse().unwrap(),
            on_behalf_of: None,
            command_id: CommandId::new(),
            correlation_id: CommandId::new(),
            causation_id: None,
            depth: 0,
            traceparent: None,
        },
        numbers: vec![],
    }
}

/// A command that writes nothing yet.
pub(crate) fn command() -> Append {
    Append {
        tenant: tenant(),
        command_id: CommandId::new(),
        content_hash: [7; 32],
        result: vec![],
        writes: vec![],
        reads: vec![],
        claims: vec![],
        releases: vec![],
        deadline: None,
    }
}

/// Words for building appends.
pub(crate) trait Build: Sized {
    fn write(self, stream: &StreamKey, expected: i64, events: usize) -> Self;
    fn write_events(self, stream: &StreamKey, expected: i64, events: Vec<NewEvent>) -> Self;
    fn timer(self, change: TimerChange) -> Self;
    fn read(self, stream: &StreamKey, version: i64) -> Self;
    fn claim(self, key: ClaimKey, owner: &StreamKey) -> Self;
    fn release(self, key: ClaimKey, owner: &StreamKey) -> Self;
    fn numbers(self, series: &[&str]) -> Self;
    fn result(self, result: &[u8]) -> Self;
    fn within(self, time: Duration) -> Self;
}

impl Build for Append {
    fn write(self, stream: &StreamKey, expected: i64, events: usize) -> Self {
        let events = std::iter::repeat_with(event).take(events).collect();
        self.write_events(stream, expected, events)
    }

    fn write_events(mut self, stream: &StreamKey, expected: i64, events: Vec<NewEvent>) -> Self {
        self.writes.push(StreamWrite {
            stream: stream.clone(),
            expected: StreamVersion(expected),
            events,
            timer: TimerChange::Keep,
        });
        self
    }

    /// Of the last written stream.
    fn timer(mut self, change: TimerChange) -> Self {
        self.writes.last_mut().unwrap().timer = change;
        self
    }

    fn read(mut self, stream: &StreamKey, version: i64) -> Self {
        self.reads.push((stream.clone(), StreamVersion(version)));
        self
    }

    fn claim(mut self, key: ClaimKey, owner: &StreamKey) -> Self {
        let owner = owner.clone();
        self.claims.push(Claim { key, owner });
        self
    }

    fn release(mut self, key: ClaimKey, owner: &StreamKey) -> Self {
        let owner = owner.clone();
        self.releases.push(Claim { key, owner });
        self
    }

    /// Drawn by the last event.
    fn numbers(mut self, series: &[&str]) -> Self {
        let event = self.writes.last_mut().unwrap().events.last_mut().unwrap();
        event.numbers = series.iter().map(ToString::to_string).collect();
        self
    }

    fn result(mut self, result: &[u8]) -> Self {
        self.result = result.to_vec();
        self
    }

    fn within(mut self, time: Duration) -> Self {
        self.deadline = Some(tokio::time::Instant::now() + time);
        self
    }
}

pub(crate) fn written(outcome: Result<Outcome, AppendError>) -> Receipt {
    match outcome {
        Ok(Outcome::Written(receipt)) => receipt,
        other => panic!("not written: {other:?}"),
    }
}

/// What a caller may rely on when a connection broke: the appender's own resend may find it done.
pub(crate) fn vouched_for(outcome: Result<Outcome, AppendError>) -> Receipt {
    match outcome {
        Ok(outcome) => outcome.into_receipt(),
        other => panic!("not acknowledged: {other:?}"),
    }
}

pub(crate) fn repeated(outcome: Result<Outcome, AppendError>) -> Receipt {
    match outcome {
        Ok(Outcome::Repeated(receipt)) => receipt,
        other => panic!("not repeated: {other:?}"),
    }
}

/// The actual version that a stale append was told.
pub(crate) fn stale(outcome: Result<Outcome, AppendError>) -> (StreamKey, i64) {
    match outcome {
        Err(AppendError::Stale { stream, actual, .. }) => (stream, actual.0),
        other => panic!("not stale: {other:?}"),
    }
}

/// The whole log; panics on a gap, for reading refuses one.
pub(crate) async fn all(log: &EventLog) -> Vec<Recorded> {
    let mut events = Vec::new();
    loop {
        let after = Position(events.len() as i64);
        let page = log.read(after, 1000).await.unwrap();
        if page.is_empty() {
            return events;
        }
        events.extend(page);
    }
}

/// Holds the head, so that the batches under way wait for it and all else waits in line.
pub(crate) async fn hold(world: &World) -> Client {
    let stranger = world.connect().await;
    stranger
        .batch_execute("begin; select from head for update")
        .await
        .unwrap();
    stranger
}

/// An append that somebody else waits for.
pub(crate) fn spawn(
    log: &EventLog,
    append: Append,
) -> tokio::task::JoinHandle<Result<Outcome, AppendError>> {
    let log = log.clone();
    tokio::spawn(async move { log.append(append).await })
}

/// For what was spawned to come into line.
pub(crate) async fn a_moment() {
    tokio::time::sleep(Duration::from_millis(60)).await;
}

/// The head is held, and a batch waits for it.
pub(crate) async fn until_a_batch_waits(world: &World) {
    eventually(Duration::from_secs(10), async || {
        let sql = "select count(*) from pg_stat_activity where datname = current_database()
                   and query like '%from append%' and wait_event_type = 'Lock'";
        let calls: i64 = world.one(sql).await;
        anyhow::ensure!(calls == 1, "{calls} calls wait for the head");
        Ok::<_, anyhow::Error>(())
    })
    .await
    .unwrap();
}

/// Appends that meet in one batch: they wait behind a lock on the head while it is held by a
/// stranger, all but the first, which is the batch that waits for the lock.
pub(crate) async fn in_one_batch(
    world: &World,
    log: &EventLog,
    appends: Vec<Append>,
) -> Vec<Result<Outcome, AppendError>> {
    let stranger = hold(world).await;
    let first = spawn(log, command());
    until_a_batch_waits(world).await;
    let waiting: Vec<_> = appends
        .into_iter()
        .map(|append| spawn(log, append))
        .collect();
    a_moment().await;
    stranger.batch_execute("commit").await.unwrap();
    written(first.await.unwrap());
    let mut outcomes = Vec::new();
    for append in waiting {
        outcomes.push(append.await.unwrap());
    }
    outcomes
}
