//! What a worker needs, and how it works.

use std::{sync::Arc, time::Duration};

use async_nats::Client;
use deadpool_postgres::Pool;
use guanxi_eventlog::LogReader;
use tracing::Span;

use crate::Projection;

/// What building a read model needs.
#[derive(Clone)]
pub struct Setup {
    /// The read model.
    pub projection: Arc<dyn Projection>,
    /// The database of its tables.
    pub pool: Pool,
    /// The logs that it follows; others may be among them.
    pub readers: Vec<LogReader>,
    /// The fast road to new events; without it they are read from the logs.
    pub nats: Option<Client>,
    /// How to work.
    pub options: Options,
}

/// Joins the span of a batch to the traces of its events (W3C `traceparent`s): the engine knows
/// tracing, the program knows where traces go.
pub type Link = fn(&Span, &[&str]);

/// How a worker works. The defaults are for production; tests shorten them.
#[derive(Debug, Clone)]
pub struct Options {
    /// The most events of one transaction.
    pub batch: usize,
    /// How many transactions of a build that nobody reads are under way at once, each with
    /// partitions of its own; no more than a batch has events.
    pub lanes: usize,
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
            lanes: 4,
            lease: Duration::from_secs(5),
            heartbeat: Duration::from_secs(1),
            tick: Duration::from_millis(500),
            watchdog: Duration::from_secs(5),
            patience: Duration::from_secs(5),
            link: None,
        }
    }
}
