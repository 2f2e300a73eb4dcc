//! Money that came and went, and how well it is collected, month by month (S-29).

use jiff::{ToSpan, civil::Date};
use rust_decimal::{Decimal, RoundingStrategy};
use tokio_postgres::{Error, Row};
use uuid::Uuid;

use super::{Dates, MissingRates, Reader, converted};

/// What to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CashFlowQuery {
    /// When; the last month goes no further than that day.
    pub dates: Dates,
    /// Only the accounts of these customers; empty is all.
    pub customers: Vec<Uuid>,
    /// Only these currencies; empty is all.
    pub currencies: Vec<String>,
    /// The first day of the first month.
    pub first_month: Date,
    /// The first day of the last month.
    pub last_month: Date,
}

/// The figures of one month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flows {
    /// Payments by their date, also those that bounced later.
    pub received: Decimal,
    /// Payments that bounced, by the date on which they did.
    pub bounced: Decimal,
    /// Money paid out.
    pub refunded: Decimal,
    /// Money paid out that came back.
    pub returned: Decimal,
    /// Invoices less voided ones, less credit notes.
    pub invoiced: Decimal,
    /// What was open at the end of the month, credits counted.
    pub outstanding: Decimal,
    /// What was invoiced, in the same sense, in the 90 days that end with the month.
    pub invoiced_90_days: Decimal,
    /// Instalments that fell due in the month, as they stood at its end: rescheduled, voided and
    /// credited parts left out.
    pub due: Decimal,
    /// Payments that had been used for them by the end of the month.
    pub collected: Decimal,
}

impl Flows {
    /// What came less what went.
    pub fn net(&self) -> Decimal {
        self.received - self.bounced - self.refunded + self.returned
    }

    /// Days sales outstanding: `outstanding / invoiced_90_days * 90`, half-up to one place; `None`
    /// where nothing was invoiced.
    pub fn days_sales_outstanding(&self) -> Option<Decimal> {
        if self.invoiced_90_days <= Decimal::ZERO {
            return None;
        }
        let days = self.outstanding.checked_mul(Decimal::from(90))?;
        days.checked_div(self.invoiced_90_days)
            .map(|days| rounded(days, 1))
    }

    /// The collection rate: `collected / due`, half-up to four places; `None` where nothing was due.
    pub fn collection_rate(&self) -> Option<Decimal> {
        if self.due <= Decimal::ZERO {
            return None;
        }
        let rate = self.collected.checked_div(self.due);
        rate.map(|rate| rounded(rate, 4))
    }

    fn add(&mut self, other: &Self) {
        self.received += other.received;
        self.bounced += other.bounced;
        self.refunded += other.refunded;
        self.returned += other.returned;
        self.invoiced += other.invoiced;
        self.outstanding += other.outstanding;
        self.invoiced_90_days += other.invoiced_90_days;
        self.due += other.due;
        self.collected += other.collected;
    }
}

fn rounded(value: Decimal, places: u32) -> Decimal {
    let mut value = value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    value.rescale(places);
    value
}

/// One month in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CashFlowMonth {
    /// ISO 4217.
    pub currency: String,
    /// In that currency.
    pub flows: Flows,
    /// The same in the base currency as it was booked.
    pub booked: Flows,
    /// What was outstanding, in the base currency at the rate of the month's last day; `None` when
    /// there is none.
    pub converted: Option<Decimal>,
}

/// One month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub month: Date,
    /// By currency code.
    pub currencies: Vec<CashFlowMonth>,
    /// All of it in the base currency as it was booked.
    pub total: Flows,
}

impl Reader<'_> {
    /// Every month, in order, and the currencies that could not be converted.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn cash_flow(
        &self,
        query: &CashFlowQuery,
    ) -> Result<(Vec<Month>, MissingRates), Error> {
        // A list, for its length is known when the statement is planned.
        let first_days: Vec<Date> = query
            .first_month
            .series(1.month())
            .take_while(|month| *month <= query.last_month)
            .collect();
        let end = query.last_month.saturating_add(1.month());
        let rows = self
            .rows(
                include_str!("../sql/cash_flow.sql"),
                &[
                    &self.tenant,
                    &query.dates.as_of,
                    &query.dates.known_until,
                    &query.customers,
                    &query.currencies,
                    &first_days,
                    &end,
                    &self.base(),
                    &self.places(),
                ],
            )
            .await?;
        let mut missing = MissingRates::new();
        let mut months: Vec<Month> = Vec::new();
        for row in &rows {
            let month = row.try_get("month")?;
            if months.last().is_none_or(|last| last.month != month) {
                months.push(Month {
                    month,
                    currencies: Vec::new(),
                    total: Flows::default(),
                });
            }
            let currency: String = row.try_get("currency")?;
            let booked = flows(row, "_base")?;
            if let Some(last) = months.last_mut() {
                last.total.add(&booked);
                last.currencies.push(CashFlowMonth {
                    flows: flows(row, "")?,
                    booked,
                    converted: converted(row, &currency, &mut missing)?,
                    currency,
                });
            }
        }
        Ok((months, missing))
    }
}

fn flows(row: &Row, suffix: &str) -> Result<Flows, Error> {
    let value = |column: &str| row.try_get(format!("{column}{suffix}").as_str());
    Ok(Flows {
        received: value("received")?,
        bounced: value("bounced")?,
        refunded: value("refunded")?,
        returned: value("returned")?,
        invoiced: value("invoiced")?,
        outstanding: value("outstanding")?,
        invoiced_90_days: value("invoiced_90")?,
        due: value("due")?,
        collected: value("collected")?,
    })
}
