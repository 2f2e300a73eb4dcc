//! One of all replicas at a time: work under a session lock of Postgres.
//!
//! The lock only saves double work. What runs under it is harmless when two do it for a moment
//! (a broken connection is noticed late), because every effect has a derived id.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt;

use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

use crate::database::{Database, DatabaseError};

/// How often a replica in waiting asks, and a leader looks whether it still holds the lock.
const CHECK: Duration = Duration::from_secs(1);

/// Runs `work` in whichever replica holds the lock `name`, until `stop`. When it returns or the
/// lock is lost, it is begun anew.
pub(crate) async fn lead<F>(
    database: &Database,
    name: &str,
    stop: &CancellationToken,
    mut work: impl FnMut() -> F,
) where
    F: Future<Output = ()>,
{
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => return,
            led = AssertUnwindSafe(term(database, name, &mut work)).catch_unwind() => match led {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, name, "no lead for now"),
                // It is begun anew: one bad event must not end all timers of a service.
                Err(_) => tracing::error!(name, "it panicked"),
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(CHECK) => {}
        }
    }
}

async fn term<F: Future<Output = ()>>(
    database: &Database,
    name: &str,
    work: &mut impl FnMut() -> F,
) -> Result<(), DatabaseError> {
    let client = database.connect().await?;
    if !try_lock(&client, name).await? {
        return Ok(());
    }
    tracing::debug!(name, "leading");
    tokio::select! {
        () = work() => Ok(()),
        lost = watch(&client) => Err(lost),
    }
}

async fn try_lock(client: &Client, name: &str) -> Result<bool, DatabaseError> {
    let row = client
        .query_one(
            "select pg_try_advisory_lock(hashtextextended($1, 0))",
            &[&name],
        )
        .await?;
    Ok(row.try_get(0)?)
}

/// Ends when the connection, and with it the lock, is gone.
async fn watch(client: &Client) -> DatabaseError {
    loop {
        tokio::time::sleep(CHECK).await;
        if let Err(error) = client.batch_execute("select").await {
            return error.into();
        }
    }
}
