//! Questions to the read model. Each is one statement inside the caller's transaction, so that rows,
//! totals and the positions that the answer names belong together.

mod backlog;
mod figures;
mod tickets;
mod volumes;

use deadpool_postgres::Transaction;
use guanxi_events::{
    TenantId,
    service::{Channel, Priority, TicketKind},
};
use guanxi_projection::Build;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use tokio_postgres::{Error, Row, types::ToSql};
use uuid::Uuid;

use crate::values::Named;

pub use backlog::{Backlog, BacklogGroup, BacklogQuery};
pub use figures::{Clock, Figures, FiguresGroup, FiguresQuery, Lengths};
pub use tickets::{Ticket, TicketCursor, TicketsQuery, Waiting};
pub use volumes::{Volume, VolumesQuery};

/// Which tickets a question is about. An empty list asks for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those in these queues.
    pub queues: Vec<Uuid>,
    /// Those of these people; an empty one is nobody.
    pub agents: Vec<String>,
    /// Those of these priorities.
    pub priorities: Vec<Priority>,
    /// Those of these kinds.
    pub kinds: Vec<TicketKind>,
    /// Those that came by these ways.
    pub channels: Vec<Channel>,
    /// Those that count under these; an empty one is none.
    pub categories: Vec<String>,
    /// Those for these customers.
    pub customers: Vec<Uuid>,
}

/// Whole days, where the tenant lives; the same as instants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Days {
    /// The first instant of them; `None` is the beginning.
    pub from: Option<Timestamp>,
    /// The first instant after them; `None` is the end.
    pub until: Option<Timestamp>,
}

/// What figures are told apart by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum GroupBy {
    /// Nothing: one group with an empty key.
    #[default]
    Nothing,
    /// The day on which it happened, `2017-06-30`.
    Day,
    /// The month in which it happened, `2017-06`.
    Month,
    /// Whose work it was; an empty key is nobody's.
    Agent,
    /// The queue, by its id.
    Queue,
    /// The priority.
    Priority,
    /// The kind.
    Kind,
    /// The channel.
    Channel,
    /// The category; an empty key is none.
    Category,
}

impl GroupBy {
    /// The key, as SQL over `r`. `{zone}` is a parameter.
    const fn key(self) -> &'static str {
        match self {
            Self::Nothing => "''",
            Self::Day => "to_char(r.at at time zone {zone}, 'YYYY-MM-DD')",
            Self::Month => "to_char(r.at at time zone {zone}, 'YYYY-MM')",
            Self::Agent => "coalesce(r.agent, '')",
            Self::Queue => "r.queue::text",
            Self::Priority => "coalesce(r.priority, '')",
            Self::Kind => "coalesce(r.kind, '')",
            Self::Channel => "r.channel",
            Self::Category => "coalesce(r.category, '')",
        }
    }
}

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

    /// Runs a statement in which `{schema}` stands for the build's and `{matches}` for the filter, whose
    /// parameters are the first ones.
    async fn rows(
        &self,
        sql: &str,
        filter: &Filters,
        params: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Error> {
        let sql = sql
            .replace("{matches}", include_str!("sql/matches.sql").trim_end())
            .replace("{schema}", self.schema);
        let statement = self.transaction.prepare_cached(&sql).await?;
        let mut all = filter.params(&self.tenant);
        all.extend_from_slice(params);
        self.transaction.query(&statement, &all).await
    }
}

/// A filter as parameters 1 to 8: see `sql/matches.sql`.
struct Filters {
    queues: Vec<Uuid>,
    agents: Vec<String>,
    priorities: Vec<&'static str>,
    kinds: Vec<&'static str>,
    channels: Vec<&'static str>,
    categories: Vec<String>,
    customers: Vec<Uuid>,
}

impl Filters {
    fn of(filter: &Filter) -> Self {
        Self {
            queues: filter.queues.clone(),
            agents: filter.agents.clone(),
            priorities: names(&filter.priorities),
            kinds: names(&filter.kinds),
            channels: names(&filter.channels),
            categories: filter.categories.clone(),
            customers: filter.customers.clone(),
        }
    }

    fn params<'a>(&'a self, tenant: &'a &'a str) -> Vec<&'a (dyn ToSql + Sync)> {
        vec![
            tenant,
            &self.queues,
            &self.agents,
            &self.priorities,
            &self.kinds,
            &self.channels,
            &self.categories,
            &self.customers,
        ]
    }
}

fn names<T: Named>(values: &[T]) -> Vec<&'static str> {
    values.iter().map(|value| value.name()).collect()
}

/// As the time zone database calls it.
fn zone_name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("UTC")
}

/// The last business day before an instant.
fn day_before(until: Timestamp, zone: &TimeZone) -> Date {
    let last = until.checked_sub(jiff::SignedDuration::from_micros(1));
    last.unwrap_or(until).to_zoned(zone.clone()).date()
}
