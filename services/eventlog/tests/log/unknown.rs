//! Connections that break while a batch is under way.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use guanxi_eventlog::AppendError;
use guanxi_events::CommandId;

use crate::world::{
    Build, SERVICE, World, all, command, hold, key, spawn, stream, vouched_for, written,
};

/// Ends every backend that is in the append function, or was at its last call.
const KILL: &str = "select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity \
    where datname = current_database() and pid <> pg_backend_pid() and query like '%from append%'";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_command_is_there_once_however_often_backends_are_killed() {
    let world = World::new().await;
    let logs = [world.log().await, world.log().await];
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..12)
        .map(|writer| {
            let (log, stop) = (logs[writer % 2].clone(), stop.clone());
            tokio::spawn(async move {
                let target = stream("a");
                let mut acknowledged: Vec<CommandId> = Vec::new();
                while !stop.load(Ordering::Acquire) {
                    let version = acknowledged.len() as i64;
                    let mut append = command().write(&target, version, 1).numbers(&["CU"]);
                    append.writes[0].events[0].meta.command_id = append.command_id;
                    // Our own stream: a resend that were refused as stale would show here.
                    vouched_for(log.append(append.clone()).await);
                    acknowledged.push(append.command_id);
                }
                acknowledged
            })
        })
        .collect();
    let killer = world.connect().await;
    let mut killed = 0;
    for _ in 0..25 {
        tokio::time::sleep(Duration::from_millis(40)).await;
        killed += killer.query_one(KILL, &[]).await.unwrap().get::<_, i64>(0);
    }
    assert!(killed >= 10, "only {killed} backends were killed");
    stop.store(true, Ordering::Release);
    let mut acknowledged = HashSet::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }
    let events = all(&logs[0]).await;
    let in_log: HashSet<_> = events.iter().map(|event| event.meta.command_id).collect();
    assert_eq!(in_log.len(), events.len(), "a command was written twice");
    assert_eq!(in_log, acknowledged);
    let check = guanxi_eventlog::verify(&world.client, SERVICE, &[])
        .await
        .unwrap();
    assert_eq!(check.problems, []);
}

#[tokio::test]
async fn a_deadline_that_passes_while_the_outcome_is_open_is_unknown_and_a_repeat_tells() {
    let world = World::new().await;
    let log = world.log().await;
    written(log.append(command()).await);
    let stranger = hold(&world).await;
    let append = command().write(&stream("a"), 0, 1);
    let outcome = log.append(append.clone().within(Duration::from_millis(100)));
    assert!(matches!(outcome.await, Err(AppendError::Unknown)));
    stranger.batch_execute("commit").await.unwrap();
    let receipt = log.append(append).await.unwrap().into_receipt();
    assert_eq!(receipt.position.0, 1);
    assert_eq!(all(&log).await.len(), 1);
}

#[tokio::test]
async fn a_call_that_goes_unanswered_is_made_again_and_takes_effect_once() {
    let world = World::new().await;
    let mut options = guanxi_eventlog::LogOptions::new(SERVICE);
    options.answer_within = Duration::from_millis(200);
    let log = world.log_with(options).await;
    let target = stream("a");
    written(log.append(command().write(&target, 0, 1)).await);
    let stranger = hold(&world).await;
    let claimed = command().write(&target, 1, 1).claim(key(1), &target);
    let waiting = spawn(&log, claimed);
    // Long enough for several calls, each of which waits for the head in a backend of its own.
    tokio::time::sleep(Duration::from_millis(900)).await;
    assert!(!waiting.is_finished());
    let backends = "select count(*) from pg_stat_activity
        where datname = current_database() and query like '%from append%' and wait_event_type = 'Lock'";
    assert!(world.one::<i64>(backends).await > 1);
    stranger.batch_execute("commit").await.unwrap();
    assert_eq!(vouched_for(waiting.await.unwrap()).position.0, 2);
    written(log.append(command().write(&target, 2, 1)).await);
    assert_eq!(all(&log).await.len(), 3);
}

#[tokio::test]
async fn the_second_batch_under_way_survives_the_failure_of_the_first() {
    let world = World::new().await;
    let mut options = guanxi_eventlog::LogOptions::new(SERVICE);
    options.pipeline_from = 1;
    let log = world.log_with(options).await;
    // The first command is refused by Postgres itself, whatever the appender thinks of it.
    world
        .client
        .batch_execute("alter table commands add check (result <> 'poison')")
        .await
        .unwrap();
    let stranger = hold(&world).await;
    let first = spawn(&log, command().write(&stream("a"), 0, 1).result(b"poison"));
    tokio::time::sleep(Duration::from_millis(50)).await;
    let second = spawn(&log, command().write(&stream("a"), 0, 1));
    tokio::time::sleep(Duration::from_millis(50)).await;
    stranger.batch_execute("commit").await.unwrap();
    assert!(matches!(first.await.unwrap(), Err(AppendError::Log(_))));
    assert_eq!(written(second.await.unwrap()).position.0, 1);
}

#[tokio::test]
async fn a_command_that_postgres_refuses_fails_alone() {
    let world = World::new().await;
    let log = world.log().await;
    world
        .client
        .batch_execute("alter table commands add check (result <> 'poison')")
        .await
        .unwrap();
    let appends = (0..9).map(|n| {
        let append = command()
            .write(&stream("a"), 0, 1)
            .claim(key(n), &stream("a"));
        if n == 4 {
            append.result(b"poison")
        } else {
            append
        }
    });
    let outcomes = crate::world::in_one_batch(&world, &log, appends.collect()).await;
    for (n, outcome) in outcomes.into_iter().enumerate() {
        match outcome {
            Ok(_) if n != 4 => {}
            Err(AppendError::Log(_)) if n == 4 => {}
            other => panic!("{n}: {other:?}"),
        }
    }
    assert_eq!(all(&log).await.len(), 8);
}
