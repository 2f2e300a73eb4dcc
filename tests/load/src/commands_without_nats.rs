//! The sales service, its relay and a read model, from which NATS is taken while callers go on.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use guanxi_eventlog::{Head, LogReader, PlainCodec};
use guanxi_funnels::Funnels;
use guanxi_projection::Projection;

use crate::{Measured, SERVICE, Sellers, Site, pool};

/// For a read model that is behind to be at the head.
const LONG: Duration = Duration::from_secs(1_800);

/// What callers were answered.
pub struct CommandsWithoutNats {
    /// With NATS there, relay and read model on.
    pub before: Measured,
    /// In the slowest window while it was away.
    pub slowest: Measured,
    /// Events that were written meanwhile.
    pub events: u64,
    /// Seconds until the read model was at the head of the log, after the last command.
    pub behind: f64,
}

impl CommandsWithoutNats {
    /// Lets so many work for a window, and without NATS for as many as so many events take.
    ///
    /// # Errors
    /// When a command fails, or the read model does not go on by the log.
    pub async fn through(events: u64, callers: usize, window: Duration) -> anyhow::Result<Self> {
        let mut site = Site::start(true).await?;
        let models = site.project(Funnels).await?;
        let reader = LogReader::new(
            SERVICE,
            pool(&site.servers.database_url())?,
            Arc::new(PlainCodec),
        );
        let sellers = Sellers::at(&site, callers).await?;
        let before = sellers.work(callers, window).await?;

        let begun = reader.head().await?.position.0;
        site.servers.nats.stop().await;
        let mut slowest: Option<Measured> = None;
        let last = loop {
            let measured = sellers.work(callers, window).await?;
            if slowest.is_none_or(|slowest| measured.per_second < slowest.per_second) {
                slowest = Some(measured);
            }
            let head = reader.head().await?;
            if written(&head, begun) >= events {
                break head;
            }
        };
        let ended = Instant::now();
        let (log, life) = (SERVICE, last.incarnation);
        let deadline = (ended + LONG).into();
        models
            .wait_for(Funnels.name(), log, life, last.position, deadline)
            .await?;
        let behind = ended.elapsed().as_secs_f64();
        Ok(Self {
            before,
            slowest: slowest.unwrap_or(before),
            events: written(&last, begun),
            behind,
        })
    }
}

fn written(head: &Head, begun: i64) -> u64 {
    (head.position.0 - begun).unsigned_abs()
}
