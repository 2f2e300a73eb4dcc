//! What opportunities and accounts come to: exactly what the callers were told.

use guanxi_proto::{
    query::v1::{ControlFigure, GetControlAccountRequest, GetFunnelRequest, OpportunityFilter},
    sales::v1::GetAccountRequest,
    types::v1::CountAndSums,
};
use guanxi_runtime::Role as Granted;

use super::Differences;
use crate::{
    Cluster, Role,
    load::{Booked, Company},
};

/// The funnel shows exactly what the callers were told.
pub(super) async fn check_funnel(
    cluster: &Cluster,
    company: &Company,
    differences: &mut Differences,
) -> anyhow::Result<()> {
    let query = cluster.caller(Role::Query, &company.tenant, "auditor", &[Granted::Analyst])?;
    let asked = GetFunnelRequest {
        after: company.tokens_of(&["customers", "sales"]),
        filter: Some(OpportunityFilter {
            pipeline_id: company.pipeline.clone(),
            ..OpportunityFilter::default()
        }),
        ..GetFunnelRequest::default()
    };
    let answer = query.answered(&asked).await?;
    let group = answer.groups.first().cloned().unwrap_or_default();
    let (told, tenant) = (company.figures(), &company.tenant);
    for (what, is, told) in [
        ("open", group.open, told.open),
        ("won", group.won, told.won),
        ("lost", group.lost, told.lost),
    ] {
        differences.compare(format!("{what} at {tenant}"), count_and_sum(is), told);
    }
    Ok(())
}

/// The accounts owe exactly what the callers were told.
pub(super) async fn check_accounts(
    cluster: &Cluster,
    company: &Company,
    differences: &mut Differences,
) -> anyhow::Result<()> {
    let sales = cluster.caller(Role::Sales, &company.tenant, "auditor", &[Granted::Analyst])?;
    let mut owed = 0;
    for customer in &company.traders {
        let asked = GetAccountRequest {
            customer_id: customer.clone(),
        };
        let account = sales.answered(&asked).await?.account.unwrap_or_default();
        owed += account.owed.unwrap_or_default().units;
    }
    let told = company.booked();
    let expected = told.invoiced - told.received + told.bounced - told.credited;
    let what = format!("what is owed to {}, who was told {told:?}", company.tenant);
    differences.compare(what, owed, expected);
    if told.invoiced > 0 {
        check_control_account(cluster, company, told, expected, differences).await?;
    }
    Ok(())
}

/// The read model says the same, and its items add up to its figures.
async fn check_control_account(
    cluster: &Cluster,
    company: &Company,
    told: Booked,
    open: i64,
    differences: &mut Differences,
) -> anyhow::Result<()> {
    let query = cluster.caller(Role::Query, &company.tenant, "auditor", &[Granted::Analyst])?;
    let asked = GetControlAccountRequest {
        after: company.tokens_of(&["customers", "sales"]),
        ..GetControlAccountRequest::default()
    };
    let control = query.answered(&asked).await?;
    differences.demand(control.agrees, || format!("does not agree: {control:?}"));
    let [account] = control.accounts.as_slice() else {
        differences.demand(false, || format!("one currency was sold in: {control:?}"));
        return Ok(());
    };
    let figure = |wanted: ControlFigure| {
        let mut figures = account.figures.iter();
        let found = figures.find(|posted| posted.figure() == wanted);
        found
            .and_then(|posted| posted.amount.clone())
            .unwrap_or_default()
            .units
    };
    let received = figure(ControlFigure::Received).abs();
    let is_open = account.open.clone().unwrap_or_default().units;
    for (what, is, told) in [
        ("invoiced", figure(ControlFigure::Invoiced), told.invoiced),
        ("received", received, told.received - told.bounced),
        ("to be paid", is_open, open),
    ] {
        differences.compare(format!("{what} at {}", company.tenant), is, told);
    }
    Ok(())
}

fn count_and_sum(found: Option<CountAndSums>) -> (i64, i64) {
    let found = found.unwrap_or_default();
    (found.count, found.sums.iter().map(|sum| sum.units).sum())
}
