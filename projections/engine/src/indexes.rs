//! Makes the indexes of a full build, several at once: Postgres makes one of them on one core, but for
//! reading and sorting, and has more.

use std::sync::atomic::{AtomicUsize, Ordering};

use deadpool_postgres::{Client, Pool, Timeouts, Transaction};
use futures::future::{try_join, try_join_all};

use crate::{Build, Projection, ProjectionError, builds::lock_checkpoints};

/// How many connections help at most.
const HELPERS: usize = 3;

/// Makes what [`Projection::indexes`] declares, where it is not there yet, while the build's followers
/// wait. The tables are locked after the checkpoints, as a batch does it.
///
/// Whatever connection of `pool` is free helps, and none is waited for: another build may hold one and
/// wait as well. An index that a helper made stays when the transaction is undone, and is there the
/// next time.
pub(crate) async fn make(
    transaction: &Transaction<'_>,
    pool: &Pool,
    build: &Build,
    projection: &dyn Projection,
) -> Result<(), ProjectionError> {
    lock_checkpoints(transaction, build.id).await?;
    let statements = statements(projection.indexes());
    let queue = Queue {
        schema: &build.schema,
        statements: &statements,
        taken: AtomicUsize::new(0),
    };
    let helpers = free(pool, HELPERS.min(statements.len().saturating_sub(1))).await;
    let helping = helpers.into_iter().map(|client| queue.help(client));
    try_join(queue.work(transaction), try_join_all(helping)).await?;
    transaction
        .batch_execute("set local search_path = default")
        .await?;
    Ok(())
}

/// So many connections, or as many as are free now.
async fn free(pool: &Pool, most: usize) -> Vec<Client> {
    let at_once = Timeouts::wait_millis(0);
    let mut clients = Vec::new();
    while clients.len() < most
        && let Ok(client) = pool.timeout_get(&at_once).await
    {
        clients.push(client);
    }
    clients
}

/// The statements, each for whoever is free first.
struct Queue<'a> {
    schema: &'a str,
    statements: &'a [String],
    taken: AtomicUsize,
}

impl Queue<'_> {
    /// What to run next, in a transaction.
    fn next(&self) -> Option<String> {
        let next = self.taken.fetch_add(1, Ordering::Relaxed);
        let statement = self.statements.get(next)?;
        Some(format!(
            "set local search_path = {}; {statement}",
            self.schema
        ))
    }

    async fn work(&self, transaction: &Transaction<'_>) -> Result<(), ProjectionError> {
        while let Some(statement) = self.next() {
            transaction.batch_execute(&statement).await?;
        }
        Ok(())
    }

    /// The same, in a transaction for each.
    async fn help(&self, mut client: Client) -> Result<(), ProjectionError> {
        while let Some(statement) = self.next() {
            let transaction = client.transaction().await?;
            transaction.batch_execute(&statement).await?;
            transaction.commit().await?;
        }
        Ok(())
    }
}

/// Each statement of `sql`, without comments.
fn statements(sql: &str) -> Vec<String> {
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
