//! The service's log as it stands, and events written past the service, as another service would
//! have written them.

use std::sync::Arc;

use guanxi_eventlog::{
    Append, EventLog, LogOptions, LogReader, NewEvent, PlainCodec, StreamWrite, TimerChange,
    connect_plain,
};
use guanxi_events::{
    CommandId, DomainEvent, EventId, Meta, Position, Recorded, Service, StreamKey, StreamVersion,
};
use guanxi_harness::TestDatabase;
use jiff::Timestamp;
use uuid::Uuid;

/// Every event of one kind of aggregate, in order.
pub async fn events<E: DomainEvent>(database: &TestDatabase) -> Vec<(Recorded, E)> {
    let config = database.url().parse().unwrap();
    let manager = deadpool_postgres::Manager::new(config, tokio_postgres::NoTls);
    let pool = deadpool_postgres::Pool::builder(manager).build().unwrap();
    let reader = LogReader::new(Service::Service, pool, Arc::new(PlainCodec));
    let mut found = Vec::new();
    let mut after = Position::START;
    loop {
        let page = reader.read(after, 1000).await.unwrap();
        let Some(last) = page.last() else {
            return found;
        };
        after = last.position;
        let own = page
            .into_iter()
            .filter(|event| event.stream.category == E::CATEGORY);
        found.extend(own.map(|event| {
            let decoded = E::decode(&event.event_type, &event.data).unwrap();
            (event, decoded)
        }));
    }
}

/// The first event of an aggregate of the tenant `acme`, which draws a number from a series.
pub async fn written<E: DomainEvent>(database: &TestDatabase, id: Uuid, event: E, series: &str) {
    let config = database.url().parse().unwrap();
    let manager = deadpool_postgres::Manager::new(config, tokio_postgres::NoTls);
    let pool = deadpool_postgres::Pool::builder(manager).build().unwrap();
    let log = EventLog::open(
        LogOptions::new(E::SERVICE),
        pool,
        connect_plain(database.url()),
        Arc::new(PlainCodec),
    );
    let log = log.await.unwrap();
    let command_id = CommandId::new();
    let event = NewEvent {
        id: EventId::new(),
        event_type: event.event_type(),
        occurred_at: Timestamp::now(),
        data: event.encode().unwrap(),
        meta: Meta {
            actor: "anna".parse().unwrap(),
            on_behalf_of: None,
            command_id,
            correlation_id: command_id,
            causation_id: None,
            depth: 0,
            traceparent: None,
        },
        numbers: vec![series.to_owned()],
    };
    let append = Append {
        tenant: "acme".parse().unwrap(),
        command_id,
        content_hash: [0; 32],
        result: Vec::new(),
        writes: vec![StreamWrite {
            stream: StreamKey {
                tenant: "acme".parse().unwrap(),
                category: E::CATEGORY,
                id,
            },
            expected: StreamVersion::NONE,
            events: vec![event],
            timer: TimerChange::Keep,
        }],
        reads: Vec::new(),
        claims: Vec::new(),
        releases: Vec::new(),
        deadline: None,
    };
    log.append(append).await.unwrap();
    log.close().await;
}
