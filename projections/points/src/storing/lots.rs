//! Lots: what begins, what each of them holds, and how that came.

use std::collections::BTreeMap;

use guanxi_events::loyalty::points::LotNo;
use guanxi_projection::{ApplyError, Write, columns};
use jiff::Timestamp;
use rust_decimal::Decimal;
use tokio_postgres::{Error, types::ToSql};
use uuid::Uuid;

use super::{Entry, Sum, stored, whole};
use crate::{
    ledger::{LotMove, NewLot},
    projection::Id,
};

columns! {
    /// A row of `lots`, new or with another life, and by how much what it holds changes.
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
        pending: Decimal,
        remaining: Decimal,
        expired: Decimal,
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
type Held = [Decimal; 3];

/// What a batch does to a lot.
struct Moved<'a> {
    told: Option<Told<'a>>,
    sums: Sum<Held>,
    /// The first event that moves it.
    first: &'a Entry,
}

/// What a batch tells of a lot: it began as the first event says, and lives as the last one says.
struct Told<'a> {
    points: Decimal,
    first: &'a NewLot,
    last: &'a NewLot,
}

/// Writes the lots that begin or change their lives, and what all of them hold.
///
/// # Errors
/// An event is poison when it moves a lot that is not there.
pub(super) async fn store(write: &Write<'_>, entries: &[Entry]) -> Result<(), ApplyError> {
    let moves = moves(entries);
    let mut lots = Lots::default();
    let mut changes = LotChanges::default();
    let mut movers = Vec::new();
    for (key, moved) in &moves {
        if let Some(told) = &moved.told {
            lots.push(LotRow::of(key, told, &moved.sums));
        } else {
            changes.push(LotChangeRow::of(key, &moved.sums));
            movers.push(moved.first);
        }
    }
    lots.write(write, include_str!("../sql/write_lots.sql"))
        .await?;
    let sql = include_str!("../sql/move_lots.sql");
    let found = changes.write(write, sql).await?;
    if found < movers.len() as u64 {
        let sql = include_str!("../sql/unknown_lot.sql");
        let keys: [&(dyn ToSql + Sync); 3] = [&changes.tenant, &changes.member, &changes.lot];
        let row = write.query(sql, &keys).await?;
        let nth: i64 = row.first().map_or(Ok(1), |row| row.try_get(0))?;
        let at = usize::try_from(nth - 1).unwrap_or_default();
        return Err(ApplyError::Poison {
            position: movers[at].position,
            reason: format!("there is no lot {}", changes.lot[at]),
        });
    }
    Ok(())
}

fn moves(entries: &[Entry]) -> BTreeMap<LotKey<'_>, Moved<'_>> {
    let mut moves = BTreeMap::new();
    for entry in entries {
        for one in &entry.booking.moves {
            let moved = moves.entry((&entry.id, one.lot)).or_insert_with(|| Moved {
                told: None,
                sums: Sum::new(entry),
                first: entry,
            });
            let [pending, remaining, expired] = moved.sums.counting(entry);
            *pending += one.pending;
            *remaining += one.remaining;
            *expired += one.expired;
            if let Some(new) = &one.new {
                let told = moved.told.get_or_insert(Told {
                    points: one.pending + one.remaining,
                    first: new,
                    last: new,
                });
                told.last = new;
            }
        }
    }
    moves
}

/// Writes the movements of a batch.
pub(super) async fn store_movements(write: &Write<'_>, entries: &[Entry]) -> Result<(), Error> {
    let mut movements = Movements::default();
    for entry in entries {
        for (n, moved) in (0..).zip(&entry.booking.moves) {
            movements.push(MovementRow::of(entry, n, moved));
        }
    }
    movements.insert(write, "lot_movements").await
}

/// A member's lot.
type LotKey<'a> = (&'a Id, LotNo);

impl<'a> LotRow<'a> {
    fn of(((tenant, member), lot): &LotKey<'a>, told: &Told<'a>, sums: &Sum<Held>) -> Self {
        let [pending, remaining, expired] = sums.of.map(stored);
        let first = told.first;
        Self {
            tenant,
            member: *member,
            lot: i64::from(lot.0),
            origin: i64::from(first.origin.0),
            source: first.source.kind.as_str(),
            source_id: first.source.id,
            reference: first.source.reference.as_deref(),
            earned_at: first.life.earned_at,
            active_at: first.life.active_at,
            expires_at: told.last.life.expires_at,
            points: stored(told.points),
            program_version: first.program_version.map(whole),
            rules_version: first.rules_version.map(whole),
            tier: first.tier.as_deref(),
            pending,
            remaining,
            expired,
            last_at: sums.last_at,
            last_recorded_at: sums.last_recorded_at,
        }
    }
}

impl<'a> LotChangeRow<'a> {
    fn of(((tenant, member), lot): &LotKey<'a>, sums: &Sum<Held>) -> Self {
        let [pending, remaining, expired] = sums.of.map(stored);
        Self {
            tenant,
            member: *member,
            lot: i64::from(lot.0),
            pending,
            remaining,
            expired,
            last_at: sums.last_at,
            last_recorded_at: sums.last_recorded_at,
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
