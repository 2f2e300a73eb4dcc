//! Whether every promise was kept: an acknowledged command is in the log, once, as it was answered.

use std::collections::{HashMap, HashSet};

use guanxi_events::{Service, document_number};
use serde_json::Value;
use tokio_postgres::Client;
use uuid::Uuid;

use super::Findings;
use crate::{Acknowledged, Ledger};

/// A row of `commands`.
struct Written {
    first: Option<i64>,
    position: i64,
    result: Value,
    numbers: Option<Value>,
}

pub(super) async fn check(
    client: &Client,
    service: Service,
    ledger: &Ledger,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let commands = commands(client, service).await?;
    let events = events(client, service).await?;
    for promise in ledger.of(service) {
        findings.acknowledged += 1;
        let key = (promise.tenant.clone(), promise.command_id);
        let kept = match commands.get(&key) {
            None => Err("it is not in the log".to_owned()),
            Some(written) => compare(&promise, written, &events),
        };
        if let Err(problem) = kept {
            let id = promise.command_id;
            findings.wrong(
                "acknowledged",
                format!("command {id} of {service}: {problem}"),
            );
        }
    }
    Ok(())
}

fn compare(
    promise: &Acknowledged,
    written: &Written,
    events: &HashMap<i64, (Uuid, i64)>,
) -> Result<(), String> {
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
    let Some(first) = written.first else {
        return Ok(());
    };
    let streams: HashSet<_> = (first..=written.position)
        .filter_map(|at| events.get(&at))
        .collect();
    let own = streams
        .iter()
        .any(|(id, version)| id.to_string() == receipt.id && *version == receipt.version);
    if own {
        Ok(())
    } else {
        let (id, version) = (&receipt.id, receipt.version);
        Err(format!(
            "none of its events brought {id} to version {version}"
        ))
    }
}

/// `[["CU", 12]]` as `CU-000012`.
fn first_number(numbers: Option<&Value>) -> Option<String> {
    let first = numbers?.get(0)?;
    Some(document_number(
        first.get(0)?.as_str()?,
        first.get(1)?.as_i64()?,
    ))
}

async fn commands(
    client: &Client,
    service: Service,
) -> anyhow::Result<HashMap<(String, Uuid), Written>> {
    let sql = format!(
        "select tenant, id, first_position, position, convert_from(result, 'UTF8') as result,
                numbers::text as numbers
         from log_{service}.commands"
    );
    let mut commands = HashMap::new();
    for row in client.query(&sql, &[]).await? {
        let numbers: Option<&str> = row.try_get("numbers")?;
        let result: &str = row.try_get("result")?;
        let written = Written {
            first: row.try_get("first_position")?,
            position: row.try_get("position")?,
            // Commands of reactions and timers may store nothing.
            result: serde_json::from_str(result).unwrap_or_default(),
            numbers: numbers.map(serde_json::from_str).transpose()?,
        };
        commands.insert((row.try_get("tenant")?, row.try_get("id")?), written);
    }
    Ok(commands)
}

/// Stream and version, by position.
async fn events(client: &Client, service: Service) -> anyhow::Result<HashMap<i64, (Uuid, i64)>> {
    let sql = format!("select position, stream_id, version from log_{service}.events");
    let mut events = HashMap::new();
    for row in client.query(&sql, &[]).await? {
        events.insert(row.try_get(0)?, (row.try_get(1)?, row.try_get(2)?));
    }
    Ok(events)
}
