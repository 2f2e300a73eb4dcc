//! A feed sees every event once and in order, from wherever it takes them.

use std::time::{Duration, Instant};

use guanxi_eventlog::{Feed, FeedOptions, LogError, RelayOptions, Source, connect_nats, stream};
use guanxi_events::Position;
use guanxi_harness::{OwnServers, free_port};

use crate::kit::{Follower, Kit, SOON, Writer, append, feed_options, open_log, options};

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_comes_from_far_behind_to_the_stream() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    kit.append(2_000).await?;
    // 50 events on the stream, 1 950 only in the log.
    let relay = kit.relay_with(RelayOptions {
        backfill: 50,
        ..options()
    });
    let mut follower = Follower::start(
        &kit.log,
        Some(kit.nats.clone()),
        Position::START,
        FeedOptions {
            near: 500,
            ..feed_options()
        },
    );
    let writer = Writer::start(&kit.log);
    follower.until_from(Source::Stream).await?;
    let written = 2_000 + writer.stop().await?;
    assert_eq!(follower.saw_the_whole_log().await?, written);
    relay.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_bounded_stream_has_dropped_is_read_from_the_log() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    let relay = kit.relay_with(RelayOptions {
        limits: stream::StreamLimits {
            max_bytes: 100_000,
            ..options().limits
        },
        ..options()
    });
    kit.append(1_000).await?;
    let found = kit.stream_agrees_with_log().await?;
    assert!(
        (1..900).contains(&found.messages),
        "{} messages",
        found.messages
    );
    let mut follower = kit.follow();
    follower.until_from(Source::Stream).await?;
    kit.append(500).await?;
    assert_eq!(follower.saw_the_whole_log().await?, 1_500);
    kit.stream_agrees_with_log().await?;
    relay.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_goes_on_from_any_position() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    let relay = kit.relay();
    kit.append(300).await?;
    kit.stream_agrees_with_log().await?;
    for after in [0, 1, 99, 299, 300] {
        let mut follower = Follower::start(
            &kit.log,
            Some(kit.nats.clone()),
            Position(after),
            feed_options(),
        );
        follower.until_from(Source::Stream).await?;
        let seen = follower.saw_the_whole_log().await?;
        assert_eq!(seen as i64, 300 - after);
    }
    relay.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_as_large_as_what_is_there_and_no_larger_than_asked() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    kit.append(150).await?;
    let mut feed = kit.feed(Position::START).await?;
    assert_eq!(feed.next(40).await?.len(), 40);
    assert_eq!(feed.position(), Position(40));
    assert_eq!(feed.next(0).await?.len(), 1, "at least one");
    assert_eq!(feed.next(1_000).await?.len(), 59, "the rest of the page");
    assert_eq!(feed.position(), Position(100));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_stream_has_brought_meanwhile_comes_at_once() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    let relay = kit.relay();
    let mut feed = kit.feed(Position::START).await?;
    let mut appended = 0;
    while feed.source() == Source::Log {
        anyhow::ensure!(appended < 1_000, "the stream is never trusted");
        kit.append(1).await?;
        appended += 1;
        while feed.position() < Position(appended) {
            feed.next(10).await?;
        }
    }
    kit.append(1_000).await?;
    kit.stream_agrees_with_log().await?;
    // The caller was busy for so long; by now all has long come from there.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(feed.next(600).await?.len(), 600);
    assert_eq!(feed.next(600).await?.len(), 400);
    assert_eq!(feed.source(), Source::Stream);
    relay.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_without_nats_is_quick_when_its_own_process_appends() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    let options = FeedOptions {
        min_poll: Duration::from_secs(3600),
        max_poll: Duration::from_secs(3600),
        grown: Some(kit.log.position_watch()),
        ..feed_options()
    };
    let mut follower = Follower::start(&kit.log, None, Position::START, options);
    for _ in 0..20 {
        kit.append(3).await?;
        follower.at_head().await?;
    }
    assert_eq!(follower.saw_the_whole_log().await?, 60);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_without_nats_polls_what_other_processes_append() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    let other_process = open_log(&kit.database_url).await?;
    let mut follower = Follower::start(&kit.log, None, Position::START, feed_options());
    for _ in 0..5 {
        append(&other_process, 10).await?;
        let begun = Instant::now();
        follower.at_head().await?;
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
    assert_eq!(follower.saw_the_whole_log().await?, 50);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_whose_nats_never_answers_reads_the_log() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    let url = format!("nats://127.0.0.1:{}", free_port());
    let nobody = connect_nats(&url, async_nats::ConnectOptions::new()).await?;
    let follower = Follower::start(&kit.log, Some(nobody), Position::START, feed_options());
    let writer = Writer::start(&kit.log);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let written = writer.stop().await?;
    assert_eq!(follower.saw_the_whole_log().await?, written);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_does_not_wait_for_a_relay_that_stands_still() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    let relay = kit.relay();
    let mut follower = kit.follow();
    kit.append(10).await?;
    follower.until_from(Source::Stream).await?;
    relay.stop().await?;
    for _ in 0..10 {
        kit.append(10).await?;
        let begun = Instant::now();
        follower.at_head().await?;
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
    follower.until_from(Source::Log).await?;

    let relay = kit.relay();
    kit.append(10).await?;
    follower.until_from(Source::Stream).await?;
    assert_eq!(follower.saw_the_whole_log().await?, 120);
    relay.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_grows_in_the_moment_of_a_look_is_no_reason_to_leave_the_stream()
-> anyhow::Result<()> {
    let kit = Kit::start().await?;
    let relay = kit.relay();
    kit.append(10).await?;
    kit.stream_agrees_with_log().await?;
    let options = FeedOptions {
        // It looks as soon as it waits, when the event is in the log and not yet with the relay.
        patience: Duration::from_millis(1),
        ..feed_options()
    };
    let reader = kit.log.reader().clone();
    let mut feed = Feed::open(reader, Some(kit.nats.clone()), Position::START, options).await?;
    let mut stayed = 0;
    for _ in 0..100 {
        let next = async {
            tokio::time::sleep(Duration::from_millis(10)).await;
            kit.append(1).await
        };
        tokio::try_join!(next, async { Ok(feed.next(10).await?) })?;
        if feed.source() == Source::Stream {
            stayed += 1;
        }
    }
    assert!(stayed > 50, "it was left after {stayed} events");
    relay.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn giving_up_a_wait_loses_nothing() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    let relay = kit.relay();
    let writer = Writer::start(&kit.log);
    let mut feed = kit.feed(Position::START).await?;
    let mut given_up = 0;
    let mut expected = Position::START;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(2) || given_up <= 50 {
        assert!(begun.elapsed() < SOON, "gave up {given_up} times only");
        let patience = Duration::from_micros(u64::from(given_up % 40) * 50);
        match tokio::time::timeout(patience, feed.next(3)).await {
            Ok(batch) => {
                for event in batch? {
                    expected = expected.next();
                    assert_eq!(event.position, expected);
                }
            }
            Err(_) => given_up += 1_u32,
        }
    }
    let written = writer.stop().await?;
    while expected.0 < written as i64 {
        for event in feed.next(1_000).await? {
            expected = expected.next();
            assert_eq!(event.position, expected);
        }
    }
    relay.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_survives_postgres_away_for_a_while() -> anyhow::Result<()> {
    let mut servers = OwnServers::start().await?;
    let kit = Kit::on_own(&servers).await?;
    let relay = kit.relay();
    kit.append(50).await?;
    let mut feed = kit.feed(Position::START).await?;
    let mut seen = 0;
    while seen < 50 {
        seen += feed.next(10).await?.len();
    }
    servers.postgres.stop().await;
    let waiting = tokio::time::timeout(Duration::from_secs(1), feed.next(10)).await;
    assert!(
        !matches!(waiting, Ok(Ok(_))),
        "there is nothing to be had: {waiting:?}"
    );
    servers.postgres.restart().await?;
    guanxi_harness::eventually(SOON, async || kit.append(1).await).await?;
    let head = kit.head().await?;
    let begun = Instant::now();
    while feed.position() < head {
        assert!(begun.elapsed() < SOON, "it stays at {}", feed.position());
        match tokio::time::timeout(SOON, feed.next(10)).await? {
            Ok(batch) => assert_eq!(
                batch[0].position.0,
                feed.position().0 - batch.len() as i64 + 1
            ),
            Err(error) => {
                eprintln!("{error}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    relay.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_beyond_the_log_is_refused() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    kit.append(3).await?;
    let refused = kit.feed(Position(4)).await.err();
    assert!(
        matches!(refused, Some(LogError::Corrupt { .. })),
        "{refused:?}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_of_a_log_that_was_restored_ends() -> anyhow::Result<()> {
    let kit = Kit::start().await?;
    let relay = kit.relay();
    kit.append(20).await?;
    kit.stream_agrees_with_log().await?;
    let reader = kit.log.reader().clone();
    let mut over_the_log = Feed::open(reader, None, Position(20), feed_options()).await?;
    let mut over_the_stream = kit.feed(Position(20)).await?;
    kit.restore().await?;
    for feed in [&mut over_the_log, &mut over_the_stream] {
        let end = tokio::time::timeout(SOON, feed.next(10)).await?;
        assert!(
            matches!(end, Err(LogError::ForeignIncarnation { .. })),
            "{end:?}"
        );
    }
    relay.stop().await
}
