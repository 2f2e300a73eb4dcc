//! The liability: points outstanding in money, at the program's value of a point (L-21).

use rust_decimal::Decimal;
use tokio_postgres::{Error, Row};
use uuid::Uuid;

use super::{Lots, Reader, Times};

/// What to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiabilityQuery {
    /// When.
    pub times: Times,
    /// Only these programs; empty is all.
    pub programs: Vec<Uuid>,
}

/// What is outstanding in a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Liability {
    /// The program.
    pub program: Uuid,
    /// What it is called by then.
    pub name: Option<String>,
    /// The shop that runs it; `None` for the whole tenant.
    pub shop: Option<String>,
    /// How many members have something outstanding.
    pub members: i64,
    /// What members can spend.
    pub active: Decimal,
    /// What they cannot spend yet.
    pub pending: Decimal,
    /// By how much balances are below zero: what members must earn before they can spend again.
    pub debt: Decimal,
    /// The same in money; `None` when the program was not known by then.
    pub value: Option<Value>,
}

/// What points are worth. Each amount is rounded to the currency's places; the total is their sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// ISO 4217.
    pub currency: String,
    /// What one point is worth.
    pub of_a_point: Decimal,
    /// What members can spend.
    pub active: Decimal,
    /// What they cannot spend yet.
    pub pending: Decimal,
    /// What balances are below zero.
    pub debt: Decimal,
}

impl Value {
    /// What is outstanding in all: a debt is nothing that the program owes, but a claim of its own.
    pub fn outstanding(&self) -> Decimal {
        self.active + self.pending
    }
}

impl Reader<'_> {
    /// What is outstanding, by program.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn liability(&self, query: &LiabilityQuery) -> Result<Vec<Liability>, Error> {
        let rows = self
            .rows(
                include_str!("../sql/liability.sql"),
                (Lots::Open, false),
                &[
                    &self.tenant,
                    &query.times.until,
                    &query.times.known_until,
                    &query.programs,
                ],
            )
            .await?;
        rows.iter().map(liability).collect()
    }
}

fn liability(row: &Row) -> Result<Liability, Error> {
    let currency: Option<String> = row.try_get("currency")?;
    let value = match currency {
        Some(currency) => Some(Value {
            currency,
            of_a_point: row.try_get("point_value")?,
            active: row.try_get("lots_value")?,
            pending: row.try_get("pending_value")?,
            debt: row.try_get("debt_value")?,
        }),
        None => None,
    };
    Ok(Liability {
        program: row.try_get("program")?,
        name: row.try_get("name")?,
        shop: row.try_get("shop")?,
        members: row.try_get("members")?,
        active: row.try_get("lots")?,
        pending: row.try_get("pending")?,
        debt: row.try_get("debt")?,
        value,
    })
}
