//! An event as it is shown.

use std::collections::BTreeMap;

use guanxi_events::{Meta, Recorded};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::output;

/// An event in JSON, for programs.
#[derive(Debug, Serialize)]
pub(super) struct Shown<'a> {
    position: i64,
    recorded_at: Timestamp,
    occurred_at: Timestamp,
    r#type: String,
    tenant: &'a str,
    category: &'a str,
    stream: uuid::Uuid,
    version: i64,
    id: uuid::Uuid,
    data: Value,
    meta: &'a Meta,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    numbers: &'a BTreeMap<String, i64>,
}

impl<'a> Shown<'a> {
    pub(super) fn of(event: &'a Recorded) -> Self {
        // What is no JSON is shown all the same: this is where somebody looks for what is wrong.
        let data = serde_json::from_slice(&event.data)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&event.data).into_owned()));
        Self {
            position: event.position.0,
            recorded_at: event.recorded_at,
            occurred_at: event.occurred_at,
            r#type: event.event_type.to_string(),
            tenant: event.stream.tenant.as_str(),
            category: event.stream.category.as_str(),
            stream: event.stream.id,
            version: event.version.0,
            id: event.id.0,
            data,
            meta: &event.meta,
            numbers: &event.numbers,
        }
    }
}

/// On one line, without the data, which may be personal.
pub(super) fn line(event: &Recorded) -> String {
    format!(
        "{:>9}  {}  {:<38}  {:<12}  {} v{}  {}",
        event.position,
        output::instant(event.recorded_at),
        event.event_type.to_string(),
        event.stream.tenant,
        event.stream.id,
        event.version,
        event.meta.actor.as_str(),
    )
}
