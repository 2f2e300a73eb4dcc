//! Debits that were given up, and what came of it (S-25).

use jiff::civil::Date;
use rust_decimal::Decimal;
use tokio_postgres::{Error, Row};
use uuid::Uuid;

use super::{Dates, Filter, Reader};

/// What to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadDebtsQuery {
    /// When.
    pub dates: Dates,
    /// Which.
    pub filter: Filter,
    /// Only those written off on or after this day.
    pub first: Option<Date>,
    /// Only those written off up to this day.
    pub last: Option<Date>,
    /// Only those after this one.
    pub after: Option<BadDebtCursor>,
    /// How many at most.
    pub limit: u16,
}

/// A place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadDebtCursor {
    /// When it was written off.
    pub on: Date,
    /// Whose debt it is.
    pub customer: Uuid,
    /// The number of the write-off.
    pub write_off: i64,
}

/// How much was given up; every part is 0 or more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadDebtSums {
    /// ISO 4217.
    pub currency: String,
    /// What was written off.
    pub written_off: Decimal,
    /// What of that was taken back.
    pub taken_back: Decimal,
    /// What of that was paid after all.
    pub recovered: Decimal,
    /// What is left of it.
    pub lost: Decimal,
    /// The same in the base currency as it was booked.
    pub lost_booked: Decimal,
}

/// A bad debt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadDebt {
    /// Its place in the list.
    pub cursor: BadDebtCursor,
    /// How much.
    pub sums: BadDebtSums,
    /// What the customer is called.
    pub customer_name: Option<String>,
    /// The customer's number.
    pub customer_number: Option<String>,
    /// The debit.
    pub item: i64,
    /// Its document.
    pub document: Option<Uuid>,
    /// The document's number.
    pub document_number: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Who asked.
    pub requested_by: Option<String>,
    /// Who approved.
    pub approved_by: Option<String>,
    /// Who sold it.
    pub owner: Option<String>,
    /// The team that it counts for.
    pub team: Option<String>,
}

/// The whole answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BadDebts {
    /// By date, customer and number.
    pub bad_debts: Vec<BadDebt>,
    /// Over all, also those of other pages: one for each currency.
    pub totals: Vec<BadDebtSums>,
}

impl Reader<'_> {
    /// Bad debts.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn bad_debts(&self, query: &BadDebtsQuery) -> Result<BadDebts, Error> {
        let on = query.after.map(|after| after.on);
        let customer = query.after.map(|after| after.customer);
        let write_off = query.after.map(|after| after.write_off);
        let limit = i64::from(query.limit);
        let rows = self
            .rows(
                include_str!("../sql/bad_debts.sql"),
                &[
                    &self.tenant,
                    &query.dates.as_of,
                    &query.dates.known_until,
                    &query.filter.customers,
                    &query.filter.owners,
                    &query.filter.teams,
                    &query.filter.currencies,
                    &query.first,
                    &query.last,
                    &on,
                    &customer,
                    &write_off,
                    &limit,
                ],
            )
            .await?;
        let mut answer = BadDebts::default();
        for row in &rows {
            let sums = BadDebtSums {
                currency: row.try_get("currency")?,
                written_off: row.try_get("written_off")?,
                taken_back: row.try_get("taken_back")?,
                recovered: row.try_get("recovered")?,
                lost: row.try_get("lost")?,
                lost_booked: row.try_get("lost_base")?,
            };
            if row.try_get("total")? {
                answer.totals.push(sums);
            } else {
                answer.bad_debts.push(bad_debt(row, sums)?);
            }
        }
        Ok(answer)
    }
}

fn bad_debt(row: &Row, sums: BadDebtSums) -> Result<BadDebt, Error> {
    Ok(BadDebt {
        cursor: BadDebtCursor {
            on: row.try_get("dated")?,
            customer: row.try_get("customer")?,
            write_off: row.try_get("reference")?,
        },
        sums,
        customer_name: row.try_get("customer_name")?,
        customer_number: row.try_get("customer_number")?,
        item: row.try_get("item")?,
        document: row.try_get("document")?,
        document_number: row.try_get("document_number")?,
        reason: row.try_get("reason")?,
        requested_by: row.try_get("requested_by")?,
        approved_by: row.try_get("approved_by")?,
        owner: row.try_get("owner")?,
        team: row.try_get("team")?,
    })
}
