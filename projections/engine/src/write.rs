//! The transaction in which a batch is written.

use deadpool_postgres::Transaction;
use guanxi_events::Service;
use tokio_postgres::{Row, types::ToSql};

/// The transaction of one batch, as a projection sees it. Names without a schema are those of the
/// build. Statements take `&self`, so that independent ones may be sent together (`try_join!`).
#[derive(Clone, Copy)]
pub struct Write<'a> {
    transaction: &'a Transaction<'a>,
    log: Service,
    schema: &'a str,
}

impl<'a> Write<'a> {
    pub(crate) fn new(transaction: &'a Transaction<'a>, log: Service, schema: &'a str) -> Self {
        Self {
            transaction,
            log,
            schema,
        }
    }

    /// The log that the batch comes from.
    pub fn log(&self) -> Service {
        self.log
    }

    /// Runs a statement and returns how many rows it touched.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn execute(
        &self,
        sql: &str,
        params: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, tokio_postgres::Error> {
        let statement = self.transaction.prepare_cached(&self.own(sql)).await?;
        self.transaction.execute(&statement, params).await
    }

    /// Runs a query and returns its rows.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn query(
        &self,
        sql: &str,
        params: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        let statement = self.transaction.prepare_cached(&self.own(sql)).await?;
        self.transaction.query(&statement, params).await
    }

    /// Prepared statements are kept by their text, and a connection serves many builds: the comment
    /// keeps the plan of one build from being thrown away for the next, and tells an operator which
    /// build a statement belongs to.
    fn own(&self, sql: &str) -> String {
        format!("/* {} */ {sql}", self.schema)
    }
}
