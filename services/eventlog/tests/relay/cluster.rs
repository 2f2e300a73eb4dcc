//! A stream on a cluster of three servers: one of them is lost, another one loses what it had.

use std::{collections::BTreeSet, time::Duration};

use anyhow::{Context as _, ensure};
use async_nats::jetstream::stream::ClusterInfo;
use futures::{StreamExt, TryStreamExt};
use guanxi_eventlog::{RelayOptions, Source, stream};
use guanxi_harness::{NatsCluster, eventually};
use serde_json::{Value, json};

use crate::{
    faults::wipe_streams,
    kit::{Kit, SOON, Writer, options},
};

/// Who leads the stream and who follows.
async fn members(kit: &Kit) -> anyhow::Result<ClusterInfo> {
    let (_, mut stream) = kit.newest().await?;
    stream.info().await?.cluster.clone().context("no cluster")
}

async fn leader(kit: &Kit) -> anyhow::Result<String> {
    members(kit).await?.leader.context("no leader")
}

/// Waits until a server leads that is another one.
async fn leader_besides(kit: &Kit, former: &str) -> anyhow::Result<String> {
    eventually(SOON, async || {
        let leader = leader(kit).await?;
        ensure!(leader != former, "{former} still leads");
        Ok::<_, anyhow::Error>(leader)
    })
    .await
}

/// Waits until all three have what the leader has.
async fn all_are_current(kit: &Kit) -> anyhow::Result<()> {
    eventually(SOON, async || {
        let replicas = members(kit).await?.replicas;
        let current = |one: &async_nats::jetstream::stream::PeerInfo| one.current && !one.offline;
        ensure!(
            replicas.len() == 2 && replicas.iter().all(current),
            "{replicas:?}"
        );
        Ok::<_, anyhow::Error>(())
    })
    .await
}

/// Compares all that the log has with what the leader has, whose answers these are.
async fn leader_agrees_with_the_log(kit: &Kit) -> anyhow::Result<()> {
    let (generation, stream) = kit.newest().await?;
    let stream = &stream;
    let (mut events, mut after) = (Vec::new(), generation.base);
    loop {
        events.extend(kit.log.reader().read(after, 1_000).await?);
        let read = events.last().context("the log is empty")?.position;
        if read == after {
            break;
        }
        after = read;
    }
    let held = events.iter().map(|event| async move {
        let sequence = u64::try_from(event.position.0 - generation.base.0)?;
        let message = stream.get_raw_message(sequence).await?;
        let id = message.headers.get("ce-id").map(ToString::to_string);
        ensure!(
            id == Some(event.id.to_string()) && message.payload == event.data,
            "sequence {sequence} is not the event at {}",
            event.position
        );
        Ok(())
    });
    futures::stream::iter(held)
        .buffer_unordered(64)
        .try_collect()
        .await
}

/// Lets each server lead, and so answer, in turn, and compares what it has with the log.
async fn each_agrees_with_the_log(kit: &Kit, names: BTreeSet<String>) -> anyhow::Result<()> {
    let mut left = names;
    for _ in 0..40 {
        all_are_current(kit).await?;
        let (generation, _) = kit.newest().await?;
        let now = leader(kit).await?;
        leader_agrees_with_the_log(kit).await?;
        // As long as it led, the answers were its own.
        if leader(kit).await? == now {
            left.remove(&now);
        }
        if left.is_empty() {
            return Ok(());
        }
        let step_down = format!("STREAM.LEADER.STEPDOWN.{}", generation.name());
        let answer: Value = kit.jetstream.request(step_down, &json!({})).await?;
        ensure!(answer["success"] == true, "{answer}");
        eventually(SOON, async || leader(kit).await).await?;
    }
    anyhow::bail!("{left:?} never led")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_loses_its_leader_and_a_replica_comes_back_equal_to_the_log()
-> anyhow::Result<()> {
    let mut cluster = NatsCluster::start().await?;
    let kit = Kit::on_nats(&cluster.urls()).await?;
    // The servers choose a leader before their JetStream answers.
    eventually(SOON, async || kit.bases().await).await?;
    let mut relay = kit.relay_with(RelayOptions {
        limits: stream::StreamLimits {
            replicas: 3,
            ..options().limits
        },
        ..options()
    });
    relay.until_filling().await?;
    let mut follower = kit.follow();
    let writer = Writer::start(&kit.log);
    follower.until_from(Source::Stream).await?;

    let lost = leader(&kit).await?;
    cluster.server(&lost)?.kill();
    // Readers are on the log, if they must, and miss nothing meanwhile.
    follower.at_head().await?;
    let next = leader_besides(&kit, &lost).await?;
    let head = kit.head().await?;
    relay.until(|status| status.position >= head).await?;
    cluster.server(&lost)?.restart().await?;
    all_are_current(&kit).await?;

    let names: BTreeSet<String> = cluster.names().map(str::to_owned).collect();
    let wiped = names.iter().find(|name| **name != next && **name != lost);
    let wiped = cluster.server(wiped.context("no third server")?)?;
    wiped.kill();
    wipe_streams(wiped.dir())?;
    wiped.restart().await?;
    tokio::time::sleep(Duration::from_millis(500)).await;

    let written = writer.stop().await?;
    kit.stream_agrees_with_log().await?;
    assert_eq!(follower.saw_the_whole_log().await?, written);
    each_agrees_with_the_log(&kit, names).await?;
    assert_eq!(kit.bases().await?, [0], "no new generation was needed");
    relay.stop().await
}
