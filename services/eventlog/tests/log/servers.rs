//! A Postgres that goes away, and one that waits for its standby.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use guanxi_eventlog::{AppendError, verify};
use guanxi_harness::{OwnServers, eventually};
use tokio_postgres::Client;

use crate::world::{Build, SERVICE, World, all, command, stream, vouched_for, written};

/// Changes a setting of the server, and waits until its processes have heard of it.
async fn configure(admin: &Client, change: &str) {
    let reload = "select pg_reload_conf()";
    for statement in [&format!("alter system {change}"), reload] {
        admin.batch_execute(statement).await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_wait_for_the_standby_is_no_answer() {
    let servers = OwnServers::start().await.unwrap();
    let world = World::on_own(&servers).await;
    let admin = world.connect().await;
    // A server that tells its clients of no warnings, unless they ask for them.
    configure(&admin, "set client_min_messages = 'error'").await;
    let log = world.log().await;
    written(log.append(command().write(&stream("a"), 0, 1)).await);
    // From now on commits wait for a standby that does not exist; ours do not.
    admin
        .batch_execute("set synchronous_commit = local")
        .await
        .unwrap();
    configure(&admin, "set synchronous_standby_names = 'nobody'").await;

    let append = command().write(&stream("a"), 0, 1);
    let waiting = tokio::spawn({
        let (log, append) = (log.clone(), append.clone());
        async move { log.append(append).await }
    });
    // Committed here, but not there: the cancelled wait ends with a warning and an answer.
    let cancel = "select count(*) filter (where pg_cancel_backend(pid)) from pg_stat_activity
                  where wait_event = 'SyncRep'";
    for _ in 0..3 {
        eventually(Duration::from_secs(10), async || {
            let cancelled: i64 = admin.query_one(cancel, &[]).await?.get(0);
            anyhow::ensure!(cancelled > 0, "no backend waits for the standby");
            Ok::<_, anyhow::Error>(())
        })
        .await
        .unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!waiting.is_finished(), "answered without the standby");
    }
    assert_eq!(all(&log).await.len(), 2);

    configure(&admin, "reset synchronous_standby_names").await;
    let receipt = vouched_for(waiting.await.unwrap());
    assert_eq!(receipt.position.0, 2);
    assert_eq!(all(&log).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_that_crashes_and_comes_back_costs_time_only() {
    let mut servers = OwnServers::start().await.unwrap();
    let world = World::on_own(&servers).await;
    let log = world.log().await;
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..8)
        .map(|_| {
            let (log, stop) = (log.clone(), stop.clone());
            tokio::spawn(async move {
                let target = stream("a");
                let mut version = 0;
                while !stop.load(Ordering::Acquire) {
                    vouched_for(log.append(command().write(&target, version, 1)).await);
                    version += 1;
                }
                version
            })
        })
        .collect();
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        servers.postgres.kill_immediate();
        // Who cannot wait is told that nothing was, or may have been, written.
        let hasty = command().within(Duration::from_millis(50));
        let refused = log.append(hasty).await;
        assert!(
            matches!(
                refused,
                Err(AppendError::DeadlineExceeded | AppendError::Unknown) | Ok(_)
            ),
            "{refused:?}"
        );
        servers.postgres.restart().await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    stop.store(true, Ordering::Release);
    let mut acknowledged = 0;
    for writer in writers {
        acknowledged += writer.await.unwrap();
    }
    assert!(acknowledged > 0);
    // The world's own connection broke with the server.
    let reader = World::on_own(&servers).await;
    let found = verify(&reader.client, SERVICE, &[]).await.unwrap();
    assert_eq!(found.problems, []);
    assert_eq!(found.events, u64::try_from(acknowledged).unwrap());
}
