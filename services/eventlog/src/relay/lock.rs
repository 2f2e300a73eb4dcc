//! One relay at a time: a session lock in the database of the log.

use std::time::Duration;

use deadpool_postgres::{ClientWrapper, Object};

use crate::{LogError, LogReader};

/// Held as long as its connection lives. It keeps two relays from working against each other for
/// nothing; that they cannot spoil the stream is the expected sequence's doing.
pub(super) struct Lock {
    client: ClientWrapper,
}

impl Lock {
    /// Waits until no other relay of this log holds it, asking every `retry`.
    ///
    /// # Errors
    /// When Postgres cannot be reached.
    pub(super) async fn acquire(reader: &LogReader, retry: Duration) -> Result<Self, LogError> {
        // Out of the pool, for a lock of the session would stay on the connection.
        let client = Object::take(reader.client().await?);
        let key = format!("guanxi relay {}", reader.service());
        loop {
            let row = client
                .query_one(
                    "select pg_try_advisory_lock(hashtextextended($1, 0))",
                    &[&key],
                )
                .await?;
            if row.try_get(0)? {
                return Ok(Self { client });
            }
            tokio::time::sleep(retry).await;
        }
    }

    /// Makes sure that the session, and so the lock, is still there.
    ///
    /// # Errors
    /// When it is not.
    pub(super) async fn check(&self) -> Result<(), LogError> {
        self.client.simple_query("").await?;
        Ok(())
    }

    /// Whether the session has ended.
    pub(super) fn is_lost(&self) -> bool {
        self.client.is_closed()
    }
}
