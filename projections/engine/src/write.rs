//! The transaction in which a batch is written.

use deadpool_postgres::Transaction;
use guanxi_events::Service;
use tokio_postgres::{Row, types::ToSql};

/// From so many events on, to plan a statement of a batch anew costs little of it.
const MANY: usize = 100;

/// The transaction of one batch, as a projection sees it. Names without a schema are those of the
/// build. Statements take `&self`, so that independent ones may be sent together (`try_join!`).
#[derive(Clone, Copy)]
pub struct Write<'a> {
    transaction: &'a Transaction<'a>,
    log: Service,
    schema: &'a str,
    many: bool,
}

impl<'a> Write<'a> {
    pub(crate) fn new(
        transaction: &'a Transaction<'a>,
        log: Service,
        schema: &'a str,
        events: usize,
    ) -> Self {
        Self {
            transaction,
            log,
            schema,
            many: events >= MANY,
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
        let executed = self.transaction.execute(&statement, params);
        self.planned(sql, executed).await
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
        let rows = self.transaction.query(&statement, params);
        self.planned(sql, rows).await
    }

    /// Writes new rows of `table`, given as columns: an array for each of `names`.
    ///
    /// Arrays are laid side by side as a row's columns (`select unnest($1), unnest($2)`, as other
    /// statements do it that write many rows): `select * from unnest($1, $2)` lays each of them aside
    /// first, value by value, and takes 4.7 µs for a row of 17 columns instead of 2.6.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn insert(
        &self,
        table: &str,
        names: &[&str],
        columns: &[&(dyn ToSql + Sync)],
    ) -> Result<(), tokio_postgres::Error> {
        let names = names.join(", ");
        // Asked once a connection and build: what each column is made of.
        let shape = self.own(&format!("select {names} from {table}"));
        let shape = self.transaction.prepare_cached(&shape).await?;
        let arrays = shape.columns().iter().zip(1..);
        let arrays: Vec<_> = arrays
            .map(|(column, n)| format!("unnest(${n}::{}[])", column.type_()))
            .collect();
        let arrays = arrays.join(", ");
        let sql = format!("insert into {table} ({names}) select {arrays}");
        self.execute(&sql, columns).await?;
        Ok(())
    }

    /// Has a statement planned for the tables as they are now when the batch is large. Else a plan
    /// that was made while a table was all but empty stays until statistics come (`statistics`: in a
    /// rebuild when Postgres comes by itself, a minute later at the earliest); and then one that
    /// reads all rows of a tenant for each row that is wanted, by an index that begins with the
    /// tenant, looks as good as any: a rebuild of `funnels` from 200 000 events took so half of its
    /// time, 3 s a batch instead of 15 ms.
    ///
    /// An insert has nothing to plan, and would have the checks of its foreign keys planned anew for
    /// every row: a fifth of the time of `points`, when each movement of a lot was checked.
    async fn planned<T>(
        &self,
        sql: &str,
        statement: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, tokio_postgres::Error> {
        if !self.many || sql.contains("insert into") {
            return statement.await;
        }
        let mode = |sql| self.transaction.batch_execute(sql);
        // Sent together: nothing comes in between.
        let ((), answer, ()) = futures::try_join!(
            mode("set local plan_cache_mode = force_custom_plan"),
            statement,
            mode("set local plan_cache_mode = auto"),
        )?;
        Ok(answer)
    }

    /// Prepared statements are kept by their text, and a connection serves many builds: the comment
    /// keeps the plan of one build from being thrown away for the next, and tells an operator which
    /// build a statement belongs to.
    fn own(&self, sql: &str) -> String {
        format!("/* {} */ {sql}", self.schema)
    }
}
