//! A log as it stands, and events written past its service, as another service or a past release would
//! have written them.

use std::sync::Arc;

use deadpool_postgres::{Manager, Pool};
use guanxi_eventlog::{
    Append, EventLog, LogOptions, LogReader, NewEvent, PlainCodec, StreamWrite, TimerChange,
    connect_plain,
};
use guanxi_events::{
    CommandId, DomainEvent, EventId, Meta, Position, Recorded, StreamKey, StreamVersion,
};
use guanxi_harness::TestDatabase;
use jiff::Timestamp;
use tokio_postgres::NoTls;
use uuid::Uuid;

/// Every event of one kind of aggregate, in order.
pub async fn events<E: DomainEvent>(database: &TestDatabase) -> Vec<(Recorded, E)> {
    let reader = LogReader::new(E::SERVICE, pool(database), Arc::new(PlainCodec));
    let head = reader.head().await.unwrap().position;
    let mut pages = reader.read_ahead(Position::START, head, 1_000);
    let mut found = Vec::new();
    while let Some(page) = pages.next().await.unwrap() {
        let own = page
            .into_iter()
            .filter(|event| event.stream.category == E::CATEGORY);
        found.extend(own.map(|event| {
            let decoded = E::decode(&event.event_type, &event.data).unwrap();
            (event, decoded)
        }));
    }
    found
}

/// The first event of an aggregate of the tenant `acme`; a number of each of these series is drawn for it.
pub async fn written<E: DomainEvent>(
    database: &TestDatabase,
    id: Uuid,
    event: E,
    numbers: &[&str],
) {
    append(database, id, 0, event, numbers).await;
}

/// The event after so many.
pub async fn written_next<E: DomainEvent>(database: &TestDatabase, id: Uuid, after: i64, event: E) {
    append(database, id, after, event, &[]).await;
}

async fn append<E: DomainEvent>(
    database: &TestDatabase,
    id: Uuid,
    after: i64,
    event: E,
    numbers: &[&str],
) {
    let log = EventLog::open(
        LogOptions::new(E::SERVICE),
        pool(database),
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
        meta: Meta::of_command("anna".parse().unwrap(), command_id),
        numbers: numbers.iter().map(ToString::to_string).collect(),
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
            expected: StreamVersion(after),
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

fn pool(database: &TestDatabase) -> Pool {
    let manager = Manager::new(database.url().parse().unwrap(), NoTls);
    Pool::builder(manager).build().unwrap()
}
