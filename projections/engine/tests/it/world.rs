//! A database with the logs of two services, writers, and workers.

use std::{collections::HashMap, sync::Arc, time::Duration};

use deadpool_postgres::{Manager, Pool};
use guanxi_eventlog::{
    Append, EventLog, LogOptions, LogReader, NewEvent, Outcome, PlainCodec, StreamWrite,
    TimerChange, connect_plain,
};
use guanxi_events::{
    Category, CommandId, EventId, EventType, Incarnation, Meta, Position, Recorded, Service,
    StreamKey, StreamVersion,
};
use guanxi_harness::{OwnServers, TestDatabase, eventually};
use guanxi_projection::{Build, Options, ProjectionError, Setup, Worker};
use jiff::Timestamp;
use rand::RngExt;
use serde_json::{Value, json};
use tokio::{sync::Mutex, task::JoinHandle};
use tokio_postgres::NoTls;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::tallies::{Tallies, oracle, rows};

/// Long enough for a loaded machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct World {
    url: String,
    pub(crate) nats_url: String,
    _database: Option<TestDatabase>,
    pub(crate) pool: Pool,
    logs: Vec<EventLog>,
    versions: Mutex<HashMap<StreamKey, StreamVersion>>,
}

pub(crate) fn pool_of(url: &str) -> Pool {
    pool_named(url, "test", 12)
}

/// What workers' connections are called in Postgres.
pub(crate) const WORKER: &str = "worker";

fn pool_named(url: &str, name: &str, connections: usize) -> Pool {
    let mut config: tokio_postgres::Config = url.parse().unwrap();
    config.application_name(name);
    let manager = Manager::new(config, NoTls);
    Pool::builder(manager)
        .max_size(connections)
        .build()
        .unwrap()
}

impl World {
    pub(crate) async fn new() -> Arc<Self> {
        let database = TestDatabase::create().await.unwrap();
        let (url, nats_url) = (database.url().to_owned(), database.nats_url().to_owned());
        Self::on(url, nats_url, Some(database)).await
    }

    /// On servers that the test may end.
    pub(crate) async fn on_own(servers: &OwnServers) -> Arc<Self> {
        Self::on(servers.database_url(), servers.nats_url(), None).await
    }

    async fn on(url: String, nats_url: String, database: Option<TestDatabase>) -> Arc<Self> {
        let pool = pool_of(&url);
        let mut client = pool.get().await.unwrap();
        let mut logs = Vec::new();
        for service in [Service::Sales, Service::Customers] {
            guanxi_eventlog::migrate(&mut client, service)
                .await
                .unwrap();
            let log = EventLog::open(
                LogOptions::new(service),
                pool_of(&url),
                connect_plain(&url),
                Arc::new(PlainCodec),
            );
            logs.push(log.await.unwrap());
        }
        guanxi_projection::migrate(&mut client).await.unwrap();
        drop(client);
        Arc::new(Self {
            url,
            nats_url,
            _database: database,
            pool,
            logs,
            versions: Mutex::default(),
        })
    }

    /// So many connections.
    pub(crate) fn pool_of(&self, connections: usize) -> Pool {
        pool_named(&self.url, "test", connections)
    }

