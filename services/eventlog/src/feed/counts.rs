//! How many events feeds have taken, and where from.

use guanxi_events::Service;
use metrics::{Counter, counter};

/// Looked up once: a feed takes tens of thousands of events a second.
pub(super) struct Counts {
    pub(super) log: Counter,
    pub(super) stream: Counter,
    /// Those of the log that the stream lacked.
    pub(super) holes: Counter,
}

impl Counts {
    pub(super) fn new(service: Service) -> Self {
        let events = |source| counter!("guanxi_feed_events_total", "service" => service.name(), "source" => source);
        Self {
            log: events("log"),
            stream: events("stream"),
            holes: counter!("guanxi_feed_holes_filled_total", "service" => service.name()),
        }
    }
}
