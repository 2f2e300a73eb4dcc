//! Payment terms over gRPC (S-20).

use guanxi_proto::sales::v1 as wire;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::served::{ANALYST, ANNA, MANAGER, STRANGER, Served, header};

fn portion(percent: &str, months: i32) -> wire::PaymentPortion {
    wire::PaymentPortion {
        percent: percent.into(),
        due_rule: wire::DueRule::MonthsAfterMonthEnd.into(),
        count: months,
    }
}

fn define(id: &str, percents: [&str; 2]) -> wire::DefinePaymentTermsRequest {
    let [first, second] = percents;
    wire::DefinePaymentTermsRequest {
        header: header(),
        payment_terms_id: id.to_owned(),
        definition: Some(wire::PaymentTermsDefinition {
            name: "Two parts".into(),
            portions: vec![portion(first, 0), portion(second, 1)],
            early_payment: Some(wire::EarlyPaymentTerms {
                percent: "2".into(),
                days: 10,
            }),
        }),
    }
}

async fn get(sales: &Served, id: &str) -> Result<wire::PaymentTerms, Status> {
    let get = wire::GetPaymentTermsRequest {
        payment_terms_id: id.to_owned(),
    };
    let got = sales
        .payment_terms()
        .get_payment_terms(sales.by(ANALYST, get))
        .await?;
    Ok(got.into_inner().payment_terms.unwrap())
}

#[tokio::test]
async fn terms_are_defined_changed_by_a_new_version_and_read() {
    let sales = Served::start().await;
    let mut client = sales.payment_terms();
    let first = define("", ["40", "60"]);
    let defined = client
        .define_payment_terms(sales.by(MANAGER, first.clone()))
        .await
        .unwrap();
    let id = defined.into_inner().receipt.unwrap().id;
    let read = get(&sales, &id).await.unwrap();
    assert_eq!((read.version, read.terms_version), (1, 1));
    assert_eq!(read.definition, first.definition);

    let second = define(&id, ["50", "50"]);
    for _ in 0..2 {
        let mut again = second.clone();
        again.header = header();
        client
            .define_payment_terms(sales.by(MANAGER, again))
            .await
            .unwrap();
    }
    let read = get(&sales, &id).await.unwrap();
    assert_eq!(
        (read.version, read.terms_version),
        (2, 2),
        "the same terms again make no version"
    );
    assert_eq!(read.definition, second.definition);
}

#[tokio::test]
async fn portions_that_do_not_add_up_are_refused_with_their_sum_and_leave_nothing_behind() {
    let sales = Served::start().await;
    let id = uuid::Uuid::now_v7().to_string();
    let refused = sales
        .payment_terms()
        .define_payment_terms(sales.by(MANAGER, define(&id, ["40", "59.99"])))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    let info = refused.get_details_error_info().unwrap();
    assert_eq!(info.reason, "PORTIONS_DO_NOT_ADD_UP");
    assert_eq!(info.metadata["sum"], "99.99");
    let none = get(&sales, &id).await.unwrap_err();
    assert_eq!(none.code(), Code::NotFound);
}

#[tokio::test]
async fn an_agent_reads_terms_and_does_not_define_them_and_no_other_tenant_sees_them() {
    let sales = Served::start().await;
    let mut client = sales.payment_terms();
    let refused = client.define_payment_terms(sales.by(ANNA, define("", ["40", "60"])));
    assert_eq!(refused.await.unwrap_err().code(), Code::PermissionDenied);
    let defined = client
        .define_payment_terms(sales.by(MANAGER, define("", ["40", "60"])))
        .await
        .unwrap();
    let get = wire::GetPaymentTermsRequest {
        payment_terms_id: defined.into_inner().receipt.unwrap().id,
    };
    client
        .get_payment_terms(sales.by(ANNA, get.clone()))
        .await
        .unwrap();
    let foreign = client.get_payment_terms(sales.by(STRANGER, get)).await;
    assert_eq!(foreign.unwrap_err().code(), Code::NotFound);
}
