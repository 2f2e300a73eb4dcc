//! Receivable plans over gRPC (S-21).

use guanxi_events::sales::{OrderEvent, OrderPlaced, SaleLine};
use guanxi_proto::{
    google_type::Money,
    sales::v1::{self as wire, set_receivable_plan_request::Plan},
};
use guanxi_served::written;
use rust_decimal::Decimal;
use tonic::{Code, Status};
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::served::{ANALYST, ANNA, Caller, MANAGER, STRANGER, Served, day, header};

/// A draft that comes to 100 euros.
async fn order(sales: &Served) -> Uuid {
    let order = Uuid::now_v7();
    let hundred = Decimal::ONE_HUNDRED;
    let placed = OrderPlaced {
        customer: Uuid::now_v7().into(),
        currency: "EUR".parse().unwrap(),
        prices_include_tax: false,
        lines: vec![SaleLine {
            product: None,
            text: Some("Advice".into()),
            quantity: Decimal::ONE,
            unit_price: hundred,
            discount_percent: Decimal::ZERO,
            tax_rate: Decimal::ZERO,
            net: hundred,
            tax: Decimal::ZERO,
        }],
        owner: "anna".parse().unwrap(),
        team: None,
        terms: None,
        over_delivery_percent: Decimal::ZERO,
        reference: None,
    };
    written(
        &sales.database,
        order,
        OrderEvent::from(placed),
        &["SO-2026"],
    )
    .await;
    order
}

fn due(month: i32, day_of_month: i32, cents: i64) -> wire::DueAmount {
    wire::DueAmount {
        due: day(2026, month, day_of_month),
        amount: Some(Money {
            currency_code: "EUR".into(),
            units: cents / 100,
            nanos: i32::try_from(cents % 100).unwrap() * 10_000_000,
        }),
    }
}

fn by_hand(instalments: Vec<wire::DueAmount>) -> Plan {
    Plan::ByHand(wire::PlanByHand { instalments })
}

async fn set(sales: &Served, caller: Caller, order: Uuid, plan: Plan) -> Result<(), Status> {
    let set = wire::SetReceivablePlanRequest {
        header: header(),
        order_id: order.to_string(),
        plan: Some(plan),
        reason: "as agreed".into(),
    };
    let mut client = sales.receivable_plans();
    client.set_receivable_plan(sales.by(caller, set)).await?;
    Ok(())
}

async fn get(sales: &Served, caller: Caller, order: Uuid) -> Result<wire::ReceivablePlan, Status> {
    let get = wire::GetReceivablePlanRequest {
        order_id: order.to_string(),
    };
    let mut client = sales.receivable_plans();
    let got = client.get_receivable_plan(sales.by(caller, get)).await?;
    Ok(got.into_inner().plan.unwrap())
}

#[tokio::test]
async fn a_plan_is_made_by_terms_changed_by_hand_and_read() {
    let sales = Served::start().await;
    let order = order(&sales).await;
    let thirds = [("33.3333", 0), ("33.3333", 1), ("33.3334", 2)];
    let portions = thirds.map(|(percent, count)| wire::PaymentPortion {
        percent: percent.into(),
        due_rule: wire::DueRule::MonthsAfterInvoice.into(),
        count,
    });
    let define = wire::DefinePaymentTermsRequest {
        header: header(),
        definition: Some(wire::PaymentTermsDefinition {
            name: "Thirds".into(),
            portions: portions.into(),
            early_payment: None,
        }),
        ..Default::default()
    };
    let mut client = sales.payment_terms();
    let terms = client.define_payment_terms(sales.by(MANAGER, define)).await;
    let terms = terms.unwrap().into_inner().receipt.unwrap().id;
    let by_terms = Plan::ByTerms(wire::PlanByTerms {
        payment_terms_id: terms.clone(),
        invoiced_on: day(2026, 1, 31),
    });
    set(&sales, ANNA, order, by_terms).await.unwrap();
    let read = get(&sales, ANALYST, order).await.unwrap();
    assert_eq!((read.version, read.plan_version), (1, 1));
    let wanted = [due(1, 31, 3_333), due(2, 28, 3_333), due(3, 31, 3_334)];
    assert_eq!(read.instalments, wanted);
    assert_eq!((read.payment_terms_id, read.terms_version), (terms, 1));

    let wanted = vec![due(2, 1, 1_000), due(6, 1, 9_000)];
    for _ in 0..2 {
        let plan = by_hand(wanted.clone());
        set(&sales, ANNA, order, plan).await.unwrap();
    }
    let read = get(&sales, ANNA, order).await.unwrap();
    assert_eq!((read.version, read.plan_version), (2, 2));
    assert_eq!(read.instalments, wanted);
    assert_eq!(
        (read.payment_terms_id, read.terms_version),
        (String::new(), 0)
    );
}

#[tokio::test]
async fn a_plan_comes_to_its_order_and_an_order_that_is_not_there_has_none() {
    let sales = Served::start().await;
    let order = order(&sales).await;
    let short = by_hand(vec![due(2, 1, 9_999)]);
    let refused = set(&sales, ANNA, order, short.clone()).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    let info = refused.get_details_error_info().unwrap();
    assert_eq!(info.reason, "PLAN_DOES_NOT_ADD_UP");
    assert_eq!(info.metadata["planned"], "99.99 EUR");
    let none = get(&sales, ANNA, order).await.unwrap_err();
    assert_eq!(none.code(), Code::NotFound, "a refused plan leaves nothing");
    let other = set(&sales, ANNA, Uuid::now_v7(), short.clone()).await;
    assert_eq!(other.unwrap_err().code(), Code::NotFound);
    let foreign = set(&sales, STRANGER, order, short.clone()).await;
    assert_eq!(foreign.unwrap_err().code(), Code::NotFound);
    let reader = set(&sales, ANALYST, order, short).await;
    assert_eq!(reader.unwrap_err().code(), Code::PermissionDenied);
}
