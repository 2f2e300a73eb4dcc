//! The reference copy of customers, made by the reaction to the customers service's log.

use std::time::Duration;

use guanxi_events::customers::{CustomerEvent, CustomerKind, CustomerProfile, CustomerRegistered};
use guanxi_harness::{TestDatabase, eventually};
use guanxi_served::written;
use tonic::Code;
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::served::{ANNA, STRANGER, Served, header, opening};

/// What the customers service would write.
pub async fn register(database: &TestDatabase, customer: Uuid) {
    let registered = CustomerRegistered {
        profile: CustomerProfile::named(CustomerKind::Company, "Cancity"),
        owner: Some("anna".parse().unwrap()),
    };
    written(database, customer, CustomerEvent::from(registered), &["CU"]).await;
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
