//! Questions to the read model, as it is now or as of any business date. Each is answered inside the
//! caller's transaction, so that rows, totals and the positions that the answer names belong
//! together.

mod funnel;
mod opportunities;

use deadpool_postgres::Transaction;
use guanxi_events::TenantId;
use guanxi_projection::Build;
use jiff::Timestamp;
use tokio_postgres::{Error, Row, types::ToSql};
use uuid::Uuid;

pub use funnel::{Funnel, FunnelQuery, Group, GroupBy, StageFigures, Tally};
pub use opportunities::{Cursor, OpportunitiesQuery, Opportunity};

/// A span of instants, open where an end is absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Range {
    /// The first instant of it.
    pub from: Option<Timestamp>,
    /// The first instant after it.
    pub until: Option<Timestamp>,
}

/// Which opportunities a question is about, by how they stand at the time that it asks for. An empty
/// list asks for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those of one pipeline.
    pub pipeline: Option<Uuid>,
    /// Those of these people.
    pub owners: Vec<String>,
    /// Those of these teams.
    pub teams: Vec<String>,
    /// Those from these sources.
    pub sources: Vec<String>,
    /// Those created within this span.
    pub created: Range,
}

/// The model's rows of one tenant, as one transaction sees them.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    transaction: &'a Transaction<'a>,
    schema: &'a str,
    version: u32,
    tenant: &'a str,
}

impl<'a> Reader<'a> {
    /// Reads `build` for `tenant`. The transaction should be `repeatable read`, for an answer may
    /// take several statements.
    pub fn new(transaction: &'a Transaction<'a>, build: &'a Build, tenant: &'a TenantId) -> Self {
        Self {
            transaction,
            schema: &build.schema,
            version: build.version,
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

/// The parameters 1 to 8 of every question: see `sql/standing.sql`.
fn standing<'a>(
    tenant: &'a &'a str,
    until: &'a Option<Timestamp>,
    filter: &'a Filter,
) -> [&'a (dyn ToSql + Sync); 8] {
    [
        tenant,
        until,
        &filter.pipeline,
        &filter.owners,
        &filter.teams,
        &filter.sources,
        &filter.created.from,
        &filter.created.until,
    ]
}
