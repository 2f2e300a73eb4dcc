//! What is added to the figures of days.

use std::collections::BTreeMap;

use guanxi_events::Recorded;
use guanxi_projection::{Write, columns};
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use tokio_postgres::Error;

use crate::Figure;

/// The length of a slot, in seconds: a quarter of an hour. Days of every time zone begin with one.
const SLOT: i64 = 900;

/// When something counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum When {
    /// At an instant.
    At(Timestamp),
    /// On a business date.
    On(Date),
}

/// What counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Counted<'a> {
    pub(crate) figure: Figure,
    pub(crate) when: When,
    /// Whose it is; empty for nobody's.
    pub(crate) owner: &'a str,
    /// What it is told apart by beside that; empty for nothing.
    pub(crate) detail: &'a str,
}

/// How much: an amount with a currency, points without.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Much<'a> {
    pub(crate) amount: Decimal,
    pub(crate) currency: &'a str,
}

/// A row's key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    tenant: String,
    figure: &'static str,
    when: When,
    owner: String,
    detail: String,
    currency: String,
}

columns! {
    /// What is added to a slot.
    Slots of SlotRow {
        tenant: &'a str,
        figure: &'static str,
        slot: Timestamp,
        owner: &'a str,
        detail: &'a str,
        currency: &'a str,
        count: i64,
        amount: Decimal,
    }
}

columns! {
    /// What is added to a day.
    Days of DayRow {
        tenant: &'a str,
        figure: &'static str,
        day: Date,
        owner: &'a str,
        detail: &'a str,
        currency: &'a str,
        count: i64,
        amount: Decimal,
    }
}

/// The deltas of a batch. They are kept in the order of their keys: two workers that add to the same
/// rows never wait for each other crosswise. One that came to nothing is written all the same, for
/// whether a row is there must not depend on what fell into one batch.
#[derive(Debug, Default)]
pub(crate) struct Deltas(BTreeMap<Key, (i64, Decimal)>);

impl Deltas {
    /// One more, with no amount.
    pub(crate) fn one(&mut self, event: &Recorded, counted: &Counted<'_>) {
        self.add(event, counted, 1, Much::default());
    }

    /// One that had been counted is not one after all.
    pub(crate) fn not_one(&mut self, event: &Recorded, counted: &Counted<'_>) {
        self.add(event, counted, -1, Much::default());
    }

    /// So many more, that come to so much.
    pub(crate) fn add(
        &mut self,
        event: &Recorded,
        counted: &Counted<'_>,
        count: i64,
        much: Much<'_>,
    ) {
        let key = Key {
            tenant: event.stream.tenant.as_str().to_owned(),
            figure: counted.figure.name(),
            when: slot(counted.when),
            owner: counted.owner.to_owned(),
            detail: counted.detail.to_owned(),
            currency: much.currency.to_owned(),
        };
        let (counted, sum) = self.0.entry(key).or_default();
        *counted += count;
        *sum += much.amount;
    }

    /// Adds them.
    pub(crate) async fn store(&self, write: &Write<'_>) -> Result<(), Error> {
        let (mut slots, mut days) = (Slots::default(), Days::default());
        for (key, (count, amount)) in &self.0 {
            let Key {
                tenant,
                figure,
                when,
                owner,
                detail,
                currency,
            } = key;
            let (count, amount) = (*count, amount.normalize());
            match *when {
                When::At(slot) => slots.push(SlotRow {
                    tenant,
                    figure,
                    slot,
                    owner,
                    detail,
                    currency,
                    count,
                    amount,
                }),
                When::On(day) => days.push(DayRow {
                    tenant,
                    figure,
                    day,
                    owner,
                    detail,
                    currency,
                    count,
                    amount,
                }),
            }
        }
        slots
            .write(write, include_str!("sql/add_slots.sql"))
            .await?;
        days.write(write, include_str!("sql/add_days.sql")).await?;
        Ok(())
    }
}

/// The beginning of the slot.
fn slot(when: When) -> When {
    match when {
        When::At(at) => {
            let begins = at.as_microsecond().div_euclid(SLOT * 1_000_000) * SLOT;
            When::At(Timestamp::from_second(begins).unwrap_or(at))
        }
        on => on,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_begins_with_a_quarter_of_an_hour_also_before_1970() {
        for (at, begins) in [
            ("2024-01-01T10:14:59.999999Z", "2024-01-01T10:00:00Z"),
            ("2024-01-01T10:15:00Z", "2024-01-01T10:15:00Z"),
            ("1969-12-31T23:59:59.5Z", "1969-12-31T23:45:00Z"),
        ] {
            let wanted = When::At(begins.parse().unwrap());
            assert_eq!(slot(When::At(at.parse().unwrap())), wanted, "{at}");
        }
    }
}
