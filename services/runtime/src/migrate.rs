//! The runtime's own tables beside a service's log.

use guanxi_events::Service;
use refinery::{Migration, Runner};
use tokio_postgres::Client;

use crate::serve::ServeError;

/// In their order; what stands here was released and never changes.
const STEPS: [(&str, &str); 1] = [(
    "V1__reactions",
    include_str!("../migrations/V1__reactions.sql"),
)];

/// Brings a service's log and the tables beside it up to date. May be called at every start, by
/// several processes at once.
///
/// # Errors
/// When Postgres cannot be reached, or a later release was here before.
pub async fn migrate(client: &mut Client, service: Service) -> Result<(), ServeError> {
    guanxi_eventlog::migrate(client, service).await?;
    let schema = format!("log_{service}");
    let lock = format!("{schema} runtime");
    client
        .execute("select pg_advisory_lock(hashtextextended($1, 0))", &[&lock])
        .await?;
    let done = run(client, &schema).await;
    client.batch_execute("reset search_path").await?;
    client
        .execute(
            "select pg_advisory_unlock(hashtextextended($1, 0))",
            &[&lock],
        )
        .await?;
    done
}

async fn run(client: &mut Client, schema: &str) -> Result<(), ServeError> {
    client
        .batch_execute(&format!("set search_path = {schema}"))
        .await?;
    let steps: Result<Vec<_>, _> = STEPS
        .iter()
        .map(|(name, sql)| Migration::unapplied(name, sql))
        .collect();
    let mut runner = Runner::new(&steps.map_err(Box::new)?);
    runner.set_migration_table_name("runtime_schema_history");
    runner.run_async(client).await.map_err(Box::new)?;
    Ok(())
}
