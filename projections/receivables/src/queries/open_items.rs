//! Open items, the longest due first.

use jiff::civil::Date;
use rust_decimal::Decimal;
use tokio_postgres::{Error, Row, types::ToSql};
use uuid::Uuid;

use super::{Dates, Filter, MissingRates, Reader, converted};
use crate::ledger::Kind;

/// What to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenItemsQuery {
    /// When.
    pub dates: Dates,
    /// Which.
    pub filter: Filter,
    /// The last age of each bucket but the last, rising; ages are days overdue.
    pub limits: Vec<i32>,
    /// Only those in these buckets; 0 is not due. Empty is all.
    pub buckets: Vec<i32>,
    /// Only those of these kinds; empty is all.
    pub kinds: Vec<Kind>,
    /// Only those after this one.
    pub after: Option<OpenItemCursor>,
    /// How many at most.
    pub limit: u16,
}

/// A place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenItemCursor {
    /// When the item is due.
    pub due: Date,
    /// Whose it is.
    pub customer: Uuid,
    /// Its number.
    pub item: i64,
}

/// An open item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenItem {
    /// Its place in the list: due date, customer, number.
    pub cursor: OpenItemCursor,
    /// What the customer is called.
    pub customer_name: Option<String>,
    /// The customer's number.
    pub customer_number: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// Its document.
    pub document: Option<Uuid>,
    /// The document's number.
    pub document_number: Option<String>,
    /// The order that it bills, or is paid for.
    pub order: Option<Uuid>,
    /// Its business date.
    pub on: Date,
    /// Days since it was due; below 1 it is not overdue.
    pub age: i32,
    /// Where that falls; 0 is not due.
    pub bucket: i32,
    /// Who sold it.
    pub owner: Option<String>,
    /// The team that it counts for.
    pub team: Option<String>,
    /// ISO 4217.
    pub currency: String,
    /// What it came to; credits below 0, as are the others.
    pub amount: Decimal,
    /// What is open of it.
    pub open: Decimal,
    /// The same in the base currency as it was booked.
    pub booked: Decimal,
    /// The same in the base currency at the rate of the day; `None` when there is none.
    pub converted: Option<Decimal>,
}

/// The parameters 1 to 10 of every question about ages: see `sql/aged.sql`.
pub(super) struct Aged<'a> {
    base: &'static str,
    places: i32,
    /// The first age of each bucket after 1.
    begins: Vec<i32>,
    dates: &'a Dates,
    filter: &'a Filter,
}

impl<'a> Aged<'a> {
    pub(super) fn new(
        reader: &Reader<'_>,
        dates: &'a Dates,
        filter: &'a Filter,
        limits: &[i32],
    ) -> Self {
        Self {
            base: reader.base(),
            places: reader.places(),
            begins: limits.iter().map(|limit| limit + 1).collect(),
            dates,
            filter,
        }
    }

    pub(super) fn params(&'a self, tenant: &'a &'a str) -> Vec<&'a (dyn ToSql + Sync)> {
        vec![
            tenant,
            &self.dates.as_of,
            &self.dates.known_until,
            &self.filter.customers,
            &self.filter.owners,
            &self.filter.teams,
            &self.filter.currencies,
            &self.base,
            &self.places,
            &self.begins,
        ]
    }
}

impl Reader<'_> {
    /// Open items by due date, customer and number, and the currencies that could not be converted.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn open_items(
        &self,
        query: &OpenItemsQuery,
    ) -> Result<(Vec<OpenItem>, MissingRates), Error> {
        let aged = Aged::new(self, &query.dates, &query.filter, &query.limits);
        let kinds: Vec<&str> = query.kinds.iter().map(|kind| kind.as_str()).collect();
        let due = query.after.map(|after| after.due);
        let customer = query.after.map(|after| after.customer);
        let item = query.after.map(|after| after.item);
        let limit = i64::from(query.limit);
        let mut params = aged.params(&self.tenant);
        let own: [&(dyn ToSql + Sync); 6] =
            [&query.buckets, &kinds, &due, &customer, &item, &limit];
        params.extend(own);
        let sql = concat!(
            include_str!("../sql/aged.sql"),
            include_str!("../sql/list_open_items.sql")
        );
        let mut missing = MissingRates::new();
        let rows = self.rows(sql, &params).await?;
        let items = rows.iter().map(|row| open_item(row, &mut missing));
        Ok((items.collect::<Result<_, Error>>()?, missing))
    }
}

fn open_item(row: &Row, missing: &mut MissingRates) -> Result<OpenItem, Error> {
    let currency: String = row.try_get("currency")?;
    Ok(OpenItem {
        cursor: OpenItemCursor {
            due: row.try_get("due")?,
            customer: row.try_get("customer")?,
            item: row.try_get("item")?,
        },
        customer_name: row.try_get("customer_name")?,
        customer_number: row.try_get("customer_number")?,
        kind: row.try_get("kind")?,
        document: row.try_get("document")?,
        document_number: row.try_get("document_number")?,
        order: row.try_get("order_id")?,
        on: row.try_get("dated")?,
        age: row.try_get("age")?,
        bucket: row.try_get("bucket")?,
        owner: row.try_get("owner")?,
        team: row.try_get("team")?,
        amount: row.try_get("amount")?,
        open: row.try_get("open")?,
        booked: row.try_get("open_base")?,
        converted: converted(row, &currency, missing)?,
        currency,
    })
}
