//! A database with the logs of all services, events in them, and builds of models from them.

use std::{collections::HashMap, sync::Arc, time::Duration};

use deadpool_postgres::{Manager, Object, Pool};
use guanxi_eventlog::{
    Append, EventLog, LogOptions, LogReader, NewEvent, PlainCodec, Receipt, StreamWrite,
    TimerChange, connect_plain,
};
use guanxi_events::{
    CommandId, DomainEvent, EventId, Meta, Service, StreamKey, StreamVersion, TenantId,
};
use guanxi_harness::TestDatabase;
use guanxi_projection::{
    Build, Models, Options, Projection, RebuildOptions, Setup, Worker, rebuild,
};
use jiff::Timestamp;
use tokio::time::Instant;
use tokio_postgres::NoTls;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub(crate) struct World {
    #[allow(dead_code, reason = "dropped with the world, and asked by other tests")]
    pub(crate) database: TestDatabase,
    pub(crate) pool: Pool,
    pub(crate) sales: EventLog,
    /// Those of other services that something was written to.
    others: HashMap<Service, EventLog>,
    versions: HashMap<StreamKey, StreamVersion>,
}

impl World {
    pub(crate) async fn new() -> Self {
        let database = TestDatabase::create().await.unwrap();
        let manager = Manager::new(database.url().parse().unwrap(), NoTls);
        let pool = Pool::builder(manager).max_size(12).build().unwrap();
        let mut client = pool.get().await.unwrap();
        for service in Service::ALL {
            guanxi_eventlog::migrate(&mut client, service)
                .await
                .unwrap();
        }
        guanxi_projection::migrate(&mut client).await.unwrap();
        let sales = open(Service::Sales, &pool, &database).await;
        Self {
            database,
            pool,
            sales,
            others: HashMap::new(),
            versions: HashMap::new(),
        }
    }

    /// The log of a service.
    async fn log(&mut self, service: Service) -> &EventLog {
        if service == Service::Sales {
            return &self.sales;
        }
        if !self.others.contains_key(&service) {
            let log = open(service, &self.pool, &self.database).await;
            self.others.insert(service, log);
        }
        &self.others[&service]
    }

    /// Reads a service's log.
    pub(crate) fn reader(&self, service: Service) -> LogReader {
        LogReader::new(service, self.pool.clone(), Arc::new(PlainCodec))
    }

    /// One event of one aggregate, dated `at`.
    pub(crate) async fn append<E: DomainEvent>(
        &mut self,
        tenant: &TenantId,
        id: impl Into<Uuid>,
        event: impl Into<E>,
        at: Timestamp,
    ) -> Receipt {
        self.append_numbered::<E>(tenant, id, event, at, &[]).await
    }

    /// The same with a number from each of these series.
    pub(crate) async fn append_numbered<E: DomainEvent>(
        &mut self,
        tenant: &TenantId,
        id: impl Into<Uuid>,
        event: impl Into<E>,
        at: Timestamp,
        series: &[&str],
    ) -> Receipt {
        let event: E = event.into();
        let stream = StreamKey {
            tenant: tenant.clone(),
            category: E::CATEGORY,
            id: id.into(),
        };
        let version = self.versions.entry(stream.clone()).or_default();
        let expected = *version;
        *version = expected.after(1);
        let command_id = CommandId::new();
        let new = NewEvent {
            id: EventId::new(),
            event_type: event.event_type(),
            occurred_at: at,
            data: event.encode().unwrap(),
            meta: Meta::of_command("system:test".parse().unwrap(), command_id),
            numbers: series.iter().map(|series| (*series).to_owned()).collect(),
        };
        let append = Append {
            tenant: tenant.clone(),
            command_id,
            content_hash: [0; 32],
            result: vec![],
            writes: vec![StreamWrite {
                stream,
                expected,
                events: vec![new],
                timer: TimerChange::Keep,
            }],
            reads: vec![],
            claims: vec![],
            releases: vec![],
            deadline: None,
        };
        let log = self.log(E::SERVICE).await;
        log.append(append).await.unwrap().into_receipt()
    }

    /// What building a model needs, with so many events a transaction.
    pub(crate) fn setup_of(&self, projection: Arc<dyn Projection>, batch: usize) -> Setup {
        Setup {
            projection,
            pool: self.pool.clone(),
            readers: Service::ALL.map(|service| self.reader(service)).to_vec(),
            nats: None,
            options: Options {
                batch,
                tick: Duration::from_millis(50),
                ..Options::default()
            },
        }
    }

    /// A model's active build, made from the whole log.
    pub(crate) async fn build_of(&self, projection: Arc<dyn Projection>, batch: usize) -> Build {
        let stop = CancellationToken::new();
        let what = RebuildOptions::default();
        let setup = || self.setup_of(Arc::clone(&projection), batch);
        let build = rebuild(setup(), what, stop.clone(), |_| ()).await.unwrap();
        // A build is switched to when it is a batch away from the end; a worker goes the rest.
        let worker = tokio::spawn(Worker::new(setup()).run(stop.clone()));
        let models = Models::new(self.pool.clone());
        let deadline = Instant::now() + Duration::from_secs(120);
        for service in projection.logs() {
            let head = self.reader(*service).head().await.unwrap();
            models
                .wait_for(
                    &build.name,
                    *service,
                    head.incarnation,
                    head.position,
                    deadline,
                )
                .await
                .unwrap();
        }
        stop.cancel();
        worker.await.unwrap().unwrap();
        build
    }

    pub(crate) async fn client(&self) -> Object {
        self.pool.get().await.unwrap()
    }
}

async fn open(service: Service, pool: &Pool, database: &TestDatabase) -> EventLog {
    let log = EventLog::open(
        LogOptions::new(service),
        pool.clone(),
        connect_plain(database.url()),
        Arc::new(PlainCodec),
    );
    log.await.unwrap()
}
