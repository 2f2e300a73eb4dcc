//! Questions to the read model. Each is answered inside the caller's transaction, so that rows, totals
//! and the positions that the answer names belong together.

mod daily;
mod work_list;

use deadpool_postgres::Transaction;
use guanxi_events::TenantId;
use guanxi_projection::Build;
use jiff::tz::TimeZone;
use tokio_postgres::{Error, Row, types::ToSql};

pub use daily::{Daily, DailyQuery, Line};
pub use work_list::{Kind, Reason, WorkItem, WorkListQuery};

/// The model's rows of one tenant, as one transaction sees them.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    transaction: &'a Transaction<'a>,
    schema: &'a str,
    tenant: &'a str,
}

impl<'a> Reader<'a> {
    /// Reads `build` for `tenant`.
    pub fn new(transaction: &'a Transaction<'a>, build: &'a Build, tenant: &'a TenantId) -> Self {
        Self {
            transaction,
            schema: &build.schema,
            tenant: tenant.as_str(),
        }
    }

    /// Runs a statement in which `{schema}` stands for the build's.
    async fn rows(&self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Error> {
        let sql = sql.replace("{schema}", self.schema);
        let statement = self.transaction.prepare_cached(&sql).await?;
        self.transaction.query(&statement, params).await
    }
}

/// As the time zone database calls it.
fn zone_name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("UTC")
}
