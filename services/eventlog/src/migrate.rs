//! Brings a log's tables to this release's form.

use guanxi_events::Service;
use refinery::{Migration, Runner};
use tokio_postgres::Client;

use crate::{LogError, options::schema};

/// In their order; what stands here was released and never changes.
const STEPS: [(&str, &str); 6] = [
    ("V1__log", include_str!("../migrations/V1__log.sql")),
    ("V2__append", include_str!("../migrations/V2__append.sql")),
    (
        "V3__append_trusting",
        include_str!("../migrations/V3__append_trusting.sql"),
    ),
    (
        "V4__append_trusting_cheaper",
        include_str!("../migrations/V4__append_trusting_cheaper.sql"),
    ),
    (
        "V5__timers_in_order",
        include_str!("../migrations/V5__timers_in_order.sql"),
    ),
    ("V6__lives", include_str!("../migrations/V6__lives.sql")),
];

/// Creates the service's log or brings it up to date. May be called at every start, by several
/// processes at once.
///
/// # Errors
/// When Postgres cannot be reached, or the log was made by a later release.
pub async fn migrate(client: &mut Client, service: Service) -> Result<(), LogError> {
    let schema = schema(service);
    // One at a time; the lock is the session's, because refinery opens its own transactions.
    client
        .execute(
            "select pg_advisory_lock(hashtextextended($1, 0))",
            &[&schema],
        )
        .await?;
    let done = run(client, &schema).await;
    // The connection may be a pool's: leave it as it was.
    client.batch_execute("reset search_path").await?;
    client
        .execute(
            "select pg_advisory_unlock(hashtextextended($1, 0))",
            &[&schema],
        )
        .await?;
    done
}

async fn run(client: &mut Client, schema: &str) -> Result<(), LogError> {
    client
        .batch_execute(&format!(
            "set client_min_messages = warning; create schema if not exists {schema}; \
             set search_path = {schema}; reset client_min_messages"
        ))
        .await?;
    let steps: Result<Vec<_>, _> = STEPS
        .iter()
        .map(|(name, sql)| Migration::unapplied(name, sql))
        .collect();
    let runner = Runner::new(&steps.map_err(Box::new)?);
    runner.run_async(client).await.map_err(Box::new)?;
    Ok(())
}
