//! A member's lots, in the order in which they are spent (L-14).

use jiff::Timestamp;
use rust_decimal::Decimal;
use tokio_postgres::{Error, Row};
use uuid::Uuid;

use super::{Lots, Reader, Times};
use crate::ledger::{Cause, CauseKind, named};

named! {
    /// How a lot stands.
    LotState {
        /// It cannot be spent yet.
        Pending = "pending",
        /// It can be spent.
        Active = "active",
        /// Nothing is left, and something of it expired.
        Expired = "expired",
        /// Nothing is left: spent, sent, taken back.
        Used = "used",
    }
}

/// What to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotsQuery {
    /// When.
    pub times: Times,
    /// Whose.
    pub member: Uuid,
    /// Only those that stand so; empty is all.
    pub states: Vec<LotState>,
    /// Only those after this one.
    pub after: Option<LotCursor>,
    /// How many at most.
    pub limit: u16,
}

/// A place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LotCursor {
    /// When the lot expires; never when `None`, and then last.
    pub expires_at: Option<Timestamp>,
    /// When it was earned.
    pub earned_at: Timestamp,
    /// Its number.
    pub lot: i64,
}

/// A lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// Its place in the list: expiry, earning, number.
    pub cursor: LotCursor,
    /// The lot of which its points were earned: itself, or one beside which it stands.
    pub origin: i64,
    /// Where its points came from.
    pub source: Cause,
    /// The shop of the purchase.
    pub shop: Option<String>,
    /// When it can be spent.
    pub active_at: Timestamp,
    /// What it came with.
    pub points: Decimal,
    /// What cannot be spent yet.
    pub pending: Decimal,
    /// What can be spent.
    pub remaining: Decimal,
    /// What expired of it.
    pub expired: Decimal,
    /// How it stands.
    pub state: LotState,
    /// The version of the program's rules.
    pub program_version: Option<i32>,
    /// The version of the earning rules.
    pub rules_version: Option<i32>,
    /// The member's tier when it was earned.
    pub tier: Option<String>,
}

impl Reader<'_> {
    /// A member's lots.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn lots(&self, query: &LotsQuery) -> Result<Vec<Lot>, Error> {
        let members = vec![query.member];
        let states: Vec<&str> = query.states.iter().map(|state| state.as_str()).collect();
        let expires_at = query.after.and_then(|after| after.expires_at);
        let earned_at = query.after.map(|after| after.earned_at);
        let lot = query.after.map(|after| after.lot);
        let limit = i64::from(query.limit);
        let rows = self
            .rows(
                include_str!("../sql/list_lots.sql"),
                (Lots::All, true),
                &[
                    &self.tenant,
                    &query.times.until,
                    &query.times.known_until,
                    &members,
                    &states,
                    &expires_at,
                    &earned_at,
                    &lot,
                    &limit,
                ],
            )
            .await?;
        rows.iter().map(lot_of).collect()
    }
}

fn lot_of(row: &Row) -> Result<Lot, Error> {
    let kind: CauseKind = row.try_get("source")?;
    Ok(Lot {
        cursor: LotCursor {
            expires_at: row.try_get("expires_at")?,
            earned_at: row.try_get("earned_at")?,
            lot: row.try_get("lot")?,
        },
        origin: row.try_get("origin")?,
        source: Cause {
            kind,
            id: row.try_get("source_id")?,
            reference: row.try_get("reference")?,
        },
        shop: row.try_get("shop")?,
        active_at: row.try_get("active_at")?,
        points: row.try_get("points")?,
        pending: row.try_get("pending")?,
        remaining: row.try_get("remaining")?,
        expired: row.try_get("expired")?,
        state: row.try_get("state")?,
        program_version: row.try_get("program_version")?,
        rules_version: row.try_get("rules_version")?,
        tier: row.try_get("tier")?,
    })
}
