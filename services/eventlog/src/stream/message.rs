//! An event as a message: a CloudEvent in binary mode, and back without loss.

use std::collections::BTreeMap;

use async_nats::{HeaderMap, HeaderName, jetstream::message::PublishMessage};
use bytes::Bytes;
use guanxi_events::{EventId, Meta, Position, Recorded, StreamKey, StreamVersion};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Generation;
use crate::Stored;

// Made once: a name from a string is checked and copied each time.
static ID: HeaderName = HeaderName::from_static("ce-id");
static SOURCE: HeaderName = HeaderName::from_static("ce-source");
static SPEC_VERSION: HeaderName = HeaderName::from_static("ce-specversion");
static TYPE: HeaderName = HeaderName::from_static("ce-type");
static TIME: HeaderName = HeaderName::from_static("ce-time");
static TENANT: HeaderName = HeaderName::from_static("ce-tenant");
static POSITION: HeaderName = HeaderName::from_static("ce-position");
static TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
static ENVELOPE: HeaderName = HeaderName::from_static("gx-envelope");

/// What CloudEvents has no name for, in one header because a header each costs more bytes than
/// its value.
#[derive(Serialize, Deserialize)]
struct Envelope {
    category: String,
    stream: Uuid,
    version: StreamVersion,
    recorded_at: Timestamp,
    meta: Meta,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    numbers: BTreeMap<String, i64>,
}

/// The subject and the message for an event. The payload is what the log stores, so personal
/// fields stay ciphertext on the stream.
///
/// # Errors
/// When the envelope has no JSON form (never for what the log holds).
pub(crate) fn to_message(
    generation: &Generation,
    Stored(event): Stored,
) -> Result<(String, PublishMessage), serde_json::Error> {
    let mut headers = HeaderMap::new();
    headers.insert(SPEC_VERSION.clone(), "1.0");
    headers.insert(ID.clone(), event.id.to_string());
    headers.insert(SOURCE.clone(), format!("/guanxi/{}", generation.service));
    headers.insert(TYPE.clone(), event.event_type.to_string());
    headers.insert(TIME.clone(), event.occurred_at.to_string());
    headers.insert(TENANT.clone(), event.stream.tenant.as_str());
    headers.insert(POSITION.clone(), event.position.to_string());
    if let Some(traceparent) = &event.meta.traceparent {
        // A header value must be one line; this one comes from a client.
        if traceparent.bytes().all(|b| b.is_ascii_graphic()) {
            headers.insert(TRACEPARENT.clone(), traceparent.as_str());
        }
    }
    let subject = generation.subject(&event.event_type);
    let envelope = Envelope {
        category: event.stream.category.as_str().to_owned(),
        stream: event.stream.id,
        version: event.version,
        recorded_at: event.recorded_at,
        meta: event.meta,
        numbers: event.numbers,
    };
    headers.insert(ENVELOPE.clone(), serde_json::to_string(&envelope)?);
    let message = PublishMessage::build()
        .headers(headers)
        .payload(Bytes::from(event.data));
    Ok((subject, message))
}

/// The event of a message, or `None` for one that no relay has published under that sequence.
pub(crate) fn from_message(
    generation: &Generation,
    sequence: u64,
    headers: &HeaderMap,
    payload: &[u8],
) -> Option<Stored> {
    let (position, id) = identity(headers)?;
    if position != generation.position(sequence) {
        return None;
    }
    let envelope: Envelope = serde_json::from_str(text(headers, &ENVELOPE)?).ok()?;
    Some(Stored(Recorded {
        position,
        stream: StreamKey {
            tenant: text(headers, &TENANT)?.parse().ok()?,
            category: envelope.category.into(),
            id: envelope.stream,
        },
        version: envelope.version,
        id,
        event_type: text(headers, &TYPE)?.parse().ok()?,
        occurred_at: text(headers, &TIME)?.parse().ok()?,
        recorded_at: envelope.recorded_at,
        data: payload.to_vec(),
        meta: envelope.meta,
        numbers: envelope.numbers,
    }))
}

