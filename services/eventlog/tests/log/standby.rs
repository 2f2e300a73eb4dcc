//! A primary that is lost, and the standby that takes its place.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::ensure;
use guanxi_eventlog::{EventLog, LogOptions, connect_plain, verify};
use guanxi_events::{CommandId, Position};
use guanxi_harness::{OwnServers, Standby, eventually};

use crate::world::{Build, SERVICE, World, all, command, stream, vouched_for};

const SOON: Duration = Duration::from_secs(30);
const WRITERS: usize = 6;

/// Writes to a stream of its own, whatever happens, until told to stop.
async fn write(
    log: EventLog,
    stop: Arc<AtomicBool>,
    written: Arc<AtomicUsize>,
) -> Vec<(Position, CommandId)> {
    let target = stream("a");
    let mut acknowledged: Vec<(Position, CommandId)> = Vec::new();
    while !stop.load(Ordering::Acquire) {
        let mut append = command().write(&target, acknowledged.len() as i64, 1);
        append.writes[0].events[0].meta.command_id = append.command_id;
        let id = append.command_id;
        let receipt = vouched_for(log.append(append).await);
        acknowledged.push((receipt.position, id));
        written.fetch_add(1, Ordering::Release);
    }
    acknowledged
}

async fn until_written(written: &AtomicUsize, more: usize) {
    let wanted = written.load(Ordering::Acquire) + more;
    eventually(SOON, async || {
        let now = written.load(Ordering::Acquire);
        ensure!(now >= wanted, "{now} of {wanted} commands are written");
        Ok::<_, anyhow::Error>(())
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_is_there_when_the_standby_has_taken_over() {
    let mut servers = OwnServers::start().await.unwrap();
    let world = World::on_own(&servers).await;
    let standby = Standby::of(&servers).await.unwrap();
    let either = standby.either(world.url());
    let log = World::log_at(&either, connect_plain(&either), LogOptions::new(SERVICE)).await;
    let life = log.incarnation();

    let (stop, written) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| tokio::spawn(write(log.clone(), stop.clone(), written.clone())))
        .collect();
    until_written(&written, 200).await;
    // The standby falls behind before the primary is lost: what it does not have is not answered.
    standby.cut_off().await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let before = written.load(Ordering::Acquire);
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(written.load(Ordering::Acquire), before, "answered alone");
    servers.postgres.kill();
    standby.promote().await.unwrap();
    // The callers notice nothing but the time that it takes.
    until_written(&written, 200).await;
    stop.store(true, Ordering::Release);
    let mut acknowledged = Vec::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }

    acknowledged.sort_unstable();
    let events = all(&log).await;
    let there: Vec<_> = events
        .iter()
        .map(|event| (event.position, event.meta.command_id))
        .collect();
    assert_eq!(there, acknowledged, "each once, where its receipt says");
    let head = log.head().await.unwrap();
    assert_eq!(head.incarnation, life, "nothing was lost, so it lives on");
    let follower = standby.connect().await.unwrap();
    let found = verify(&follower, SERVICE, &[]).await.unwrap();
    assert_eq!(found.problems, []);
    log.close().await;
}
