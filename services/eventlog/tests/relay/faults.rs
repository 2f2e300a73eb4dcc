//! What others do to the stream and the server: the stream that comes out of it agrees with the
//! log, and a feed that runs through it sees every event once.

use std::{path::Path, time::Duration};

use async_nats::{
    HeaderMap,
    jetstream::{context::traits::Publisher as _, message::PublishMessage},
};
use guanxi_eventlog::Source;
use guanxi_events::Position;
use guanxi_harness::OwnServers;

use crate::kit::{Kit, SOON, Writer};

#[tokio::test(flavor = "multi_thread")]
async fn a_purged_stream_is_replaced_by_a_new_generation() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    let mut relay = kit.relay();
    relay.until_filling().await?;
    let mut follower = kit.follow();
    kit.append(150).await?;
    follower.at_head().await?;
    kit.stream_agrees_with_log().await?;

    let (_, stream) = kit.newest().await?;
    stream.purge().await?;
    relay
        .until(|status| status.generation.is_some_and(|one| one.base.0 > 0))
        .await?;
    let found = kit.stream_agrees_with_log().await?;
    assert_eq!(found.messages, 100, "backfilled");
    assert_eq!(kit.bases().await?, [50], "the old generation is retired");

    kit.append(30).await?;
    kit.stream_agrees_with_log().await?;
    assert_eq!(follower.saw_the_whole_log().await?, 180);
    relay.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purge_while_events_flow_loses_nothing() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    let relay = kit.relay();
    let follower = kit.follow();
    let writer = Writer::start(&kit.log);
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_millis(200)).await;
        kit.stream_is_there().await?;
        let (_, stream) = kit.newest().await?;
        // It may be on its way out since the last purge.
        let _ = stream.purge().await;
    }
    let written = writer.stop().await?;
    assert_eq!(follower.saw_the_whole_log().await?, written);
    kit.stream_agrees_with_log().await?;
    relay.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_stream_comes_back() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    let relay = kit.relay();
    let follower = kit.follow();
    let writer = Writer::start(&kit.log);
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        kit.stream_is_there().await?;
        let (generation, _) = kit.newest().await?;
        kit.jetstream.delete_stream(generation.name()).await?;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let written = writer.stop().await?;
    assert_eq!(follower.saw_the_whole_log().await?, written);
    kit.stream_agrees_with_log().await?;
    relay.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_deleted_while_nothing_happens_comes_back_too() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    let mut relay = kit.relay();
    kit.append(10).await?;
    kit.stream_agrees_with_log().await?;
    let (generation, _) = kit.newest().await?;
    kit.jetstream.delete_stream(generation.name()).await?;
    relay.until(|status| status.last_error.is_some()).await?;
    let found = kit.stream_agrees_with_log().await?;
    assert_eq!(found.messages, 10);
    relay.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_message_at_the_end_is_not_built_upon() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    let mut follower = kit.follow();
    let relay = kit.relay();
    kit.append(20).await?;
    kit.stream_agrees_with_log().await?;
    follower.at_head().await?;
    relay.stop().await?;

    kit.publish_foreign().await?;
    kit.append(20).await?;
    let relay = kit.relay();
    kit.append(5).await?;
    kit.stream_agrees_with_log().await?;
    assert_eq!(follower.saw_the_whole_log().await?, 45);
    relay.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_messages_between_the_relays_own_are_not_passed_on() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    let relay = kit.relay();
    let follower = kit.follow();
    let writer = Writer::start(&kit.log);
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_millis(200)).await;
        kit.stream_is_there().await?;
        // The stream may be on its way out.
        let _ = kit.publish_foreign().await;
    }
    let written = writer.stop().await?;
    assert_eq!(follower.saw_the_whole_log().await?, written);
    kit.stream_agrees_with_log().await?;
    relay.stop().await
}

