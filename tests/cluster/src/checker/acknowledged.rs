//! Whether every promise was kept: an acknowledged command is in the log, once, as it was answered.

use std::sync::Arc;

use anyhow::ensure;
use guanxi_events::{Service, document_number};
use serde_json::Value;
use tokio_postgres::{Client, Row, types::ToSql};
use uuid::Uuid;

use super::{Findings, PAGE};
use crate::{Acknowledged, Ledger};

/// What the log has of a command.
struct Written {
    first: Option<i64>,
    position: i64,
    result: Value,
    numbers: Option<Value>,
    /// Whether one of its events brought the promised thing to the promised version.
    own: bool,
}

pub(super) async fn check(
    client: &Client,
    service: Service,
    ledger: &Ledger,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let sql = include_str!("acknowledged.sql").replace("{log}", &format!("log_{service}"));
    for promises in ledger.of(service).chunks(PAGE) {
        let rows = look_up(client, &sql, promises).await?;
        ensure!(rows.len() == promises.len(), "a promise has several rows");
        for (promise, row) in promises.iter().zip(&rows) {
            findings.acknowledged += 1;
            let kept = match written(row)? {
                None => Err("it is not in the log".to_owned()),
                Some(written) => compare(promise, &written),
            };
            if let Err(problem) = kept {
                let id = promise.command_id;
                findings.wrong(
                    "acknowledged",
                    format!("command {id} of {service}: {problem}"),
                );
            }
        }
    }
    Ok(())
}

async fn look_up(
    client: &Client,
    sql: &str,
    promises: &[Arc<Acknowledged>],
) -> anyhow::Result<Vec<Row>> {
    let tenants: Vec<&str> = promises.iter().map(|one| one.tenant.as_str()).collect();
    let ids: Vec<Uuid> = promises.iter().map(|one| one.command_id).collect();
    let streams: Vec<&str> = promises.iter().map(|one| one.receipt.id.as_str()).collect();
    let versions: Vec<i64> = promises.iter().map(|one| one.receipt.version).collect();
    let told: [&(dyn ToSql + Sync); 4] = [&tenants, &ids, &streams, &versions];
    Ok(client.query(sql, &told).await?)
}

/// What a row says; nothing when the log has no such command.
fn written(row: &Row) -> anyhow::Result<Option<Written>> {
    let Some(position) = row.try_get("position")? else {
        return Ok(None);
    };
    let numbers: Option<&str> = row.try_get("numbers")?;
    let result: &str = row.try_get("result")?;
    Ok(Some(Written {
        first: row.try_get("first_position")?,
        position,
        result: serde_json::from_str(result).unwrap_or_default(),
        numbers: numbers.map(serde_json::from_str).transpose()?,
        own: row.try_get("own")?,
    }))
}

fn compare(promise: &Acknowledged, written: &Written) -> Result<(), String> {
    let Acknowledged { receipt, .. } = promise;
    if written.position != promise.position.0 {
        let (told, is) = (promise.position, written.position);
        return Err(format!("the answer says position {told}, the log {is}"));
    }
    let told = (Some(receipt.id.as_str()), Some(receipt.version));
    let is = (
        written.result["id"].as_str(),
        written.result["version"].as_i64(),
    );
    if told != is {
        return Err(format!("the answer says {told:?}, the log {is:?}"));
    }
    let number = first_number(written.numbers.as_ref()).unwrap_or_default();
    if number != receipt.number {
        return Err(format!(
            "the answer says number {:?}, the log {number:?}",
            receipt.number
        ));
    }
    // A command with nothing to do has no events.
    if written.first.is_none() || written.own {
        return Ok(());
    }
    let (id, version) = (&receipt.id, receipt.version);
    Err(format!(
        "none of its events brought {id} to version {version}"
    ))
}

/// `[["CU", 12]]` as `CU-000012`.
fn first_number(numbers: Option<&Value>) -> Option<String> {
    let first = numbers?.get(0)?;
    Some(document_number(
        first.get(0)?.as_str()?,
        first.get(1)?.as_i64()?,
    ))
}
