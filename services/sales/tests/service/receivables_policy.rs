//! The receivables policy over gRPC (S-24).

use guanxi_proto::{google_type::Money, sales::v1 as wire};
use tonic::Code;
use tonic_types::StatusExt;

use crate::served::{ANALYST, ANNA, Caller, MANAGER, STRANGER, Served, header};

fn money(currency_code: &str, units: i64, nanos: i32) -> Money {
    Money {
        currency_code: currency_code.into(),
        units,
        nanos,
    }
}

fn set(tolerances: Vec<Money>) -> wire::SetReceivablesPolicyRequest {
    wire::SetReceivablesPolicyRequest {
        header: header(),
        rules: Some(wire::ReceivablesRules { tolerances }),
    }
}

async fn get(sales: &Served, caller: Caller) -> wire::ReceivablesPolicy {
    let get = wire::GetReceivablesPolicyRequest {};
    let got = sales
        .receivables_policies()
        .get_receivables_policy(sales.by(caller, get))
        .await;
    got.unwrap().into_inner().policy.unwrap()
}

#[tokio::test]
async fn a_tenant_has_one_policy_without_tolerances_until_it_sets_them() {
    let sales = Served::start().await;
    let none = get(&sales, ANNA).await;
    assert_eq!((none.version, none.rules_version), (0, 0));
    assert_eq!(none.rules.unwrap().tolerances, []);

    let (euro, yen) = (money("EUR", 0, 500_000_000), money("JPY", 100, 0));
    let mut client = sales.receivables_policies();
    for tolerances in [
        vec![yen.clone(), euro.clone()],
        vec![euro.clone(), yen.clone()],
    ] {
        client
            .set_receivables_policy(sales.by(MANAGER, set(tolerances)))
            .await
            .unwrap();
    }
    let read = get(&sales, ANALYST).await;
    assert_eq!((read.version, read.rules_version), (1, 1));
    assert_eq!(read.rules.unwrap().tolerances, [euro, yen]);
    let foreign = get(&sales, STRANGER).await;
    assert_eq!(foreign.rules_version, 0, "each tenant has its own");
}

#[tokio::test]
async fn two_tolerances_of_one_currency_and_an_agents_are_refused() {
    let sales = Served::start().await;
    let mut client = sales.receivables_policies();
    let twice = set(vec![money("EUR", 1, 0), money("EUR", 2, 0)]);
    let refused = client
        .set_receivables_policy(sales.by(MANAGER, twice))
        .await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let violations = refused.get_details_bad_request().unwrap().field_violations;
    assert_eq!(violations[0].field, "rules.tolerances[1]");
    let by_agent = client.set_receivables_policy(sales.by(ANNA, set(Vec::new())));
    assert_eq!(by_agent.await.unwrap_err().code(), Code::PermissionDenied);
    assert_eq!(get(&sales, ANNA).await.version, 0);
}
