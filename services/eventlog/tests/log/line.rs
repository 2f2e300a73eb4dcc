//! Waiting in line: order, deadlines, overload, stopping.

use std::time::Duration;

use guanxi_eventlog::{AppendError, LogOptions};
use guanxi_events::Position;

use crate::world::{
    Build, SERVICE, World, a_moment, all, command, hold, spawn, stream, until_a_batch_waits,
    written,
};

#[tokio::test]
async fn an_append_whose_deadline_passes_in_line_is_never_written() {
    let world = World::new().await;
    let log = world.log().await;
    let stranger = hold(&world).await;
    let first = spawn(&log, command().write(&stream("a"), 0, 1));
    until_a_batch_waits(&world).await;
    let late = command().write(&stream("a"), 0, 1);
    let expired = log.append(late.clone().within(Duration::from_millis(50)));
    assert!(matches!(expired.await, Err(AppendError::DeadlineExceeded)));
    let gone = log.append(late.clone().within(Duration::ZERO)).await;
    assert!(matches!(gone, Err(AppendError::DeadlineExceeded)));

    stranger.batch_execute("commit").await.unwrap();
    written(first.await.unwrap());
    log.close().await;
    assert_eq!(all(&log).await.len(), 1);
    let known = log.command(&late.tenant, late.command_id).await.unwrap();
    assert_eq!(known, None);
}

#[tokio::test]
async fn a_full_line_refuses_at_once_and_takes_again_when_it_has_moved() {
    let world = World::new().await;
    let mut options = LogOptions::new(SERVICE);
    options.queue = 3;
    let log = world.log_with(options).await;
    let stranger = hold(&world).await;
    let mut waiting = vec![spawn(&log, command().write(&stream("a"), 0, 1))];
    until_a_batch_waits(&world).await;
    for _ in 0..3 {
        waiting.push(spawn(&log, command().write(&stream("a"), 0, 1)));
    }
    a_moment().await;
    let begun = std::time::Instant::now();
    let refused = log.append(command().write(&stream("a"), 0, 1)).await;
    assert!(matches!(refused, Err(AppendError::Overloaded)));
    assert!(begun.elapsed() < Duration::from_millis(50));

    stranger.batch_execute("commit").await.unwrap();
    for append in waiting {
        written(append.await.unwrap());
    }
    let receipt = written(log.append(command().write(&stream("a"), 0, 1)).await);
    assert_eq!(receipt.position, Position(5));
}

#[tokio::test]
async fn closing_writes_what_is_in_line_and_refuses_what_comes_later() {
    let world = World::new().await;
    let log = world.log().await;
    let stranger = hold(&world).await;
    let mut waiting = vec![spawn(&log, command().write(&stream("a"), 0, 1))];
    until_a_batch_waits(&world).await;
    // Enough for a second call, which is under way as well.
    for _ in 0..40 {
        waiting.push(spawn(&log, command().write(&stream("a"), 0, 1)));
    }
    a_moment().await;
    let closing = tokio::spawn({
        let log = log.clone();
        async move { log.close().await }
    });
    a_moment().await;
    let refused = log.append(command().write(&stream("a"), 0, 1)).await;
    assert!(matches!(refused, Err(AppendError::Stopping)), "{refused:?}");
    assert!(!closing.is_finished());

    stranger.batch_execute("commit").await.unwrap();
    closing.await.unwrap();
    for append in waiting {
        written(append.await.unwrap());
    }
    assert_eq!(all(&log).await.len(), 41);
    let refused = log.append(command()).await;
    assert!(matches!(refused, Err(AppendError::Stopping)), "{refused:?}");
}

#[tokio::test]
async fn what_two_calls_under_way_carry_keeps_the_order_of_the_line() {
    let world = World::new().await;
    let mut options = LogOptions::new(SERVICE);
    options.pipeline_from = 1;
    options.max_batch_commands = 3;
    let log = world.log_with(options).await;
    let stranger = hold(&world).await;
    let mut waiting = Vec::new();
    for _ in 0..20 {
        waiting.push(spawn(&log, command().write(&stream("a"), 0, 1)));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stranger.batch_execute("commit").await.unwrap();
    for (n, append) in (1..).zip(waiting) {
        assert_eq!(written(append.await.unwrap()).position, Position(n));
    }
}

#[tokio::test]
async fn commands_on_one_stream_that_wait_together_take_effect_one_after_another() {
    let world = World::new().await;
    let log = world.log().await;
    let one = stream("a");
    let stranger = hold(&world).await;
    let mut waiting = vec![spawn(&log, command())];
    until_a_batch_waits(&world).await;
    for version in 0..10 {
        waiting.push(spawn(&log, command().write(&one, version, 1)));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stranger.batch_execute("commit").await.unwrap();
    for append in waiting {
        written(append.await.unwrap());
    }
    assert_eq!(log.stream_version(&one).await.unwrap().0, 10);
}
