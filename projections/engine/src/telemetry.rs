//! What a follower shows: metrics, and a span for each batch.

use std::{collections::HashSet, time::Duration};

use guanxi_events::{Position, Recorded};
use jiff::Timestamp;
use tracing::Span;

use crate::{Build, batch::Batch, checkpoint::Share, options::Link};

/// The most traces that one batch is linked to.
const LINKS: usize = 16;

/// The gauges of one lane.
pub(crate) struct Gauges {
    labels: Vec<metrics::Label>,
}

impl Gauges {
    pub(crate) fn new(build: &Build, share: &Share) -> Self {
        Self {
            labels: vec![
                metrics::Label::new("projection", build.name.clone()),
                metrics::Label::new("schema", build.schema.clone()),
                metrics::Label::new("log", share.log.name()),
            ],
        }
    }

    /// A batch was written.
    pub(crate) fn wrote(&self, batch: &Batch, took: Duration) {
        let labels = || self.labels.clone();
        let events = batch.events.len() as u64;
        metrics::counter!("guanxi_projection_events_total", labels()).increment(events);
        metrics::histogram!("guanxi_projection_batch_events", labels()).record(events as f64);
        metrics::histogram!("guanxi_projection_batch_seconds", labels()).record(took);
        metrics::gauge!("guanxi_projection_last_success_timestamp_seconds", labels())
            .set(Timestamp::now().as_second() as f64);
    }

    /// How far the worker is. `last` is when the last applied event was recorded.
    pub(crate) fn at(&self, position: Position, head: Position, last: Option<Timestamp>) {
        let labels = || self.labels.clone();
        let behind = (head.0 - position.0).max(0);
        let seconds = match last {
            Some(last) if behind > 0 => Timestamp::now().duration_since(last).as_secs().max(0),
            _ => 0,
        };
        metrics::gauge!("guanxi_projection_position", labels()).set(position.0 as f64);
        metrics::gauge!("guanxi_projection_events_behind", labels()).set(behind as f64);
        metrics::gauge!("guanxi_projection_seconds_behind", labels()).set(seconds as f64);
    }

    /// How many partitions the worker holds, and how many events the whole build has set aside.
    pub(crate) fn holds(&self, partitions: usize, parked: i64) {
        metrics::gauge!("guanxi_projection_partitions", self.labels.clone()).set(partitions as f64);
        metrics::gauge!("guanxi_projection_parked", self.labels.clone()).set(parked as f64);
    }

    /// Something went wrong and is tried again.
    pub(crate) fn trouble(&self) {
        metrics::counter!("guanxi_projection_troubles_total", self.labels.clone()).increment(1);
    }

    /// Reading was begun anew because nothing came.
    pub(crate) fn stood_still(&self) {
        metrics::counter!("guanxi_projection_watchdog_total", self.labels.clone()).increment(1);
    }
}

/// The span of a batch. It begins in no trace: its events come from many, so it is linked to theirs.
pub(crate) fn span(build: &Build, share: &Share, batch: &Batch, link: Option<Link>) -> Span {
    let span = tracing::info_span!(
        parent: None,
        "project",
        projection = build.name,
        schema = build.schema,
        log = %share.log,
        events = batch.events.len(),
        first = batch.events.first().map(|event| event.position.0),
        traceparent = batch.events.iter().find_map(traceparent),
    );
    if let Some(link) = link {
        let mut seen = HashSet::new();
        let traces: Vec<&str> = batch
            .events
            .iter()
            .filter_map(traceparent)
            .filter(|trace| seen.insert(*trace))
            .take(LINKS)
            .collect();
        if !traces.is_empty() {
            link(&span, &traces);
        }
    }
    span
}

fn traceparent(event: &Recorded) -> Option<&str> {
    event.meta.traceparent.as_deref()
}
