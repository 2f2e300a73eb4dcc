//! Where a relay goes on: after a restart, beside another one, and under the lock.

use std::time::Duration;

use anyhow::Context as _;
use async_nats::ConnectOptions;
use guanxi_eventlog::{RelayOptions, RelayState, connect_nats, stream};

use crate::kit::{Kit, Relaying, SERVICE, Writer, open_log, options};

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_fills_a_fresh_stream_from_the_first_event_on() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    let mut relay = kit.relay();
    relay.until_filling().await?;
    kit.append(250).await?;
    let found = kit.stream_agrees_with_log().await?;
    assert_eq!(found.messages, 250);
    assert_eq!(kit.bases().await?, [0]);
    relay.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backlog_that_ends_with_a_full_page_is_told_to_be_done() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    kit.append(60).await?;
    let mut relay = kit.relay_with(RelayOptions {
        page: 20,
        check: Duration::from_millis(50),
        ..options()
    });
    let head = kit.head().await?;
    relay.until(|status| status.position == head).await?;
    // It has looked at the stream several times by then, and found it as it was left.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let status = relay.status.borrow().clone();
    assert_eq!(status.last_error, None);
    assert_eq!((status.state, status.lag), (RelayState::Filling, 0));
    relay.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_older_than_its_stream_is_backfilled_as_far_as_asked() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    kit.append(250).await?;
    let relay = kit.relay();
    let found = kit.stream_agrees_with_log().await?;
    assert_eq!(found.messages, 100);
    assert_eq!(kit.bases().await?, [150]);
    relay.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restarted_relay_goes_on_where_the_stream_ends() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    for round in 1..=4 {
        let mut relay = kit.relay();
        kit.append(40).await?;
        if round % 2 == 0 {
            kit.stream_agrees_with_log().await?;
            relay.stop().await?;
        } else {
            // In the midst of it.
            relay.until(|status| status.position.0 > 0).await?;
            relay.kill();
        }
        kit.append(20).await?;
    }
    let relay = kit.relay();
    let found = kit.stream_agrees_with_log().await?;
    assert_eq!(found.messages, 240, "nothing is missing, nothing doubled");
    assert_eq!(kit.bases().await?, [0], "and no new generation was needed");
    relay.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_relays_of_two_processes_take_turns() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    let mut first = kit.relay();
    first.until_filling().await?;
    let other_process = open_log(&kit.database_url).await?;
    let mut second = Relaying::start(&other_process, &kit.nats, options());
    second
        .until(|status| status.state == RelayState::Waiting)
        .await?;
    kit.append(30).await?;
    kit.stream_agrees_with_log().await?;
    assert_eq!(second.status.borrow().state, RelayState::Waiting);

    first.kill();
    second.until_filling().await?;
    kit.append(30).await?;
    let found = kit.stream_agrees_with_log().await?;
    assert_eq!(found.messages, 60);
    assert_eq!(kit.bases().await?, [0]);
    second.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_relays_without_the_lock_never_make_a_wrong_stream() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    let forced = || RelayOptions {
        exclusive: false,
        poll: Duration::from_millis(5),
        ..options()
    };
    let other_process = open_log(&kit.database_url).await?;
    let other_nats = connect_nats(&kit.nats_url, ConnectOptions::new()).await?;
    let first = kit.relay_with(forced());
    let second = Relaying::start(&other_process, &other_nats, forced());
    let writer = Writer::start(&kit.log);
    let mut follower = kit.follow();
    tokio::time::sleep(Duration::from_secs(3)).await;
    let written = writer.stop().await?;
    follower.at_head().await?;
    let found = kit.stream_agrees_with_log().await?;
    assert!(found.messages > 0);
    assert_eq!(follower.saw_the_whole_log().await?, written);
    first.stop().await?;
    second.stop().await?;
    kit.stream_agrees_with_log().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_hears_of_the_appends_of_other_processes_without_polling() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    let rarely = RelayOptions {
        poll: Duration::from_secs(3600),
        check: Duration::from_secs(3600),
        ..options()
    };
    let mut relay = kit.relay_with(rarely);
    relay.until_filling().await?;
    let other_process = open_log(&kit.database_url).await?;
    let (log, nats) = (other_process.clone(), kit.nats.clone());
    let cancel = tokio_util::sync::CancellationToken::new();
    let poking = tokio::spawn({
        let cancel = cancel.clone();
        async move { guanxi_eventlog::pokes(&log, &nats, cancel).await }
    });
    for round in 1..=5 {
        crate::kit::append(&other_process, 1).await?;
        relay.until(|status| status.position.0 == round).await?;
    }
    cancel.cancel();
    poking.await?;
    relay.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_streams_of_a_former_life_are_retired() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    let mut relay = kit.relay();
    kit.append(20).await?;
    let before = kit.stream_agrees_with_log().await?;
    let former = before.generation.context("no stream")?;
    let life = kit.restore().await?;
    relay
        .until(|status| {
            let filled = status.generation.filter(|one| one.incarnation == life);
            filled.is_some() && status.state == RelayState::Filling
        })
        .await?;
    kit.append(5).await?;
    let found = kit.stream_agrees_with_log().await?;
    assert_eq!(found.generation.map(|one| one.incarnation), Some(life));
    assert_eq!(found.messages, 25);
    let gone = stream::generations(&kit.jetstream, SERVICE, former.incarnation).await?;
    assert_eq!(gone, []);
    relay.stop().await
}