/// Which event a message says that it is.
pub(crate) fn identity(headers: &HeaderMap) -> Option<(Position, EventId)> {
    Some((
        Position(text(headers, &POSITION)?.parse().ok()?),
        text(headers, &ID)?.parse().ok()?,
    ))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name.clone()).map(|value| value.as_str())
}

#[cfg(test)]
mod tests {
    use guanxi_events::{Category, CommandId, Incarnation, Service};

    use super::*;

    fn generation() -> Generation {
        Generation {
            service: Service::Sales,
            incarnation: Incarnation::new(),
            base: Position(40),
        }
    }

    fn event() -> Recorded {
        let command_id = CommandId::new();
        Recorded {
            position: Position(42),
            stream: StreamKey {
                tenant: "acme".parse().unwrap(),
                category: Category::of("opportunity"),
                id: Uuid::now_v7(),
            },
            version: StreamVersion(3),
            id: EventId::new(),
            event_type: "sales.opportunity_won/2".parse().unwrap(),
            occurred_at: "2026-03-01T10:00:00.123456Z".parse().unwrap(),
            recorded_at: "2026-03-02T10:00:00.654321Z".parse().unwrap(),
            data: b"\x00ciphertext \xff".to_vec(),
            meta: Meta {
                actor: "li@acme".parse().unwrap(),
                on_behalf_of: None,
                command_id,
                correlation_id: command_id,
                causation_id: Some(EventId::new()),
                depth: 2,
                traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".into()),
            },
            numbers: BTreeMap::from([("QT-2026".to_owned(), 17)]),
        }
    }

    fn headers_of(event: &Recorded) -> HeaderMap {
        let (subject, message) = to_message(&generation(), Stored(event.clone())).unwrap();
        assert!(subject.ends_with(".40.opportunity_won"));
        message
            .outbound_message(subject)
            .headers
            .expect("a relayed message has headers")
    }

    #[test]
    fn an_event_comes_back_from_its_message_unchanged() {
        let event = event();
        let headers = headers_of(&event);
        let back = from_message(&generation(), 2, &headers, &event.data);
        assert_eq!(back.unwrap().0, event);
    }

    #[test]
    fn a_message_is_a_cloud_event() {
        let event = event();
        let headers = headers_of(&event);
        for (name, value) in [
            ("ce-specversion", "1.0".to_owned()),
            ("ce-id", event.id.to_string()),
            ("ce-source", "/guanxi/sales".to_owned()),
            ("ce-type", "sales.opportunity_won/2".to_owned()),
            ("ce-time", "2026-03-01T10:00:00.123456Z".to_owned()),
            ("ce-tenant", "acme".to_owned()),
            ("ce-position", "42".to_owned()),
            ("traceparent", event.meta.traceparent.clone().unwrap()),
        ] {
            let name = HeaderName::from_static(name);
            assert_eq!(text(&headers, &name), Some(value.as_str()), "{name}");
        }
    }

    #[test]
    fn a_message_that_stands_at_another_sequence_is_foreign() {
        let event = event();
        let headers = headers_of(&event);
        for sequence in [1, 3, 42] {
            assert!(from_message(&generation(), sequence, &headers, &event.data).is_none());
        }
    }

    #[test]
    fn a_message_that_lacks_a_header_is_foreign() {
        let event = event();
        for missing in [&ID, &TYPE, &TIME, &TENANT, &POSITION, &ENVELOPE] {
            let mut headers = HeaderMap::new();
            for (name, values) in headers_of(&event).iter() {
                if name != missing {
                    headers.insert(name.clone(), values[0].clone());
                }
            }
            assert!(
                from_message(&generation(), 2, &headers, &event.data).is_none(),
                "{missing}"
            );
        }
        assert!(from_message(&generation(), 2, &HeaderMap::new(), b"hello").is_none());
    }

    #[test]
    fn a_trace_context_that_is_no_line_of_text_does_not_reach_the_headers() {
        let mut event = event();
        event.meta.traceparent = Some("00-ab\r\nNats-Rollup: all".into());
        let headers = headers_of(&event);
        assert_eq!(text(&headers, &TRACEPARENT), None);
        assert!(headers.get("Nats-Rollup").is_none());
    }
}
