//! What is to be received, month by month, and what was (S-21, S-29).

use jiff::civil::Date;
use rust_decimal::Decimal;
use tokio_postgres::Error;
use uuid::Uuid;

use super::{Dates, Reader};

/// What to compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanQuery {
    /// When.
    pub dates: Dates,
    /// Only these customers; empty is all.
    pub customers: Vec<Uuid>,
    /// Only these currencies; empty is all.
    pub currencies: Vec<String>,
    /// Only what is due on or after this day.
    pub first: Option<Date>,
    /// Only what is due up to this day.
    pub last: Option<Date>,
}

/// What is due in one month in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanMonth {
    /// The first day of the month.
    pub month: Date,
    /// ISO 4217.
    pub currency: String,
    /// Instalments of invoices.
    pub billed: Decimal,
    /// What the plans of orders say of what is not billed yet.
    pub planned: Decimal,
    /// Payments that were used for them; for what is not billed, down payments.
    pub received: Decimal,
    /// What is still to be received.
    pub open: Decimal,
}

impl PlanMonth {
    /// All that is due.
    pub fn due(&self) -> Decimal {
        self.billed + self.planned
    }

    /// What was settled in another way: by credit notes, discounts, write-offs.
    pub fn settled_otherwise(&self) -> Decimal {
        self.due() - self.received - self.open
    }
}

impl Reader<'_> {
    /// Plan against received, by month and currency.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn plan(&self, query: &PlanQuery) -> Result<Vec<PlanMonth>, Error> {
        let rows = self
            .rows(
                include_str!("../sql/plan.sql"),
                &[
                    &self.tenant,
                    &query.dates.as_of,
                    &query.dates.known_until,
                    &query.customers,
                    &query.currencies,
                    &query.first,
                    &query.last,
                    &query.dates.ends,
                ],
            )
            .await?;
        let month = |row: &tokio_postgres::Row| {
            Ok(PlanMonth {
                month: row.try_get("month")?,
                currency: row.try_get("currency")?,
                billed: row.try_get("billed")?,
                planned: row.try_get("planned")?,
                received: row.try_get("received")?,
                open: row.try_get("open")?,
            })
        };
        rows.iter().map(month).collect()
    }
}
