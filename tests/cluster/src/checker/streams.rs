//! Whether NATS holds what Postgres holds: sequence + base = position, and the same event there.

use std::sync::Arc;

use anyhow::ensure;
use deadpool_postgres::{Manager, Pool};
use guanxi_eventlog::{LogReader, PlainCodec, stream};
use guanxi_events::Service;
use guanxi_harness::connect_nats;
use tokio_postgres::NoTls;

use super::Findings;
use crate::Cluster;

/// Whether each log's stream has come to the log's head.
pub(super) async fn at_heads(cluster: &Cluster) -> anyhow::Result<()> {
    for (reader, comparison) in compare(cluster).await? {
        let (service, head) = (reader.service(), reader.head().await?.position);
        let last = comparison.last;
        // A log without events needs no stream.
        ensure!(
            last == head,
            "the stream of {service} is at {last}, the log at {head}"
        );
    }
    Ok(())
}

pub(super) async fn check(cluster: &Cluster, findings: &mut Findings) -> anyhow::Result<()> {
    for (reader, comparison) in compare(cluster).await? {
        let (service, head) = (reader.service(), reader.head().await?.position);
        if comparison.last != head {
            let last = comparison.last;
            findings.wrong(
                "stream",
                format!("{service} ends at {last}, the log at {head}"),
            );
        }
        if comparison.missing > 0 {
            let missing = comparison.missing;
            findings.wrong("stream", format!("{service} lacks {missing} messages"));
        }
        for difference in comparison.differences {
            findings.wrong("stream", difference);
        }
    }
    Ok(())
}

async fn compare(cluster: &Cluster) -> anyhow::Result<Vec<(LogReader, stream::Comparison)>> {
    let jetstream = async_nats::jetstream::new(connect_nats(cluster.nats_url()).await?);
    let manager = Manager::new(cluster.database_url().parse()?, NoTls);
    let pool = Pool::builder(manager).max_size(2).build()?;
    let mut compared = Vec::new();
    for service in Service::ALL {
        let reader = LogReader::new(service, pool.clone(), Arc::new(PlainCodec));
        let comparison = stream::compare(&jetstream, &reader).await?;
        compared.push((reader, comparison));
    }
    Ok(compared)
}
