//! Billing profiles over gRPC (S-22).

use std::time::Duration;

use guanxi_harness::eventually;
use guanxi_proto::sales::v1 as wire;
use tonic::{Code, Status};
use uuid::Uuid;

use crate::{
    customers::register,
    served::{ANALYST, ANNA, Caller, STRANGER, Served, header},
};

fn set(customer: Uuid, title: &str) -> wire::SetBillingProfileRequest {
    wire::SetBillingProfileRequest {
        header: header(),
        customer_id: customer.to_string(),
        details: Some(wire::BillingDetails {
            title: title.into(),
            tax_id: "DE811111".into(),
            address: vec!["Hauptstr. 1".into(), "10115 Berlin".into()],
            bank: "Volksbank".into(),
            bank_account: "DE89 3704 0044 0532 0130 00".into(),
            email: "Invoices@Cancity.EXAMPLE".into(),
        }),
    }
}

async fn get(
    sales: &Served,
    caller: Caller,
    customer: Uuid,
) -> Result<wire::BillingProfile, Status> {
    let get = wire::GetBillingProfileRequest {
        customer_id: customer.to_string(),
    };
    let got = sales
        .billing_profiles()
        .get_billing_profile(sales.by(caller, get))
        .await?;
    Ok(got.into_inner().profile.unwrap())
}

#[tokio::test]
async fn a_customer_has_one_profile_once_the_service_has_heard_of_it() {
    let sales = Served::start().await;
    let customer = Uuid::now_v7();
    let mut client = sales.billing_profiles();
    let unknown = client.set_billing_profile(sales.by(ANNA, set(customer, "Cancity GmbH")));
    assert_eq!(unknown.await.unwrap_err().code(), Code::NotFound);

    register(&sales.database, customer).await;
    let first = eventually(Duration::from_secs(20), async || {
        let request = sales.by(ANNA, set(customer, "Cancity GmbH"));
        sales.billing_profiles().set_billing_profile(request).await
    });
    let receipt = first.await.unwrap().into_inner().receipt.unwrap();
    assert_eq!((receipt.id, receipt.version), (customer.to_string(), 1));
    for title in ["Cancity AG", "Cancity AG"] {
        client
            .set_billing_profile(sales.by(ANNA, set(customer, title)))
            .await
            .unwrap();
    }
    let read = get(&sales, ANALYST, customer).await.unwrap();
    assert_eq!((read.version, read.profile_version), (2, 2));
    let mut wanted = set(customer, "Cancity AG").details.unwrap();
    wanted.email = "Invoices@cancity.example".into();
    assert_eq!(read.details, Some(wanted));

    let foreign = get(&sales, STRANGER, customer).await.unwrap_err();
    assert_eq!(foreign.code(), Code::NotFound);
    let other = get(&sales, ANNA, Uuid::now_v7()).await.unwrap_err();
    assert_eq!(other.code(), Code::NotFound);
}
