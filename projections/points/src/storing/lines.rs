//! The lines.

use guanxi_projection::{Write, columns};
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use tokio_postgres::Error;
use uuid::Uuid;

use super::{Entry, stored, text, whole};
use crate::ledger::Line;

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

/// Writes the lines of a batch.
pub(super) async fn store(write: &Write<'_>, entries: &[Entry]) -> Result<(), Error> {
    let mut lines = Lines::default();
    for entry in entries {
        for line in &entry.booking.lines {
            lines.push(LineRow::of(entry, line));
        }
    }
    lines.insert(write, "lines").await
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
