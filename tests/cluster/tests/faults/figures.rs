//! What opportunities and accounts come to: exactly what the callers were told.

use guanxi_cluster::{Cluster, Role};
use guanxi_proto::{
    query::v1::{ControlFigure, GetControlAccountRequest, GetFunnelRequest, OpportunityFilter},
    sales::v1::GetAccountRequest,
    types::v1::CountAndSums,
};
use guanxi_runtime::Role as Granted;

use crate::load::Company;

/// The funnel shows exactly what the callers were told.
pub(super) async fn assert_funnel(cluster: &Cluster, company: &Company) {
    let query = cluster.caller(Role::Query, &company.tenant, "auditor", &[Granted::Analyst]);
    let asked = GetFunnelRequest {
        after: company.tokens_of(&["customers", "sales"]),
        filter: Some(OpportunityFilter {
            pipeline_id: company.pipeline.clone(),
            ..OpportunityFilter::default()
        }),
        ..GetFunnelRequest::default()
    };
    let answer = query.unwrap().answered(&asked).await.unwrap();
    let group = &answer.groups[0];
    let figures = company.figures();
    assert_eq!(
        count_and_sum(group.open.as_ref()),
        figures.open,
        "open at {}",
        company.tenant
    );
    assert_eq!(
        count_and_sum(group.won.as_ref()),
        figures.won,
        "won at {}",
        company.tenant
    );
    assert_eq!(
        count_and_sum(group.lost.as_ref()),
        figures.lost,
        "lost at {}",
        company.tenant
    );
}

/// The accounts owe exactly what the callers were told.
pub(super) async fn assert_accounts(cluster: &Cluster, company: &Company) {
    let sales = cluster.caller(Role::Sales, &company.tenant, "auditor", &[Granted::Analyst]);
    let sales = sales.unwrap();
    let mut owed = 0;
    for customer in &company.traders {
        let asked = GetAccountRequest {
            customer_id: customer.clone(),
        };
        let account = sales.answered(&asked).await.unwrap().account.unwrap();
        owed += account.owed.unwrap_or_default().units;
    }
    let told = company.booked();
    let all = [told.invoiced, told.received, told.bounced, told.credited];
    assert!(all.iter().all(|amount| *amount > 0), "{told:?}");
    let expected = told.invoiced - told.received + told.bounced - told.credited;
    assert_eq!(owed, expected, "{} was told {told:?}", company.tenant);

    // The read model says the same, and its items add up to its figures.
    let query = cluster.caller(Role::Query, &company.tenant, "auditor", &[Granted::Analyst]);
    let asked = GetControlAccountRequest {
        after: company.tokens_of(&["customers", "sales"]),
        ..GetControlAccountRequest::default()
    };
    let control = query.unwrap().answered(&asked).await.unwrap();
    assert!(control.agrees, "{control:?}");
    let [account] = control.accounts.as_slice() else {
        panic!("one currency was sold in: {control:?}")
    };
    let figure = |wanted: ControlFigure| {
        let mut figures = account.figures.iter();
        let found = figures.find(|posted| posted.figure() == wanted);
        found
            .and_then(|posted| posted.amount.clone())
            .unwrap_or_default()
            .units
    };
    assert_eq!(figure(ControlFigure::Invoiced), told.invoiced);
    assert_eq!(
        figure(ControlFigure::Received).abs(),
        told.received - told.bounced
    );
    assert_eq!(account.open.clone().unwrap_or_default().units, expected);
}

fn count_and_sum(found: Option<&CountAndSums>) -> (i64, i64) {
    let found = found.cloned().unwrap_or_default();
    (found.count, found.sums.iter().map(|sum| sum.units).sum())
}
