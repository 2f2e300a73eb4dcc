//! Questions to the read model: as of any business date, as it was known at any moment. Each is one
//! statement inside the caller's transaction, so that rows, totals and the positions that the answer
//! names belong together.

mod ageing;
mod bad_debts;
mod cash_flow;
mod control;
mod open_items;
mod plan;
mod statement;

use std::{collections::BTreeSet, error::Error as StdError};

use deadpool_postgres::Transaction;
use guanxi_events::TenantId;
use guanxi_projection::Build;
use iso_currency::Currency;
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use tokio_postgres::{
    Error, Row,
    types::{FromSql, ToSql, Type},
};
use uuid::Uuid;

use crate::ledger::{Figure, Kind};

pub use ageing::{Ageing, AgeingCursor, AgeingGroup, AgeingQuery, Bucket, Cell, GroupBy};
pub use bad_debts::{BadDebt, BadDebtCursor, BadDebtSums, BadDebts, BadDebtsQuery};
pub use cash_flow::{CashFlowMonth, CashFlowQuery, Flows, Month};
pub use control::{ControlAccount, ControlAccounts, ControlQuery, Sums};
pub use open_items::{OpenItem, OpenItemCursor, OpenItemsQuery};
pub use plan::{PlanMonth, PlanQuery};
pub use statement::{Movement, MovementCursor, Statement, StatementQuery};

/// The two dates of every question (S-27).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dates {
    /// The business date at whose end is asked.
    pub as_of: Date,
    /// The first instant after that day where the tenant lives.
    pub ends: Timestamp,
    /// Only what was recorded before this instant; `None` is all.
    pub known_until: Option<Timestamp>,
}

/// Which items and documents a question is about. An empty list asks for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those of these customers.
    pub customers: Vec<Uuid>,
    /// Those of these people.
    pub owners: Vec<String>,
    /// Those of these teams.
    pub teams: Vec<String>,
    /// Those in these currencies, by code.
    pub currencies: Vec<String>,
}

/// The model's rows of one tenant, as one transaction sees them.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    transaction: &'a Transaction<'a>,
    schema: &'a str,
    tenant: &'a str,
    base: Currency,
}

impl<'a> Reader<'a> {
    /// Reads `build` for `tenant`, whose base currency is `base`.
    pub fn new(
        transaction: &'a Transaction<'a>,
        build: &'a Build,
        tenant: &'a TenantId,
        base: Currency,
    ) -> Self {
        Self {
            transaction,
            schema: &build.schema,
            tenant: tenant.as_str(),
            base,
        }
    }

    /// The base currency's code.
    fn base(&self) -> &'static str {
        self.base.code()
    }

    /// How many decimal places the base currency has.
    fn places(&self) -> i32 {
        i32::from(self.base.exponent().unwrap_or(2))
    }

    /// Runs a statement in whose text the parts that several statements share are named. In each,
    /// `$1` is the tenant, `$2` the business date, `$3` the instant before which it was recorded.
    async fn rows(&self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Error> {
        let sql = with_parts(sql)
            .replace("{tenant}", "$1")
            .replace("{as_of}", "$2::date")
            .replace("{known}", "coalesce($3::timestamptz, 'infinity')")
            .replace("{base}", "$8")
            .replace("{schema}", self.schema);
        let statement = self.transaction.prepare_cached(&sql).await?;
        self.transaction.query(&statement, params).await
    }
}

/// Puts the shared parts into a statement, whoever it is for.
pub(crate) fn with_parts(sql: &str) -> String {
    sql.replace("{open_items}", include_str!("sql/open_items.sql"))
        .replace("{rates_on}", include_str!("sql/rates_on.sql"))
}

/// The currencies for which there was no rate.
pub type MissingRates = BTreeSet<String>;

/// Notes the currency of a value that could not be converted.
fn converted(
    row: &Row,
    currency: &str,
    missing: &mut MissingRates,
) -> Result<Option<Decimal>, Error> {
    let value: Option<Decimal> = row.try_get("converted")?;
    if value.is_none() {
        missing.insert(currency.to_owned());
    }
    Ok(value)
}

macro_rules! stored_by_name {
    ($type:ty) => {
        impl<'a> FromSql<'a> for $type {
            fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
                let name = <&str>::from_sql(ty, raw)?;
                Self::from_name(name).ok_or_else(|| format!("{name:?} is not known").into())
            }

            fn accepts(ty: &Type) -> bool {
                <&str as FromSql>::accepts(ty)
            }
        }
    };
}

stored_by_name!(Figure);
stored_by_name!(Kind);
