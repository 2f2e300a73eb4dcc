//! Many writers.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use guanxi_eventlog::{AppendError, verify};
use guanxi_events::{Position, StreamKey};
use tokio::sync::Semaphore;

use crate::{
    readers::read_at_full_speed,
    world::{Build, SERVICE, World, all, command, stream, written},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn positions_and_versions_have_no_gap_under_sixteen_writers_of_three_processes() {
    let world = World::new().await;
    let logs = [world.log().await, world.log().await, world.log().await];
    let stop = Arc::new(AtomicBool::new(false));
    let reader = world.log().await;
    let reader = tokio::spawn(read_at_full_speed(reader.reader().clone(), stop.clone()));
    // Few streams, so that writers get into each other's way.
    let streams: Vec<StreamKey> = (0..8).map(|_| stream("a")).collect();
    let writers: Vec<_> = (0..16)
        .map(|writer| {
            let (log, streams) = (logs[writer % 3].clone(), streams.clone());
            tokio::spawn(async move {
                let mut receipts = Vec::new();
                for round in 0..40 {
                    let target = &streams[(writer * 7 + round) % streams.len()];
                    let mut version = 0;
                    loop {
                        let append = command().write(target, version, 1 + round % 3);
                        match log.append(append).await {
                            Ok(outcome) => {
                                receipts.push((outcome.into_receipt().position, 1 + round % 3));
                                break;
                            }
                            Err(AppendError::Stale { actual, .. }) => version = actual.0,
                            Err(other) => panic!("{other}"),
                        }
                    }
                }
                receipts
            })
        })
        .collect();
    let mut receipts = Vec::new();
    for writer in writers {
        receipts.extend(writer.await.unwrap());
    }
    stop.store(true, Ordering::Release);

    let events = all(&logs[0]).await;
    let expected: usize = receipts.iter().map(|(_, events)| events).sum();
    assert_eq!(events.len(), expected);
    assert_eq!(reader.await.unwrap(), expected);
    let mut versions: HashMap<&StreamKey, i64> = HashMap::new();
    for event in &events {
        let version = versions.entry(&event.stream).or_default();
        *version += 1;
        assert_eq!(event.version.0, *version, "at {}", event.position);
    }
    // Each receipt names the end of its own command's events, and no two the same.
    receipts.sort_unstable();
    let mut end = 0;
    for (position, events) in receipts {
        end += events as i64;
        assert_eq!(position, Position(end));
    }
    let check = verify(&world.client, SERVICE, &[]).await.unwrap();
    assert_eq!(check.problems, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_verifies_while_it_is_written() {
    const CHECKS: usize = 10;
    const APPENDS_A_CHECK: usize = 400;
    let world = World::new().await;
    let log = world.log().await;
    // So many appends for each check and no more: writers faster than the checks would make each
    // check longer than the one before, without end.
    let allowed = Arc::new(Semaphore::new(0));
    let writers: Vec<_> = (0..4)
        .map(|_| {
            let (log, allowed) = (log.clone(), allowed.clone());
            tokio::spawn(async move {
                let target = stream("a");
                let mut version = 0;
                while let Ok(permit) = allowed.acquire().await {
                    permit.forget();
                    written(log.append(command().write(&target, version, 2)).await);
                    version += 2;
                }
            })
        })
        .collect();
    let mut seen = 0;
    for _ in 0..CHECKS {
        allowed.add_permits(APPENDS_A_CHECK);
        let check = verify(&world.client, SERVICE, &[]).await.unwrap();
        assert_eq!(check.problems, []);
        assert!(check.events >= seen);
        seen = check.events;
    }
    while allowed.available_permits() > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    allowed.close();
    for writer in writers {
        writer.await.unwrap();
    }
    let check = verify(&world.client, SERVICE, &[]).await.unwrap();
    assert_eq!(check.problems, []);
    assert_eq!(check.events, (CHECKS * APPENDS_A_CHECK * 2) as u64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_watch_follows_own_appends_without_delay() {
    let world = World::new().await;
    let log = world.log().await;
    let mut watch = log.position_watch();
    let begun = Instant::now();
    for n in 1..=20 {
        let receipt = written(log.append(command().write(&stream("a"), 0, 1)).await);
        assert_eq!(receipt.position, Position(n));
        let seen = watch.wait_for(|position| *position >= Position(n)).await;
        assert_eq!(*seen.unwrap(), Position(n));
    }
    assert!(begun.elapsed() < Duration::from_secs(10));
}
