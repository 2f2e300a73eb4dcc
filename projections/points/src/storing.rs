//! Lines and lots into the tables: one statement for each table of a batch.

use std::collections::BTreeMap;

use guanxi_events::{
    Recorded,
    loyalty::points::{LotNo, PointsEvent},
};
use guanxi_projection::{Write, columns};
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use tokio_postgres::Error;
use uuid::Uuid;

use crate::{
    ledger::{Account, Booking, Figures, Line, LotMove, NewLot},
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

columns! {
    /// A row of `lines`.
    Lines of LineRow {
        tenant: &'a str,
        member: Uuid,
        version: i64,
        account: &'static str,
        kind: &'static str,
        at: Timestamp,
        recorded_at: Timestamp,
        event: Uuid,
        quantity: Decimal,
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
        lapsed: Decimal,
        cause: &'static str,
        cause_id: Option<Uuid>,
        reference: Option<&'a str>,
        reason: Option<&'a str>,
        requested_by: Option<&'a str>,
        approved_by: Option<&'a str>,
        program_version: Option<i32>,
        rules_version: Option<i32>,
        ladder_version: Option<i32>,
        tier: Option<&'a str>,
        factor: Option<Decimal>,
        capped: Option<Decimal>,
        rules: Option<Value>,
        collected: Option<Value>,
    }
}

columns! {
    /// A row of `lots`, new or with another life.
    Lots of LotRow {
        tenant: &'a str,
        member: Uuid,
        lot: i64,
        origin: i64,
        source: &'static str,
        source_id: Option<Uuid>,
        reference: Option<&'a str>,
        earned_at: Timestamp,
        active_at: Timestamp,
        expires_at: Option<Timestamp>,
        points: Decimal,
        program_version: Option<i32>,
        rules_version: Option<i32>,
        tier: Option<&'a str>,
        last_at: Timestamp,
        last_recorded_at: Timestamp,
    }
}

columns! {
    /// By how much a row of `lots` changes.
    LotChanges of LotChangeRow {
        tenant: &'a str,
        member: Uuid,
        lot: i64,
        pending: Decimal,
        remaining: Decimal,
        expired: Decimal,
        last_at: Timestamp,
        last_recorded_at: Timestamp,
    }
}

columns! {
    /// A row of `lot_movements`.
    Movements of MovementRow {
        tenant: &'a str,
        member: Uuid,
        lot: i64,
        version: i64,
        n: i32,
        at: Timestamp,
        recorded_at: Timestamp,
        pending: Decimal,
        remaining: Decimal,
        expired: Decimal,
        told: bool,
        expires_at: Option<Timestamp>,
    }
}

/// What one event leaves, and where.
struct Entry {
    id: Id,
    version: i64,
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
    /// The sum that `entry` adds to.
    fn of<'a, K: Ord>(sums: &'a mut BTreeMap<K, Self>, key: K, entry: &Entry) -> &'a mut T {
        let sum = sums.entry(key).or_insert_with(|| Self {
            of: T::default(),
            last_at: entry.at,
            last_recorded_at: entry.recorded_at,
        });
        sum.last_at = sum.last_at.max(entry.at);
        sum.last_recorded_at = sum.last_recorded_at.max(entry.recorded_at);
        &mut sum.of
    }
}

