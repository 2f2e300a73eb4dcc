//! All of it at once, in an order that chance decides: readers that come from anywhere and give up
//! their waits see every event once, and the stream agrees with the log in the end.

use std::time::{Duration, Instant};

use guanxi_eventlog::Feed;
use guanxi_events::Position;
use guanxi_harness::OwnServers;

use crate::kit::{Kit, SOON, Writer, feed_options};

/// A row of numbers that looks like chance and can be repeated: xorshift64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn through_a_storm_of_faults_every_event_is_seen_once_and_in_order() -> anyhow::Result<()> {
    let seed = std::env::var("GUANXI_TEST_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().0)
        | 1;
    eprintln!("GUANXI_TEST_SEED={seed}");
    let mut dice = Dice(seed);

    let mut servers = OwnServers::start().await?;
    let kit = Kit::on_own(&servers).await?;
    let mut relay = kit.relay();
    let follower = kit.follow();
    let writer = Writer::start(&kit.log);
    let impatient = tokio::spawn(give_up_often(
        kit.feed(Position::START).await?,
        Dice(seed >> 1 | 1),
    ));
    let mut late = Vec::new();
    for _ in 0..15 {
        tokio::time::sleep(Duration::from_millis(dice.below(300))).await;
        let newest = kit.newest().await.ok();
        match (dice.below(7), newest) {
            (0, Some((_, stream))) => drop(stream.purge().await),
            (1, Some((generation, _))) => {
                drop(kit.jetstream.delete_stream(generation.name()).await);
            }
            (2, Some(_)) => drop(kit.publish_foreign().await),
            (3, Some((generation, stream))) => {
                let last = kit.head().await?;
                if let Some(sequence) = generation.sequence(last) {
                    drop(stream.delete_message(sequence).await);
                }
            }
            (4, _) => {
                relay.kill();
                tokio::time::sleep(Duration::from_millis(dice.below(200))).await;
                relay = kit.relay();
            }
            (5, _) => {
                servers.nats.kill();
                tokio::time::sleep(Duration::from_millis(dice.below(500))).await;
                servers.nats.restart().await?;
            }
            _ => late.push(kit.follow()),
        }
    }
    let written = writer.stop().await?;
    kit.stream_agrees_with_log().await?;
    for follower in late.into_iter().chain([follower]) {
        assert_eq!(follower.saw_the_whole_log().await?, written);
    }
    let (mut feed, mut after) = impatient.await??;
    let begun = Instant::now();
    while after.0 < written as i64 {
        assert!(begun.elapsed() < SOON, "the impatient one stays at {after}");
        after = in_order(after, &mut feed).await?;
    }
    let mut fresh = kit.feed(after).await?;
    let more = tokio::time::timeout(feed_options().patience, fresh.next(1)).await;
    assert!(more.is_err(), "there is more than was written");
    relay.stop().await
}

async fn give_up_often(mut feed: Feed, mut dice: Dice) -> anyhow::Result<(Feed, Position)> {
    let mut after = Position::START;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(4) {
        let patience = Duration::from_micros(dice.below(3_000));
        if let Ok(seen) = tokio::time::timeout(patience, in_order(after, &mut feed)).await {
            after = seen?;
        }
    }
    Ok((feed, after))
}

/// One batch, after which the feed is at the position that is returned.
async fn in_order(after: Position, feed: &mut Feed) -> anyhow::Result<Position> {
    let mut expected = after;
    for event in feed.next(20).await? {
        expected = expected.next();
        anyhow::ensure!(
            event.position == expected,
            "{} for {expected}",
            event.position
        );
    }
    Ok(expected)
}
