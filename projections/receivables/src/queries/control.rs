//! The control account (S-24): what the documents come to, beside what is open.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use tokio_postgres::Error;
use uuid::Uuid;

use super::{Dates, Reader};
use crate::ledger::Figure;

/// What to add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlQuery {
    /// When.
    pub dates: Dates,
    /// Only the accounts of these customers; empty is all.
    pub customers: Vec<Uuid>,
    /// Only these currencies; empty is all.
    pub currencies: Vec<String>,
}

/// An amount, and what it was booked at in the base currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// In its currency.
    pub amount: Decimal,
    /// In the base currency.
    pub booked: Decimal,
}

impl Sums {
    fn add(&mut self, other: Self) {
        self.amount += other.amount;
        self.booked += other.booked;
    }
}

/// The control account of one currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ControlAccount {
    /// Every figure that is there, signed as the balance is.
    pub figures: BTreeMap<Figure, Sums>,
    /// What is open by the items.
    pub open: Sums,
}

impl ControlAccount {
    /// What is to be open by the figures.
    pub fn balance(&self) -> Sums {
        let mut balance = Sums::default();
        for sums in self.figures.values() {
            balance.add(*sums);
        }
        balance
    }

    /// Whether the items add up to the figures, in both currencies.
    pub fn agrees(&self) -> bool {
        self.balance() == self.open
    }
}

/// By currency code.
pub type ControlAccounts = BTreeMap<String, ControlAccount>;

impl Reader<'_> {
    /// The control accounts.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn control(&self, query: &ControlQuery) -> Result<ControlAccounts, Error> {
        let rows = self
            .rows(
                include_str!("../sql/control.sql"),
                &[
                    &self.tenant,
                    &query.dates.as_of,
                    &query.dates.known_until,
                    &query.customers,
                    &query.currencies,
                ],
            )
            .await?;
        let mut accounts = ControlAccounts::new();
        for row in &rows {
            let account = accounts.entry(row.try_get("currency")?).or_default();
            let sums = Sums {
                amount: row.try_get("amount")?,
                booked: row.try_get("base")?,
            };
            match Figure::from_name(row.try_get("figure")?) {
                Some(figure) => account.figures.entry(figure).or_default().add(sums),
                None => account.open.add(sums),
            }
        }
        Ok(accounts)
    }
}