/// Pending, remaining, expired.
type LotSums = [Decimal; 3];

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
            at: line.at,
            recorded_at: event.recorded_at,
            event: event.id.0,
            booking,
        });
    }

    /// Writes all of it. A lot that is moved must be there, and so must the member whose it is.
    pub(crate) async fn store(&self, write: &Write<'_>) -> Result<(), Error> {
        if self.0.is_empty() {
            return Ok(());
        }
        self.store_accounts(write).await?;
        self.store_lots(write).await?;
        let (mut lines, mut movements) = (Lines::default(), Movements::default());
        for entry in &self.0 {
            for line in &entry.booking.lines {
                lines.push(LineRow::of(entry, line));
            }
            for (n, moved) in (0..).zip(&entry.booking.moves) {
                movements.push(MovementRow::of(entry, n, moved));
            }
        }
        futures::try_join!(
            lines.write(write, include_str!("sql/write_lines.sql")),
            movements.write(write, include_str!("sql/write_lot_movements.sql")),
        )?;
        Ok(())
    }

    async fn store_accounts(&self, write: &Write<'_>) -> Result<(), Error> {
        let mut sums: BTreeMap<(&Id, Account), Sum<Figures>> = BTreeMap::new();
        for entry in &self.0 {
            for line in &entry.booking.lines {
                *Sum::of(&mut sums, (&entry.id, line.account), entry) += line.figures;
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
        accounts.write(write, sql).await
    }

    /// First the lots that begin or change their lives, then what all of them hold.
    async fn store_lots(&self, write: &Write<'_>) -> Result<(), Error> {
        let mut told: BTreeMap<(&Id, LotNo), (Decimal, &NewLot, &NewLot, &Entry)> = BTreeMap::new();
        let mut sums: BTreeMap<(&Id, LotNo), Sum<LotSums>> = BTreeMap::new();
        for entry in &self.0 {
            for moved in &entry.booking.moves {
                let key = (&entry.id, moved.lot);
                let sum = Sum::of(&mut sums, key, entry);
                sum[0] += moved.pending;
                sum[1] += moved.remaining;
                sum[2] += moved.expired;
                if let Some(new) = &moved.new {
                    // It began as the first said, and lives as the last says.
                    told.entry(key)
                        .and_modify(|(_, _, last, _)| *last = new)
                        .or_insert((moved.pending + moved.remaining, new, new, entry));
                }
            }
        }
        let mut lots = Lots::default();
        for (((tenant, member), lot), (points, first, last, entry)) in &told {
            lots.push(LotRow {
                tenant,
                member: *member,
                lot: i64::from(lot.0),
                origin: i64::from(first.origin.0),
                source: first.source.kind.as_str(),
                source_id: first.source.id,
                reference: first.source.reference.as_deref(),
                earned_at: first.life.earned_at,
                active_at: first.life.active_at,
                expires_at: last.life.expires_at,
                points: stored(*points),
                program_version: first.program_version.map(whole),
                rules_version: first.rules_version.map(whole),
                tier: first.tier.as_deref(),
                last_at: entry.at,
                last_recorded_at: entry.recorded_at,
            });
        }
        lots.write(write, include_str!("sql/write_lots.sql"))
            .await?;
        let mut changes = LotChanges::default();
        for (((tenant, member), lot), sum) in &sums {
            let [pending, remaining, expired] = sum.of.map(stored);
            changes.push(LotChangeRow {
                tenant,
                member: *member,
                lot: i64::from(lot.0),
                pending,
                remaining,
                expired,
                last_at: sum.last_at,
                last_recorded_at: sum.last_recorded_at,
            });
        }
        let sql = include_str!("sql/move_lots.sql");
        changes.write(write, sql).await
    }
}

impl<'a> LineRow<'a> {
    fn of(entry: &'a Entry, line: &'a Line) -> Self {
        let figures = &line.figures;
        let rules = line.rules.as_ref();
        Self {
            tenant: &entry.id.0,
            member: entry.id.1,
            version: entry.version,
            account: line.account.as_str(),
            kind: line.kind.as_str(),
            at: line.at,
            recorded_at: entry.recorded_at,
            event: entry.event,
            quantity: stored(line.quantity),
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
            lapsed: stored(line.lapsed),
            cause: line.cause.kind.as_str(),
            cause_id: line.cause.id,
            reference: line.cause.reference.as_deref(),
            reason: line.reason.as_deref(),
            requested_by: line.requested_by.as_deref(),
            approved_by: line.approved_by.as_deref(),
            program_version: line.program_version.map(whole),
            rules_version: rules.map(|rules| whole(rules.version)),
            ladder_version: rules.and_then(|rules| rules.ladder_version.map(whole)),
            tier: rules.and_then(|rules| rules.tier.as_deref()),
            factor: rules.map(|rules| stored(rules.factor)),
            capped: rules.map(|rules| stored(rules.capped)),
            rules: rules.map(|rules| {
                let shares = rules.shares.iter();
                let shares = shares
                    .map(|share| json!({"rule": share.rule, "points": text(share.points)}));
                shares.collect()
            }),
            collected: (!line.collected.is_empty()).then(|| {
                let parts = line.collected.iter();
                let parts = parts
                    .map(|part| json!({"purchase": part.purchase.to_string(), "points": text(part.points)}));
                parts.collect()
            }),
        }
    }
}

impl<'a> MovementRow<'a> {
    fn of(entry: &'a Entry, n: i32, moved: &LotMove) -> Self {
        let life = moved.new.as_ref().map(|new| new.life);
        Self {
            tenant: &entry.id.0,
            member: entry.id.1,
            lot: i64::from(moved.lot.0),
            version: entry.version,
            n,
            at: entry.at,
            recorded_at: entry.recorded_at,
            pending: stored(moved.pending),
            remaining: stored(moved.remaining),
            expired: stored(moved.expired),
            told: life.is_some(),
            expires_at: life.and_then(|life| life.expires_at),
        }
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
