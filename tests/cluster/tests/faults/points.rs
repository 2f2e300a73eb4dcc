//! What members earned and spent: exactly what tills were told, and what paid orders earned besides.

use std::collections::BTreeMap;

use guanxi_cluster::{Cluster, Role};
use guanxi_proto::{
    query::v1::{GetPointsBalancesRequest, PointsBalance, PointsFilter},
    types::v1::PageRequest,
};
use guanxi_runtime::Role as Granted;
use tokio_postgres::Client;

use crate::load::{Company, Points};

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

pub(super) async fn assert_as_told(cluster: &Cluster, company: &Company) {
    let balances = balances(cluster, company).await;
    let kept = kept(&cluster.connect().await.unwrap(), &company.tenant).await;
    assert!(!kept.is_empty(), "no order earned at {}", company.tenant);
    let told = company.points();
    assert!(told.keys().all(|member| balances.contains_key(member)));
    for (member, balance) in &balances {
        let told = told.get(member).copied().unwrap_or_default();
        let points = balance.points.clone().unwrap();
        let number = |text: &str| text.parse::<i64>().unwrap();
        let (earned, reversed) = (number(&points.earned), number(&points.reversed));
        let what = format!("{member} of {}: {balance:?}, {told:?}", company.tenant);
        assert!(balance.conserves, "{what}");
        assert_eq!(number(&points.spent), told.spent - told.refunded, "{what}");
        let till = told.earned - told.brought_back;
        if let Some(customer) = company.shop.customers.get(member) {
            let kept = kept.get(customer).copied().unwrap_or(0);
            assert_eq!(earned - reversed, till + kept, "{what}, {kept} by orders");
        } else {
            assert_eq!(
                (earned, reversed),
                (told.earned, told.brought_back),
                "{what}"
            );
        }
    }
    let all = |of: fn(&Points) -> i64| told.values().map(of).sum::<i64>();
    for (what, points) in [
        ("earned", all(|told| told.earned)),
        ("brought back", all(|told| told.brought_back)),
        ("spent", all(|told| told.spent)),
        ("refunded", all(|told| told.refunded)),
    ] {
        assert!(points > 0, "nothing was ever {what} at {}", company.tenant);
    }
}

/// By member, from the read model.
async fn balances(cluster: &Cluster, company: &Company) -> BTreeMap<String, PointsBalance> {
    let query = cluster.caller(Role::Query, &company.tenant, "auditor", &[Granted::Analyst]);
    let query = query.unwrap();
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
        let page = query.answered(&asked).await.unwrap();
        assert!(page.conserves, "points do not conserve: {:?}", page.totals);
        let page_of = page.balances.into_iter();
        balances.extend(page_of.map(|balance| (balance.member_id.clone(), balance)));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return balances;
        }
    }
}

async fn kept(client: &Client, tenant: &str) -> BTreeMap<String, i64> {
    let rows = client.query(KEPT, &[&tenant]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}
