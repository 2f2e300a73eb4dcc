//! A customer's statement: the balance before, what moved it, the balance after.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use tokio_postgres::Error;
use uuid::Uuid;

use super::{Dates, Reader};
use crate::ledger::Figure;

/// Which statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementQuery {
    /// Up to when.
    pub dates: Dates,
    /// Whose.
    pub customer: Uuid,
    /// The first day of it; `None` is the first of all.
    pub first: Option<Date>,
    /// Only these currencies; empty is all.
    pub currencies: Vec<String>,
    /// Only movements after this one.
    pub after: Option<MovementCursor>,
    /// How many movements at most.
    pub limit: u16,
}

/// A place in a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MovementCursor {
    /// The business date.
    pub on: Date,
    /// The version of the account with the event.
    pub version: i64,
    /// The place within the event.
    pub n: i32,
}

/// Something that moved the balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// Its place in the statement.
    pub cursor: MovementCursor,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// What it is.
    pub figure: Figure,
    /// Whether something is taken back.
    pub reversal: bool,
    /// ISO 4217.
    pub currency: String,
    /// What the customer owes more by it.
    pub amount: Decimal,
    /// What the customer owes in that currency with it.
    pub balance: Decimal,
    /// The item that it is about.
    pub item: Option<i64>,
    /// Its document.
    pub document: Option<Uuid>,
    /// The document's number.
    pub document_number: Option<String>,
}

/// A statement; balances by currency code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statement {
    /// At the end of the day before the first.
    pub opening: BTreeMap<String, Decimal>,
    /// By business date, in the order in which they were recorded.
    pub movements: Vec<Movement>,
    /// At the end of the last day.
    pub closing: BTreeMap<String, Decimal>,
}

impl Reader<'_> {
    /// The statement.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn statement(&self, query: &StatementQuery) -> Result<Statement, Error> {
        let on = query.after.map(|after| after.on);
        let version = query.after.map(|after| after.version);
        let n = query.after.map(|after| after.n);
        let limit = i64::from(query.limit);
        let rows = self
            .rows(
                include_str!("../sql/statement.sql"),
                &[
                    &self.tenant,
                    &query.dates.as_of,
                    &query.dates.known_until,
                    &query.customer,
                    &query.first,
                    &query.currencies,
                    &on,
                    &version,
                    &n,
                    &limit,
                ],
            )
            .await?;
        let mut statement = Statement::default();
        for row in &rows {
            let currency: String = row.try_get("currency")?;
            let amount = row.try_get("amount")?;
            match row.try_get("what")? {
                "before" => drop(statement.opening.insert(currency, amount)),
                "after" => drop(statement.closing.insert(currency, amount)),
                _ => statement.movements.push(Movement {
                    cursor: MovementCursor {
                        on: row.try_get("dated")?,
                        version: row.try_get("version")?,
                        n: row.try_get("n")?,
                    },
                    recorded_at: row.try_get("recorded_at")?,
                    figure: row.try_get("figure")?,
                    reversal: row.try_get("reversal")?,
                    currency,
                    amount,
                    balance: row.try_get("balance")?,
                    item: row.try_get("item")?,
                    document: row.try_get("document")?,
                    document_number: row.try_get("number")?,
                }),
            }
        }
        Ok(statement)
    }
}