/// As when a foreign message takes the place of one that is on the way, and those behind it are
/// taken: the stream's end looks right.
#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_message_behind_a_sound_end_is_noticed() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    let relay = kit.relay();
    kit.append(20).await?;
    kit.stream_agrees_with_log().await?;
    relay.stop().await?;
    kit.append(2).await?;
    kit.publish_foreign().await?;
    let (generation, _) = kit.newest().await?;
    let end = kit.log.read(Position(21), 1).await?.remove(0);
    let mut headers = HeaderMap::new();
    headers.insert("ce-id", end.id.to_string());
    headers.insert("ce-position", "22");
    let message = PublishMessage::build()
        .headers(headers)
        .payload(end.data.into())
        .outbound_message(generation.subject(&end.event_type));
    assert_eq!(
        kit.jetstream
            .publish_message(message)
            .await?
            .await?
            .sequence,
        22
    );

    let relay = kit.relay();
    let follower = kit.follow();
    kit.append(10).await?;
    kit.stream_agrees_with_log().await?;
    assert_eq!(follower.saw_the_whole_log().await?, 32);
    relay.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_was_deleted_is_read_from_the_log() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    let relay = kit.relay();
    kit.append(60).await?;
    kit.stream_agrees_with_log().await?;
    let (_, stream) = kit.newest().await?;
    for sequence in [5, 31, 32, 33, 59] {
        stream.delete_message(sequence).await?;
    }
    // As long as the log cannot be read the feed has nothing but the stream.
    let mut locker = kit.connect().await?;
    let lock = locker.transaction().await?;
    lock.batch_execute("lock table log_sales.events in access exclusive mode")
        .await?;
    let mut feed = kit.feed(Position::START).await?;
    let mut seen = Vec::new();
    while seen.len() < 4 {
        seen.extend(feed.next(100).await?);
    }
    assert_eq!(feed.source(), Source::Stream);
    let hole = tokio::time::timeout(Duration::from_millis(100), feed.next(100)).await;
    assert!(hole.is_err(), "no way over the hole without the log");
    lock.rollback().await?;
    while seen.len() < 60 {
        seen.extend(feed.next(7).await?);
    }
    let positions: Vec<_> = seen.iter().map(|event| event.position.0).collect();
    assert_eq!(positions, (1..=60).collect::<Vec<_>>());
    assert_eq!(
        feed.source(),
        Source::Stream,
        "a hole is no reason to leave it"
    );
    relay.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_and_feeds_do_not_notice_that_nats_restarts() -> anyhow::Result<()> {
    let mut servers = OwnServers::start().await?;
    let kit = Kit::on_own(&servers).await?;
    let mut relay = kit.relay();
    relay.until_filling().await?;
    let mut follower = kit.follow();
    let writer = Writer::start(&kit.log);
    follower.until_from(Source::Stream).await?;
    for killed in [false, true] {
        if killed {
            servers.nats.kill();
        } else {
            servers.nats.stop().await;
        }
        // Across a reconnection's usual delays.
        tokio::time::sleep(Duration::from_secs(1)).await;
        follower.at_head().await?;
        servers.nats.restart().await?;
        follower.until_from(Source::Stream).await?;
    }
    let written = writer.stop().await?;
    kit.stream_agrees_with_log().await?;
    assert_eq!(kit.bases().await?, [0], "what NATS kept is gone on with");
    assert_eq!(follower.saw_the_whole_log().await?, written);
    relay.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nats_that_lost_everything_gets_a_new_stream() -> anyhow::Result<()> {
    let mut servers = OwnServers::start().await?;
    let kit = Kit::on_own(&servers).await?;
    let relay = kit.relay();
    let mut follower = kit.follow();
    let writer = Writer::start(&kit.log);
    follower.until_from(Source::Stream).await?;
    // More than the relay puts on a new stream again.
    kit.append(200).await?;
    servers.nats.kill();
    wipe_streams(servers.nats.dir())?;
    servers.nats.restart().await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    follower.until_from(Source::Stream).await?;
    let written = writer.stop().await?;
    let found = kit.stream_agrees_with_log().await?;
    assert!(found.generation.is_some_and(|one| one.base.0 > 0));
    assert_eq!(follower.saw_the_whole_log().await?, 200 + written);
    relay.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_goes_on_when_postgres_is_back() -> anyhow::Result<()> {
    let mut servers = OwnServers::start().await?;
    let kit = Kit::on_own(&servers).await?;
    let mut relay = kit.relay();
    kit.append(20).await?;
    kit.stream_agrees_with_log().await?;
    servers.postgres.stop().await;
    relay.until(|status| status.last_error.is_some()).await?;
    servers.postgres.restart().await?;
    relay.until_filling().await?;
    guanxi_harness::eventually(SOON, async || kit.append(1).await).await?;
    kit.stream_agrees_with_log().await?;
    assert_eq!(kit.bases().await?, [0]);
    relay.stop().await
}

pub(crate) fn wipe_streams(nats_dir: &Path) -> anyhow::Result<()> {
    Ok(std::fs::remove_dir_all(nats_dir.join("jetstream"))?)
}
