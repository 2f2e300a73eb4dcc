//! Questions to the read model: before any instant, as it was known before any other (L-20). Each is
//! answered inside the caller's transaction, which should be `repeatable read`, so that rows, totals
//! and the positions that the answer names belong together.

mod balances;
mod expiring;
mod liability;
mod lots;
mod statement;

use std::error::Error as StdError;

use deadpool_postgres::Transaction;
use guanxi_events::TenantId;
use guanxi_projection::Build;
use jiff::Timestamp;
use tokio_postgres::{
    Error, Row,
    types::{FromSql, ToSql, Type},
};
use uuid::Uuid;

use crate::ledger::{Account, CauseKind, Figures, LineKind};

pub use balances::{Balance, Balances, BalancesQuery, GroupBy, GroupCursor, TierPoints};
pub use expiring::{Expiring, ExpiringCursor, ExpiringMember, ExpiringQuery, ExpiringTotal};
pub use liability::{Liability, LiabilityQuery, Value};
pub use lots::{Lot, LotCursor, LotState, LotsQuery};
pub use statement::{
    LineCursor, LineLot, Redeemed, Standing, Statement, StatementLine, StatementQuery,
};

/// The two times of every question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// What counts before this instant.
    pub until: Timestamp,
    /// Only what was recorded before this instant; `None` is all.
    pub known_until: Option<Timestamp>,
}

/// Whose points a question is about. An empty list asks for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those of these members.
    pub members: Vec<Uuid>,
    /// Those of members of these programs.
    pub programs: Vec<Uuid>,
    /// Those of members in these tiers by then; the empty one is that of members without.
    pub tiers: Vec<String>,
}

/// The model's rows of one tenant, as one transaction sees them.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    transaction: &'a Transaction<'a>,
    schema: &'a str,
    tenant: &'a str,
}

/// Which lots a statement looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lots {
    /// Those that hold something, as far as nothing later has to be taken off.
    Open,
    /// All.
    All,
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

    /// Runs a statement in whose text the parts that several statements share are named. In each,
    /// `$1` is the tenant, `$2` and `$3` are the [`Times`]; with `of_members`, only the rows of the
    /// members `$4` are looked at.
    async fn rows(
        &self,
        sql: &str,
        (lots, of_members): (Lots, bool),
        params: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Error> {
        let wanted = if of_members {
            "a.member = any ($4::uuid[])"
        } else {
            "true"
        };
        let open = match lots {
            Lots::Open => OPEN,
            Lots::All => "true",
        };
        let sql = with_parts(sql)
            .replace("{wanted}", wanted)
            .replace("{open}", open)
            .replace("{tenant}", "$1")
            .replace("{until}", "$2::timestamptz")
            .replace("{known}", "coalesce($3::timestamptz, 'infinity')");
        self.run(&sql, params).await
    }

    /// Runs a statement in which only the schema has to be named.
    async fn run(&self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Error> {
        let sql = sql.replace("{schema}", self.schema);
        let statement = self.transaction.prepare_cached(&sql).await?;
        self.transaction.query(&statement, params).await
    }
}

/// A lot that holds something.
pub(crate) const OPEN: &str = "(a.pending <> 0 or a.remaining <> 0)";

/// Puts the shared parts into a statement, whoever it is for.
pub(crate) fn with_parts(sql: &str) -> String {
    sql.replace("{accounts}", include_str!("sql/accounts.sql"))
        .replace("{balances}", include_str!("sql/balances.sql"))
        .replace("{held}", include_str!("sql/held.sql"))
        .replace("{tiers}", include_str!("sql/tiers.sql"))
        .replace("{programs}", include_str!("sql/programs.sql"))
}

fn figures(row: &Row) -> Result<Figures, Error> {
    Ok(Figures {
        earned: row.try_get("earned")?,
        adjusted: row.try_get("adjusted")?,
        transferred_in: row.try_get("transferred_in")?,
        pending: row.try_get("pending")?,
        active: row.try_get("active")?,
        spent: row.try_get("spent")?,
        settled: row.try_get("settled")?,
        transferred_out: row.try_get("transferred_out")?,
        expired: row.try_get("expired")?,
        reversed: row.try_get("reversed")?,
        debt: row.try_get("debt")?,
        owed: row.try_get("owed")?,
    })
}

macro_rules! stored_by_name {
    ($($type:ty),+) => {$(
        impl<'a> FromSql<'a> for $type {
            fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
                let name = <&str>::from_sql(ty, raw)?;
                Self::from_name(name).ok_or_else(|| format!("{name:?} is not known").into())
            }

            fn accepts(ty: &Type) -> bool {
                <&str as FromSql>::accepts(ty)
            }
        }
    )+};
}

stored_by_name!(Account, CauseKind, LineKind, LotState);
