//! How a worker works.

use std::time::Duration;

use tracing::Span;

/// Joins the span of a batch to the traces of its events (W3C `traceparent`s): the engine knows
/// tracing, the program knows where traces go.
pub type Link = fn(&Span, &[&str]);

/// How a worker works. The defaults are for production; tests shorten them.
#[derive(Debug, Clone)]
pub struct Options {
    /// The most events of one transaction, give or take a page.
    pub batch: usize,
    /// How long a worker that says nothing keeps its partitions.
    pub lease: Duration,
    /// How often leases are renewed and partitions dealt; a small part of `lease`.
    pub heartbeat: Duration,
    /// How often a worker looks for builds to begin, to follow and to switch to.
    pub tick: Duration,
    /// How long nothing may come while the log holds more, before reading starts anew.
    pub watchdog: Duration,
    /// The longest pause between two tries after trouble.
    pub patience: Duration,
    /// Called with the span of each batch, when it has events with a trace.
    pub link: Option<Link>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            batch: 2_000,
            lease: Duration::from_secs(5),
            heartbeat: Duration::from_secs(1),
            tick: Duration::from_millis(500),
            watchdog: Duration::from_secs(5),
            patience: Duration::from_secs(5),
            link: None,
        }
    }
}