    /// A connection of its own.
    pub(crate) async fn connect(&self) -> tokio_postgres::Client {
        let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    pub(crate) fn log(&self, service: Service) -> &EventLog {
        self.logs
            .iter()
            .find(|log| log.service() == service)
            .unwrap()
    }

    /// A reader of the sales log to which no Postgres answers.
    pub(crate) fn reader_of_nothing(&self) -> LogReader {
        let nowhere = pool_of("postgres://nobody@127.0.0.1:1/nothing");
        LogReader::new(Service::Sales, nowhere, Arc::new(PlainCodec))
    }

    /// How far the sales log is.
    pub(crate) async fn head(&self) -> (Incarnation, Position) {
        let head = self.log(Service::Sales).head().await.unwrap();
        (head.incarnation, head.position)
    }

    /// The sales log lives that life now, and the process that appends to it knows.
    pub(crate) async fn hears_of(&self, life: Incarnation) {
        let (log, tenant) = (self.log(Service::Sales), "acme".parse().unwrap());
        let heard = log.quiesce(&tenant, Duration::from_secs(20)).await;
        assert_eq!(heard.unwrap(), life);
    }

    /// Appends to one stream of one log, in one transaction; returns the last position.
    pub(crate) async fn append(&self, service: Service, id: Uuid, data: &[Value]) -> Position {
        self.append_as("tally", service, id, data).await
    }

    pub(crate) async fn append_as(
        &self,
        category: &'static str,
        service: Service,
        id: Uuid,
        data: &[Value],
    ) -> Position {
        let stream = StreamKey {
            tenant: "acme".parse().unwrap(),
            category: Category::of(category),
            id,
        };
        let mut versions = self.versions.lock().await;
        let known = StreamKey {
            // Both logs may have a stream of that id.
            category: Category::from(format!("{service}/{category}")),
            ..stream.clone()
        };
        let version = versions.entry(known).or_default();
        let expected = *version;
        *version = expected.after(data.len());
        drop(versions);
        let outcome = self
            .log(service)
            .append(append_of(stream, expected, data))
            .await
            .unwrap();
        assert!(matches!(outcome, Outcome::Written(_)));
        outcome.into_receipt().position
    }

    /// Appends `events` events to `streams` streams of the sales log, a few at a time.
    pub(crate) async fn append_some(&self, streams: u128, events: usize) {
        let mut left = events;
        while left > 0 {
            let some = rand::rng().random_range(1..=left.min(20));
            let id = Uuid::from_u128(rand::rng().random_range(1..=streams));
            let data: Vec<Value> = (0..some)
                .map(|_| json!({"n": rand::rng().random_range(0..10)}))
                .collect();
            self.append(Service::Sales, id, &data).await;
            left -= some;
        }
    }

    pub(crate) fn setup(&self, projection: Tallies) -> Setup {
        Setup {
            projection: Arc::new(projection),
            pool: self.pool.clone(),
            readers: self.logs.iter().map(|log| log.reader().clone()).collect(),
            nats: None,
            options: quick(),
        }
    }

    /// A worker with connections of its own, as in a process of its own.
    pub(crate) fn work(&self, projection: Tallies) -> Working {
        let setup = Setup {
            pool: pool_named(&self.url, WORKER, 12),
            ..self.setup(projection)
        };
        Working::start(setup)
    }

    pub(crate) async fn events(&self, service: Service) -> Vec<Recorded> {
        let mut events = Vec::new();
        loop {
            let after = events
                .last()
                .map_or(Position::START, |event: &Recorded| event.position);
            let page = self.log(service).read(after, 5_000).await.unwrap();
            if page.is_empty() {
                return events;
            }
            events.extend(page);
        }
    }

    pub(crate) async fn active(&self) -> Result<Build, ProjectionError> {
        let client = self.pool.get().await?;
        Build::active(&client, "tallies").await
    }

    /// Waits until the active build has passed all that the sales log holds now.
    pub(crate) async fn caught_up(&self) -> Build {
        let (incarnation, head) = self.head().await;
        eventually(PATIENCE, async || {
            let build = self.active().await?;
            let client = self.pool.get().await?;
            let at = guanxi_projection::positions_in(&client, build.id).await?;
            let sales = at.iter().find(|at| at.log == Service::Sales);
            anyhow::ensure!(
                sales.is_some_and(|at| at.incarnation == incarnation && at.position >= head),
                "{} at {at:?}, the head is {head}",
                build.schema
            );
            Ok::<_, anyhow::Error>(build)
        })
        .await
        .unwrap()
    }

    /// The active build holds what the oracle says, once it has caught up.
    pub(crate) async fn assert_as_the_oracle(&self) -> Build {
        let build = self.caught_up().await;
        let wanted = oracle(&self.events(Service::Sales).await, |_| false);
        assert_eq!(
            rows(&self.pool, &build.schema, Service::Sales).await,
            wanted
        );
        build
    }

    pub(crate) async fn count(&self, sql: &str) -> i64 {
        let client = self.pool.get().await.unwrap();
        client.query_one(sql, &[]).await.unwrap().get(0)
    }
}

/// Leases and pauses of tests.
pub(crate) fn quick() -> Options {
    Options {
        batch: 100,
        lanes: 2,
        lease: Duration::from_secs(2),
        heartbeat: Duration::from_millis(100),
        tick: Duration::from_millis(50),
        watchdog: Duration::from_secs(2),
        patience: Duration::from_millis(500),
        link: None,
    }
}

/// A worker in the background.
pub(crate) struct Working {
    cancel: CancellationToken,
    task: JoinHandle<Result<(), ProjectionError>>,
}

impl Working {
    pub(crate) fn start(setup: Setup) -> Self {
        let cancel = CancellationToken::new();
        let task = tokio::spawn(Worker::new(setup).run(cancel.clone()));
        Self { cancel, task }
    }

    /// Ends it as SIGTERM does.
    pub(crate) async fn stop(self) {
        self.cancel.cancel();
        self.task.await.unwrap().unwrap();
    }

    /// Ends it wherever it is: it gives nothing back.
    pub(crate) async fn kill(self) {
        self.task.abort();
        assert!(self.task.await.is_err());
    }
}

fn append_of(stream: StreamKey, expected: StreamVersion, data: &[Value]) -> Append {
    let command_id = CommandId::new();
    let event = |data: &Value| NewEvent {
        id: EventId::new(),
        event_type: EventType {
            name: "sales.tallied".into(),
            version: 1,
        },
        occurred_at: Timestamp::now(),
        data: data.to_string().into_bytes(),
        meta: Meta {
            actor: "system:test".parse().unwrap(),
            on_behalf_of: None,
            command_id,
            correlation_id: command_id,
            causation_id: None,
            depth: 0,
            traceparent: Some(format!(
                "00-{}-0102030405060708-01",
                Uuid::new_v4().simple()
            )),
        },
        numbers: vec![],
    };
    Append {
        tenant: stream.tenant.clone(),
        command_id,
        content_hash: [0; 32],
        result: vec![],
        writes: vec![StreamWrite {
            stream,
            expected,
            events: data.iter().map(event).collect(),
            timer: TimerChange::Keep,
        }],
        reads: vec![],
        claims: vec![],
        releases: vec![],
        deadline: None,
    }
}

/// Takes back the last append of the sales log, which must have begun its stream: what a recovery
/// from an older backup does.
pub(crate) async fn lose_the_last_event(client: &mut tokio_postgres::Client) {
    client
        .batch_execute(
            "set search_path = log_sales;
             delete from streams where last_position = (select position from head);
             delete from commands where position = (select position from head);
             delete from events where position = (select position from head);
             update head set position = position - 1,
                    chain = (select link from events where position = head.position - 1);
             reset search_path",
        )
        .await
        .unwrap();
}
