//! What is done to the streams.

use async_nats::jetstream::{self, Context};
use futures::TryStreamExt;
use guanxi_cluster::Cluster;
use guanxi_events::Service;
use guanxi_harness::connect_nats;

use crate::{Fault, Kind};

/// Purges or deletes the streams of a service, or publishes to them what is not the log's; whether it
/// has any.
pub(super) async fn spoil(cluster: &Cluster, fault: &Fault) -> anyhow::Result<bool> {
    let jetstream = jetstream::new(connect_nats(cluster.nats_url()).await?);
    let names = streams_of(&jetstream, fault.service).await?;
    for name in &names {
        match fault.kind {
            Kind::StreamDeleted => {
                jetstream.delete_stream(name).await?;
            }
            Kind::StreamPurged => {
                jetstream.get_stream(name).await?.purge().await?;
            }
            _ => publish(&jetstream, name).await?,
        }
    }
    Ok(!names.is_empty())
}

/// All generations that are there.
async fn streams_of(jetstream: &Context, service: Service) -> anyhow::Result<Vec<String>> {
    let prefix = format!("GUANXI_{}_", service.name().to_uppercase());
    let names: Vec<String> = jetstream.stream_names().try_collect().await?;
    let of_it = names.into_iter().filter(|name| name.starts_with(&prefix));
    Ok(of_it.collect())
}

async fn publish(jetstream: &Context, name: &str) -> anyhow::Result<()> {
    let stream = jetstream.get_stream(name).await?;
    for subject in &stream.cached_info().config.subjects {
        let subject = subject.replace('>', "foreign");
        let published = jetstream.publish(subject, "nobody's".into()).await?;
        published.await?;
    }
    Ok(())
}
