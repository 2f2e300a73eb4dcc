//! NATS is away for long: commands do not notice, readers go on from the log, and the stream catches
//! up by itself, message by message what the log says.

use std::time::{Duration, Instant};

use guanxi_eventlog::{RelayOptions, Source, stream::StreamLimits};
use guanxi_harness::OwnServers;

use crate::kit::{Kit, options};

/// How many at once, as many callers would.
const CALLERS: usize = 1_000;
const BEFORE: usize = 4_000;
const AWAY: usize = 24_000;

#[tokio::test(flavor = "multi_thread")]
async fn after_tens_of_thousands_of_events_without_nats_the_stream_catches_up() -> anyhow::Result<()>
{
    let mut servers = OwnServers::start().await?;
    let kit = Kit::on_own(&servers).await?;
    let limits = StreamLimits {
        max_bytes: 128 << 20,
        ..StreamLimits::default()
    };
    let mut relay = kit.relay_with(RelayOptions {
        limits,
        ..options()
    });
    relay.until_filling().await?;
    let mut follower = kit.follow();
    let with_nats = append(&kit, BEFORE).await?;
    follower.until_from(Source::Stream).await?;

    servers.nats.stop().await;
    let without = append(&kit, AWAY).await?;
    follower.at_head().await?;
    follower.until_from(Source::Log).await?;
    let behind = kit.head().await?.0 - relay.status.borrow().position.0;
    assert!(
        behind >= AWAY as i64,
        "{behind} events are not on the stream"
    );
    assert!(
        without < with_nats * 3,
        "an append took {without:?} without NATS, {with_nats:?} with it"
    );

    let begun = Instant::now();
    servers.nats.restart().await?;
    let found = kit.stream_agrees_with_log().await?;
    eprintln!(
        "{with_nats:?} an append with NATS, {without:?} without; {behind} messages caught up and \
         compared in {:.1?}",
        begun.elapsed()
    );
    assert_eq!(found.messages, (BEFORE + AWAY) as u64);
    assert_eq!(kit.bases().await?, [0], "what NATS kept is gone on with");
    // Who follows takes to it again, and has missed nothing.
    follower.until_from(Source::Stream).await?;
    append(&kit, CALLERS).await?;
    kit.stream_agrees_with_log().await?;
    let seen = follower.saw_the_whole_log().await?;
    assert_eq!(seen, BEFORE + AWAY + CALLERS);
    relay.stop().await
}

/// So many events, and the time that was taken for one of them.
async fn append(kit: &Kit, events: usize) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    for _ in 0..events / CALLERS {
        kit.append(CALLERS).await?;
    }
    Ok(begun.elapsed() / u32::try_from(events)?)
}
