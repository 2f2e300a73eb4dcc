//! Makes the indexes of a full build, several at once.

use std::sync::atomic::{AtomicUsize, Ordering};

use deadpool_postgres::{Client, Object, Pool, Timeouts, Transaction};
use futures::future::join_all;

use crate::{Build, ProjectionError, Setup, builds::lock_checkpoints, error::described};

/// How long a helper waits for a lock. Who makes it wait may wait for the transaction that waits for the
/// helper, and of that Postgres knows nothing. Longer than `deadlock_timeout` (1 s), after which Postgres
/// ends an autovacuum that is in the way.
const LOCK_TIMEOUT: &str = "3s";

/// Makes what [`Projection::indexes`](crate::Projection::indexes) declares, where it is not there yet,
/// while the build's followers wait. The tables are locked after the checkpoints, as a batch does it.
///
/// As many connections as there are lanes help, if they are free. What they make stays when the
/// transaction is undone, and is there the next time. What they do not, for a lock that is not to be had
/// or a row that is in the way, the transaction makes itself, and says why it cannot.
pub(crate) async fn make(
    transaction: &Transaction<'_>,
    setup: &Setup,
    build: &Build,
) -> Result<(), ProjectionError> {
    lock_checkpoints(transaction, build.id).await?;
    let (schema, statements) = (&build.schema, statements(setup.projection.indexes()));
    let helpers = setup.options.lanes.min(statements.len());
    let helpers = free(&setup.pool, helpers).await;
    let taken = AtomicUsize::new(0);
    let next = || statements.get(taken.fetch_add(1, Ordering::Relaxed));
    let left = join_all(helpers.into_iter().map(|helper| helper.work(schema, next))).await;
    let mut left: Vec<&String> = left.concat();
    left.extend(std::iter::from_fn(next));
    for statement in left {
        let sql = format!("set local search_path = {schema}; {statement}");
        transaction.batch_execute(&sql).await?;
    }
    transaction
        .batch_execute("set local search_path = default")
        .await?;
    Ok(())
}

/// So many connections, or as many as are free now beyond half of all, for others follow other builds
/// with them. Nobody waits for one here: who holds them may be waiting for this build.
async fn free(pool: &Pool, most: usize) -> Vec<Helper> {
    let at_once = Timeouts::wait_millis(0);
    let spare = || {
        let status = pool.status();
        let held = status.size.saturating_sub(status.available);
        held < status.max_size / 2
    };
    let mut helpers = Vec::new();
    while helpers.len() < most
        && spare()
        && let Ok(client) = pool.timeout_get(&at_once).await
    {
        helpers.push(Helper(Some(client)));
    }
    helpers
}

/// A connection that goes back to its pool when it is done. Where it is left in the middle of an index,
/// it is closed: nobody else shall stand behind that.
struct Helper(Option<Client>);

impl Helper {
    /// Runs statements while there are any, each in a transaction; those that fail are left.
    async fn work<'a>(
        mut self,
        schema: &str,
        next: impl Fn() -> Option<&'a String>,
    ) -> Vec<&'a String> {
        let mut left = Vec::new();
        while let Some(client) = &mut self.0
            && !client.is_closed()
            && let Some(statement) = next()
        {
            if let Err(error) = create(client, schema, statement).await {
                let error = described(&error);
                tracing::info!(schema, error, "an index is left to who waits for it");
                left.push(statement);
            }
        }
        self.0.take_if(|client| !client.is_closed());
        left
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        if let Some(client) = self.0.take() {
            drop(Object::take(client));
        }
    }
}

/// Several are made at once, so that none needs more than the one process.
async fn create(
    client: &mut Client,
    schema: &str,
    statement: &str,
) -> Result<(), tokio_postgres::Error> {
    let transaction = client.transaction().await?;
    transaction
        .batch_execute(&format!(
            "set local search_path = {schema}; set local lock_timeout = '{LOCK_TIMEOUT}';
             set local max_parallel_maintenance_workers = 0; {statement}"
        ))
        .await?;
    transaction.commit().await
}

/// Each statement of `sql`, without the lines that are comments.
pub(crate) fn statements(sql: &str) -> Vec<String> {
    let lines = sql.lines().filter(|line| !line.trim().starts_with("--"));
    let text: Vec<&str> = lines.collect();
    let text = text.join("\n");
    let statements = text.split(';').map(str::trim);
    let statements = statements.filter(|statement| !statement.is_empty());
    statements.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_end_with_a_semicolon_and_have_no_comments() {
        let sql = "-- Keys; and more.\n\ncreate index a\n    on t (x);\n-- Last.\ncreate index b on t (y);\n";
        assert_eq!(
            statements(sql),
            ["create index a\n    on t (x)", "create index b on t (y)"]
        );
        assert!(statements("").is_empty());
    }
}
