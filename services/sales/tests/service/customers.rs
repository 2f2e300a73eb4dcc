//! The reference copy of customers, made by the reaction to the customers service's log.

use std::{sync::Arc, time::Duration};

use guanxi_eventlog::{
    Append, EventLog, LogOptions, NewEvent, PlainCodec, StreamWrite, TimerChange, connect_plain,
};
use guanxi_events::{
    CommandId, DomainEvent, EventId, Meta, Service, StreamKey, StreamVersion,
    customers::{CustomerEvent, CustomerKind, CustomerProfile, CustomerRegistered},
};
use guanxi_harness::{TestDatabase, eventually};
use jiff::Timestamp;
use tonic::Code;
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::served::{ANNA, STRANGER, Served, header, opening};

/// What the customers service would write.
pub async fn register(database: &TestDatabase, customer: Uuid) {
    let config = database.url().parse().unwrap();
    let manager = deadpool_postgres::Manager::new(config, tokio_postgres::NoTls);
    let pool = deadpool_postgres::Pool::builder(manager).build().unwrap();
    let log = EventLog::open(
        LogOptions::new(Service::Customers),
        pool,
        connect_plain(database.url()),
        Arc::new(PlainCodec),
    );
    let log = log.await.unwrap();
    let command_id = CommandId::new();
    let registered = CustomerEvent::from(CustomerRegistered {
        profile: CustomerProfile::named(CustomerKind::Company, "Cancity"),
        owner: Some("anna".parse().unwrap()),
    });
    let event = NewEvent {
        id: EventId::new(),
        event_type: registered.event_type(),
        occurred_at: Timestamp::now(),
        data: registered.encode().unwrap(),
        meta: Meta {
            actor: "anna".parse().unwrap(),
            on_behalf_of: None,
            command_id,
            correlation_id: command_id,
            causation_id: None,
            depth: 0,
            traceparent: None,
        },
        numbers: vec!["CU".into()],
    };
    let append = Append {
        tenant: "acme".parse().unwrap(),
        command_id,
        content_hash: [0; 32],
        result: Vec::new(),
        writes: vec![StreamWrite {
            stream: StreamKey {
                tenant: "acme".parse().unwrap(),
                category: CustomerEvent::CATEGORY,
                id: customer,
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

#[tokio::test]
async fn a_customer_can_be_named_once_the_service_has_heard_of_it() {
    let sales = Served::start().await;
    let pipeline = sales.pipeline().await;
    let customer = Uuid::now_v7();
    let mut open = opening(&pipeline);
    open.details.as_mut().unwrap().customer_id = customer.to_string();

    let status = sales.open(ANNA, open.clone()).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.reason, "CUSTOMER_UNKNOWN");
    assert_eq!(info.metadata["customer_id"], customer.to_string());

    register(&sales.database, customer).await;
    let opened = eventually(Duration::from_secs(20), async || {
        let mut again = open.clone();
        again.header = header();
        sales.open(ANNA, again).await
    });
    let id = opened.await.unwrap().id;
    let details = sales.get(ANNA, &id).await.unwrap().details.unwrap();
    assert_eq!(details.customer_id, customer.to_string());

    let status = sales.open(STRANGER, open).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition, "another tenant's");
}
