//! One tenant floods the log; others come now and then, and hardly notice.

use std::time::Duration;

use guanxi_eventlog::{AppendError, LogError, LogOptions};
use guanxi_events::{Position, StreamKey, StreamVersion};
use tokio::{task::JoinHandle, time::timeout};

use crate::{
    wire::Wire,
    world::{
        Build, SERVICE, World, a_moment, all, another_tenants, command, hold, spawn, stream,
        tenant, until_a_batch_waits, written,
    },
};

#[tokio::test]
async fn who_comes_behind_a_flood_of_another_tenant_is_in_the_next_batch() {
    let world = World::new().await;
    let mut options = LogOptions::new(SERVICE);
    options.max_batch_commands = 10;
    let log = world.log_with(options).await;
    let stranger = hold(&world).await;
    let mut flood = vec![spawn(&log, command().write(&stream("a"), 0, 1))];
    until_a_batch_waits(&world).await;
    for _ in 0..500 {
        flood.push(spawn(&log, command().write(&stream("a"), 0, 1)));
    }
    // One batch of one waits for the head, one of ten behind it, the others in line.
    a_moment().await;
    let small = spawn(&log, another_tenants());
    a_moment().await;
    stranger.batch_execute("commit").await.unwrap();

    let position = written(small.await.unwrap()).position.0;
    assert!(
        (12..=21).contains(&position),
        "it was written as number {position}"
    );
    for append in flood {
        written(append.await.unwrap());
    }
    assert_eq!(all(&log).await.len(), 502);
}

#[tokio::test]
async fn a_tenant_that_wants_one_stream_all_the_time_is_in_nobodys_way() {
    let world = World::new().await;
    let mut options = LogOptions::new(SERVICE);
    options.max_batch_commands = 4;
    let log = world.log_with(options).await;
    let stranger = hold(&world).await;
    let hot = stream("a");
    let mut flood = vec![spawn(&log, command())];
    until_a_batch_waits(&world).await;
    // Each is written in a batch of its own, and only so many are looked at for one.
    for version in 0..100 {
        flood.push(spawn(&log, command().write(&hot, version, 1)));
    }
    a_moment().await;
    let small = spawn(&log, another_tenants());
    a_moment().await;
    stranger.batch_execute("commit").await.unwrap();
    let position = written(small.await.unwrap()).position.0;
    assert!(position <= 4, "it was written as number {position}");
    for append in flood {
        written(append.await.unwrap());
    }
    assert_eq!(all(&log).await.len(), 101);
}

#[tokio::test]
async fn a_tenant_that_floods_leaves_room_in_line_for_others() {
    let world = World::new().await;
    let mut options = LogOptions::new(SERVICE);
    options.queue = 20;
    options.pipeline_from = 1_000;
    let log = world.log_with(options).await;
    let stranger = hold(&world).await;
    let first = spawn(&log, command().write(&stream("a"), 0, 1));
    until_a_batch_waits(&world).await;
    let append = || spawn(&log, command().write(&stream("a"), 0, 1));
    let flood: Vec<_> = std::iter::repeat_with(append).take(40).collect();
    a_moment().await;
    let refused = flood.iter().filter(|append| append.is_finished()).count();
    assert_eq!(refused, 24, "four fifths of twenty may wait");
    let others: Vec<_> = (0..4).map(|_| spawn(&log, another_tenants())).collect();
    a_moment().await;
    stranger.batch_execute("commit").await.unwrap();

    written(first.await.unwrap());
    for small in others {
        written(small.await.unwrap());
    }
    let mut done = 0;
    for append in flood {
        match append.await.unwrap() {
            Ok(_) => done += 1,
            Err(AppendError::Overloaded) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(done, 16);
}

#[tokio::test]
async fn who_reads_behind_a_flood_of_another_tenants_reads_is_soon_served() {
    let world = World::new().await;
    let wire = Wire::to(world.url()).await;
    // Four connections, of which tenants may use two at a time.
    let log = World::log_at(wire.url(), wire.connector(), LogOptions::new(SERVICE)).await;
    wire.slow_down(Duration::from_millis(10));
    let read = |of: StreamKey| -> JoinHandle<usize> {
        let log = log.clone();
        tokio::spawn(async move {
            let events = log.read_stream(&of, StreamVersion::NONE, 10).await;
            events.unwrap().len()
        })
    };
    let flood: Vec<_> = (0..200).map(|_| read(stream("a"))).collect();
    a_moment().await;
    let theirs = another_tenants().writes.remove(0).stream;
    assert_eq!(read(theirs).await.unwrap(), 0);
    let served = flood.iter().filter(|one| one.is_finished()).count();
    assert!(served < 50, "{served} of another tenant's came first");
    for one in flood {
        one.await.unwrap();
    }
}

#[tokio::test]
async fn those_who_wait_until_nothing_is_under_way_leave_connections_to_everyone_else() {
    let world = World::new().await;
    let log = world.log_with(LogOptions::new(SERVICE)).await;
    let stranger = hold(&world).await;
    let flood: Vec<_> = (0..20)
        .map(|_| {
            let log = log.clone();
            tokio::spawn(async move { log.quiesce(&tenant(), Duration::from_secs(60)).await })
        })
        .collect();
    a_moment().await;
    // Of four connections tenants have two.
    let head = timeout(Duration::from_secs(2), log.head()).await;
    assert_eq!(head.unwrap().unwrap().position, Position::START);
    assert!(flood.iter().all(|one| !one.is_finished()));
    stranger.batch_execute("commit").await.unwrap();
    for one in flood {
        one.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn who_waits_until_nothing_is_under_way_does_so_no_longer_than_was_said() {
    let world = World::new().await;
    let log = world.log_with(LogOptions::new(SERVICE)).await;
    let stranger = hold(&world).await;
    let waited = log.quiesce(&tenant(), Duration::from_millis(100)).await;
    assert!(matches!(waited, Err(LogError::Postgres(_))), "{waited:?}");
    stranger.batch_execute("commit").await.unwrap();
    // The connection is as good as before.
    for _ in 0..4 {
        let quiet = log.quiesce(&tenant(), Duration::from_secs(60)).await;
        quiet.unwrap();
    }
}
