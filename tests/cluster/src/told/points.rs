//! What members earned and spent: exactly what tills were told, and what paid orders earned besides.

use std::collections::BTreeMap;

use guanxi_proto::{
    query::v1::{GetPointsBalancesRequest, PointsBalance, PointsFilter},
    types::v1::PageRequest,
};
use guanxi_runtime::Role as Granted;
use tokio_postgres::Client;

use super::Differences;
use crate::{Cluster, Role, load::Company};

/// What the orders of each customer keep of what they earned, at a point a euro: an invoice that is
/// settled earns what it comes to, unless the goods came back.
const KEPT: &str = "
    with facts as (
        select stream_id::text as id, position, type, convert_from(data, 'UTF8')::jsonb as data
        from log_sales.events where tenant = $1
    ), last as (
        select distinct on (data ->> 'invoice') id as customer, type, data
        from facts
        where type like 'sales.account_invoice_settled/%' or type like 'sales.account_invoice_unsettled/%'
        order by data ->> 'invoice', position desc
    )
    select customer, sum((data #>> '{total,amount}')::numeric)::bigint
    from last
    where type like 'sales.account_invoice_settled/%'
      and not exists (select from facts f where f.type like 'sales.credit_note_issued/%'
                      and f.data #>> '{subject,order,order}' = last.data ->> 'order')
    group by 1";

pub(super) async fn check(
    cluster: &Cluster,
    company: &Company,
    differences: &mut Differences,
) -> anyhow::Result<()> {
    let balances = balances(cluster, company, differences).await?;
    let kept = kept(&cluster.connect().await?, &company.tenant).await?;
    let told = company.points();
    for member in told.keys().filter(|member| !balances.contains_key(*member)) {
        differences.demand(false, || format!("{member} has no balance"));
    }
    for (member, balance) in &balances {
        let told = told.get(member).copied().unwrap_or_default();
        let points = balance.points.clone().unwrap_or_default();
        let number = |text: &str| text.parse::<i64>();
        let (earned, reversed) = (number(&points.earned)?, number(&points.reversed)?);
        let what = |what: &str| format!("{what} by {member} of {}: {told:?}", company.tenant);
        differences.demand(balance.conserves, || what("points do not conserve"));
        let spent = number(&points.spent)?;
        differences.compare(what("spent"), spent, told.spent - told.refunded);
        let till = told.earned - told.brought_back;
        if let Some(customer) = company.shop.customers.get(member) {
            // What is paid and bounces again earns and gives back: only the rest is certain.
            let by_orders = kept.get(customer).copied().unwrap_or(0);
            let what = what(&format!("earned, {by_orders} by orders,"));
            differences.compare(what, earned - reversed, till + by_orders);
        } else {
            let (is, told) = ((earned, reversed), (told.earned, told.brought_back));
            differences.compare(what("earned and reversed"), is, told);
        }
    }
    Ok(())
}

/// By member, from the read model.
async fn balances(
    cluster: &Cluster,
    company: &Company,
    differences: &mut Differences,
) -> anyhow::Result<BTreeMap<String, PointsBalance>> {
    let query = cluster.caller(Role::Query, &company.tenant, "auditor", &[Granted::Analyst])?;
    let mut balances = BTreeMap::new();
    let mut page_token = String::new();
    loop {
        let asked = GetPointsBalancesRequest {
            // What was paid last has come through the reaction, too.
            after: company.tokens_of(&["sales", "loyalty"]),
            filter: Some(PointsFilter {
                program_ids: vec![company.shop.program.clone()],
                ..PointsFilter::default()
            }),
            page: Some(PageRequest {
                page_size: 1_000,
                page_token,
            }),
            ..GetPointsBalancesRequest::default()
        };
        let page = query.answered(&asked).await?;
        differences.demand(page.conserves, || {
            format!("points do not conserve: {:?}", page.totals)
        });
        let page_of = page.balances.into_iter();
        balances.extend(page_of.map(|balance| (balance.member_id.clone(), balance)));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(balances);
        }
    }
}

async fn kept(client: &Client, tenant: &str) -> anyhow::Result<BTreeMap<String, i64>> {
    let rows = client.query(KEPT, &[&tenant]).await?;
    let kept = rows
        .iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
    kept.collect()
}
