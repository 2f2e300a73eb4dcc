//! Events written past the service, as another service or a past release would have written them.

use std::sync::Arc;

use guanxi_eventlog::{
    Append, EventLog, LogOptions, NewEvent, PlainCodec, StreamWrite, TimerChange, connect_plain,
};
use guanxi_events::{CommandId, DomainEvent, EventId, Meta, StreamKey, StreamVersion};
use guanxi_harness::TestDatabase;
use jiff::Timestamp;
use uuid::Uuid;

/// The first event of an aggregate of the tenant `acme`.
pub async fn written<E: DomainEvent>(database: &TestDatabase, id: Uuid, event: E) {
    written_next(database, id, 0, event).await;
}

/// The event after so many.
pub async fn written_next<E: DomainEvent>(database: &TestDatabase, id: Uuid, after: i64, event: E) {
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
        numbers: Vec::new(),
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
