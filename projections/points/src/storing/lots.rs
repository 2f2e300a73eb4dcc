//! Lots: what begins, what each of them holds, and how that came.

use std::collections::BTreeMap;

use guanxi_events::loyalty::points::LotNo;
use guanxi_projection::{Write, columns};
use jiff::Timestamp;
use rust_decimal::Decimal;
use tokio_postgres::Error;
use uuid::Uuid;

use super::{Entry, Sum, stored, whole};
use crate::{
    ledger::{LotMove, NewLot},
    projection::Id,
};

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

/// Pending, remaining, expired.
type LotSums = [Decimal; 3];

/// First the lots that begin or change their lives, then what all of them hold.
pub(super) async fn store(write: &Write<'_>, entries: &[Entry]) -> Result<(), Error> {
    let mut told: BTreeMap<(&Id, LotNo), (Decimal, &NewLot, &NewLot, &Entry)> = BTreeMap::new();
    let mut sums: BTreeMap<(&Id, LotNo), Sum<LotSums>> = BTreeMap::new();
    for entry in entries {
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
    lots.write(write, include_str!("../sql/write_lots.sql"))
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
    let sql = include_str!("../sql/move_lots.sql");
    changes.write(write, sql).await
}

/// Writes the movements of a batch.
pub(super) async fn store_movements(write: &Write<'_>, entries: &[Entry]) -> Result<(), Error> {
    let mut movements = Movements::default();
    for entry in entries {
        for (n, moved) in (0..).zip(&entry.booking.moves) {
            movements.push(MovementRow::of(entry, n, moved));
        }
    }
    movements
        .write(write, include_str!("../sql/write_lot_movements.sql"))
        .await
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
