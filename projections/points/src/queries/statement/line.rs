//! A line of a statement as its row holds it.

use rust_decimal::Decimal;
use serde_json::Value;
use tokio_postgres::{Error, Row};

use super::{LineCursor, Redeemed, StatementLine};
use crate::ledger::{Cause, CauseKind, Collected, RuleShare, Rules};

pub(super) fn read(row: &Row) -> Result<StatementLine, Error> {
    let purpose: Option<String> = row.try_get("purpose")?;
    let redeemed = match purpose {
        Some(purpose) => Some(Redeemed {
            purpose,
            value: row.try_get("value")?,
            currency: row.try_get("currency")?,
        }),
        None => None,
    };
    let kind: CauseKind = row.try_get("cause")?;
    Ok(StatementLine {
        cursor: LineCursor {
            at: row.try_get("at")?,
            version: row.try_get("version")?,
        },
        recorded_at: row.try_get("recorded_at")?,
        event: row.try_get("event")?,
        kind: row.try_get("kind")?,
        quantity: row.try_get("quantity")?,
        pending: row.try_get("pending")?,
        active: row.try_get("active")?,
        debt: row.try_get("debt")?,
        owed: row.try_get("owed")?,
        lapsed: row.try_get("lapsed")?,
        pending_after: row.try_get("pending_after")?,
        active_after: row.try_get("active_after")?,
        cause: Cause {
            kind,
            id: row.try_get("cause_id")?,
            reference: row.try_get("reference")?,
        },
        shop: row.try_get("shop")?,
        redeemed,
        member_number: row.try_get("member_number")?,
        reason: row.try_get("reason")?,
        requested_by: row.try_get("requested_by")?,
        approved_by: row.try_get("approved_by")?,
        program_version: row.try_get("program_version")?,
        rules: rules(row)?,
        collected: parts(row, "collected", "purchase")?
            .filter_map(|(purchase, points)| {
                let purchase = purchase.parse().ok()?;
                Some(Collected { purchase, points })
            })
            .collect(),
        lots: Vec::new(),
    })
}

fn rules(row: &Row) -> Result<Option<Rules>, Error> {
    let version: Option<i32> = row.try_get("rules_version")?;
    let Some(version) = version.and_then(|version| u32::try_from(version).ok()) else {
        return Ok(None);
    };
    let ladder_version: Option<i32> = row.try_get("ladder_version")?;
    let factor: Option<Decimal> = row.try_get("factor")?;
    let capped: Option<Decimal> = row.try_get("capped")?;
    Ok(Some(Rules {
        version,
        tier: row.try_get("tier")?,
        ladder_version: ladder_version.and_then(|version| u32::try_from(version).ok()),
        factor: factor.unwrap_or_default(),
        capped: capped.unwrap_or_default(),
        shares: parts(row, "rules", "rule")?
            .map(|(rule, points)| RuleShare { rule, points })
            .collect(),
    }))
}

/// The parts of a list as this model itself wrote it: each with a name and points.
fn parts(
    row: &Row,
    column: &str,
    name: &'static str,
) -> Result<impl Iterator<Item = (String, Decimal)>, Error> {
    let list: Option<Value> = row.try_get(column)?;
    let list = match list {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    };
    Ok(list.into_iter().filter_map(move |part| {
        let points = part.get("points")?.as_str()?.parse().ok()?;
        Some((part.get(name)?.as_str()?.to_owned(), points))
    }))
}
