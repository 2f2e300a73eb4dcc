//! Versions without gaps, and the table of streams saying the same as the events.

use tokio_postgres::Client;
use uuid::Uuid;

use super::Problem;
use crate::LogError;

/// Positions, or streams, looked at by one statement.
const PAGE: i64 = 10_000;

/// Ways of reading that are no look-up by key.
const PLANS: [&str; 4] = [
    "enable_hashjoin",
    "enable_mergejoin",
    "enable_seqscan",
    "enable_material",
];

pub(super) async fn check(
    client: &Client,
    schema: &str,
    head: i64,
    problems: &mut Vec<Problem>,
) -> Result<(), LogError> {
    // Look-ups by key, page by page: a hash join would read the whole log for each page, and a plan
    // made while the log was short would compare each event with each other one when it is long.
    client
        .batch_execute(&PLANS.map(|kind| format!("set {kind} = off")).join("; "))
        .await?;
    let checked = check_all(client, schema, head, problems).await;
    client
        .batch_execute(&PLANS.map(|kind| format!("reset {kind}")).join("; "))
        .await?;
    checked
}

async fn check_all(
    client: &Client,
    schema: &str,
    head: i64,
    problems: &mut Vec<Problem>,
) -> Result<(), LogError> {
    let statement = client.prepare(&versions_sql(schema)).await?;
    let mut after = 0;
    while after < head {
        let until = (after + PAGE).min(head);
        for row in client.query(&statement, &[&after, &until]).await? {
            let what = "its version does not follow the one before it in its stream";
            problems.push(Problem::at(row.try_get(0)?, what));
        }
        after = until;
    }

    let statement = client.prepare(&streams_sql(schema)).await?;
    let mut after = (Uuid::nil(), String::new(), String::new());
    loop {
        let (id, category, tenant) = &after;
        let rows = client
            .query(&statement, &[id, category, tenant, &PAGE])
            .await?;
        for row in &rows {
            if !row.try_get::<_, bool>(4)? {
                let what = "the table of streams says other than the events";
                problems.push(Problem::at(row.try_get(3)?, what));
            }
        }
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = (last.try_get(0)?, last.try_get(1)?, last.try_get(2)?);
    }
}

fn versions_sql(schema: &str) -> String {
    include_str!("versions.sql").replace("log.", &format!("{schema}."))
}

fn streams_sql(schema: &str) -> String {
    include_str!("streams.sql").replace("log.", &format!("{schema}."))
}
