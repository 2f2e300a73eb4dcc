//! What a batch leaves of accounts, into the tables.

mod lines;
mod lots;

use std::collections::BTreeMap;

use guanxi_events::{Position, Recorded, loyalty::points::PointsEvent};
use guanxi_projection::{ApplyError, Write, columns};
use jiff::Timestamp;
use rust_decimal::Decimal;
use tokio_postgres::Error;
use uuid::Uuid;

use crate::{
    ledger::{Account, Booking, Figures},
    projection::Id,
};

columns! {
    /// A row of `accounts`, or by how much it changes.
    Accounts of AccountRow {
        tenant: &'a str,
        member: Uuid,
        account: &'static str,
        earned: Decimal,
        adjusted: Decimal,
        transferred_in: Decimal,
        pending: Decimal,
        active: Decimal,
        spent: Decimal,
        settled: Decimal,
        transferred_out: Decimal,
        expired: Decimal,
        reversed: Decimal,
        debt: Decimal,
        owed: Decimal,
        last_at: Timestamp,
        last_recorded_at: Timestamp,
    }
}

/// What one event leaves, and where.
struct Entry {
    id: Id,
    version: i64,
    position: Position,
    at: Timestamp,
    recorded_at: Timestamp,
    event: Uuid,
    booking: Booking,
}

/// What the events of a batch leave.
#[derive(Default)]
pub(crate) struct Booked(Vec<Entry>);

/// The sums of a batch, and the last of their times.
struct Sum<T> {
    of: T,
    last_at: Timestamp,
    last_recorded_at: Timestamp,
}

impl<T: Default> Sum<T> {
    /// Nothing yet of what `entry` begins.
    fn new(entry: &Entry) -> Self {
        Self {
            of: T::default(),
            last_at: entry.at,
            last_recorded_at: entry.recorded_at,
        }
    }

    /// What `entry` adds to; its times count from now on.
    fn counting(&mut self, entry: &Entry) -> &mut T {
        self.last_at = self.last_at.max(entry.at);
        self.last_recorded_at = self.last_recorded_at.max(entry.recorded_at);
        &mut self.of
    }
}

impl Booked {
    /// Takes what happened to an account.
    pub(crate) fn take(&mut self, id: Id, event: &Recorded, points: &PointsEvent) {
        let booking = Booking::of(points);
        // Every event that leaves something says once when that counts.
        let Some(line) = booking.lines.first() else {
            return;
        };
        self.0.push(Entry {
            id,
            version: event.version.0,
            position: event.position,
            at: line.at,
            recorded_at: event.recorded_at,
            event: event.id.0,
            booking,
        });
    }

    /// Writes all of it. A lot that is moved must be there, and so must the member whose it is.
    pub(crate) async fn store(&self, write: &Write<'_>) -> Result<(), ApplyError> {
        if self.0.is_empty() {
            return Ok(());
        }
        self.store_accounts(write).await?;
        lots::store(write, &self.0).await?;
        futures::try_join!(
            lines::store(write, &self.0),
            lots::store_movements(write, &self.0),
        )?;
        Ok(())
    }

    async fn store_accounts(&self, write: &Write<'_>) -> Result<(), Error> {
        let mut sums: BTreeMap<(&Id, Account), Sum<Figures>> = BTreeMap::new();
        for entry in &self.0 {
            for line in &entry.booking.lines {
                let sum = sums.entry((&entry.id, line.account));
                *sum.or_insert_with(|| Sum::new(entry)).counting(entry) += line.figures;
            }
        }
        let mut accounts = Accounts::default();
        for (((tenant, member), account), sum) in &sums {
            let figures = &sum.of;
            accounts.push(AccountRow {
                tenant,
                member: *member,
                account: account.as_str(),
                earned: stored(figures.earned),
                adjusted: stored(figures.adjusted),
                transferred_in: stored(figures.transferred_in),
                pending: stored(figures.pending),
                active: stored(figures.active),
                spent: stored(figures.spent),
                settled: stored(figures.settled),
                transferred_out: stored(figures.transferred_out),
                expired: stored(figures.expired),
                reversed: stored(figures.reversed),
                debt: stored(figures.debt),
                owed: stored(figures.owed),
                last_at: sum.last_at,
                last_recorded_at: sum.last_recorded_at,
            });
        }
        let sql = include_str!("sql/write_accounts.sql");
        accounts.write(write, sql).await?;
        Ok(())
    }
}

/// 10.5 and 10.50 are as many points, and must be one row.
fn stored(points: Decimal) -> Decimal {
    points.normalize()
}

/// As JSON holds it, which has no exact numbers that every reader keeps.
fn text(points: Decimal) -> String {
    stored(points).to_string()
}

/// Versions are counted from 1 and stay far below the limit.
pub(crate) fn whole(version: u32) -> i32 {
    i32::try_from(version).unwrap_or(i32::MAX)
}
