//! The sales service, its relay and a read model, from which NATS is taken while callers go on.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures::FutureExt;
use guanxi_eventlog::{Head, LogReader, PlainCodec};
use guanxi_funnels::Funnels;
use tokio::time::sleep;

use crate::{Measured, SERVICE, Sellers, Site, WARM_UP, pool, without_nats::reached};

/// What callers were answered.
pub struct CommandsWithoutNats {
    /// With NATS there, relay and read model on; the median of three windows.
    pub before: Measured,
    /// In the slowest window without it, the one in which it went among them.
    pub slowest: Measured,
    /// Events that were written meanwhile.
    pub events: u64,
    /// Seconds until the read model was at the head of the log, after the last command.
    pub behind: f64,
}

impl CommandsWithoutNats {
    /// Lets so many work with NATS, and without it until so many events are written.
    ///
    /// # Errors
    /// When a command fails, that of the moment in which NATS goes as well, or the read model does not go
    /// on by the log.
    pub async fn through(events: u64, callers: usize, window: Duration) -> anyhow::Result<Self> {
        let mut site = Site::start(true).await?;
        let models = site.project(Funnels).await?;
        let url = site.servers.database_url();
        let reader = LogReader::new(SERVICE, pool(&url)?, Arc::new(PlainCodec));
        let sellers = Sellers::at(&site, callers).await?;
        let mut there = Vec::new();
        for _ in 0..3 {
            there.push(sellers.work(callers, window).await?);
        }
        there.sort_by(|one, other| one.per_second.total_cmp(&other.per_second));
        let begun = reader.head().await?;
        reached(&models, begun.incarnation, begun.position).await?;

        let working = sellers.work(callers, window);
        let taking = async {
            sleep(WARM_UP + window / 4).await;
            site.servers.nats.stop().await;
        };
        let (mut slowest, ()) = tokio::try_join!(working, taking.map(Ok))?;
        let last = loop {
            let head = reader.head().await?;
            if written(&head, &begun) >= events {
                break head;
            }
            let measured = sellers.work(callers, window).await?;
            if measured.per_second < slowest.per_second {
                slowest = measured;
            }
        };
        let ended = Instant::now();
        reached(&models, last.incarnation, last.position).await?;
        let behind = ended.elapsed().as_secs_f64();
        site.stop_service().await;
        Ok(Self {
            before: there[1],
            slowest,
            events: written(&last, &begun),
            behind,
        })
    }
}

fn written(head: &Head, begun: &Head) -> u64 {
    (head.position.0 - begun.position.0).unsigned_abs()
}
