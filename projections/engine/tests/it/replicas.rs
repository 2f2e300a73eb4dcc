//! Workers share the partitions by leases, and none of them applies anything twice.

use std::{sync::Arc, time::Duration};

use guanxi_harness::{OwnServers, eventually};
use guanxi_projection::{Setup, status};
use rand::RngExt;
use tokio::time::sleep;
use uuid::Uuid;

use crate::{
    tallies::Tallies,
    world::{PATIENCE, Working, World},
};

/// How many partitions each holder has, the most first.
async fn shares(world: &World) -> Vec<i64> {
    let client = world.pool.get().await.unwrap();
    let sql = "select count(*) from projections.checkpoints
                where holder is not null group by holder order by 1 desc";
    let rows = client.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

async fn shared_as(world: &World, wanted: &[i64]) {
    eventually(PATIENCE, async || {
        let found = shares(world).await;
        anyhow::ensure!(found == wanted, "{found:?}, not {wanted:?}");
        Ok::<_, anyhow::Error>(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn workers_that_come_and_go_share_the_partitions_fairly() {
    let world = World::new().await;
    world.append_some(50, 500).await;
    let first = world.work(Tallies::default());
    shared_as(&world, &[8]).await;
    let second = world.work(Tallies::default());
    shared_as(&world, &[4, 4]).await;
    let third = world.work(Tallies::default());
    shared_as(&world, &[3, 3, 2]).await;
    world.append_some(50, 500).await;
    world.assert_as_the_oracle().await;
    second.stop().await;
    shared_as(&world, &[4, 4]).await;
    first.kill().await;
    shared_as(&world, &[8]).await;
    world.append_some(50, 200).await;
    world.assert_as_the_oracle().await;
    third.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_event_is_applied_once_however_many_workers_are_killed_in_the_middle() {
    let world = World::new().await;
    let writer = {
        let world = Arc::clone(&world);
        tokio::spawn(async move {
            for _ in 0..30 {
                world.append_some(40, 100).await;
                sleep(Duration::from_millis(20)).await;
            }
        })
    };
    let projection = Tallies {
        slow: Duration::from_millis(5),
        ..Tallies::default()
    };
    let mut workers = Vec::new();
    while !writer.is_finished() {
        while workers.len() < 3 {
            workers.push(world.work(projection.clone()));
        }
        let pause = rand::rng().random_range(50..400);
        sleep(Duration::from_millis(pause)).await;
        let which = rand::rng().random_range(0..workers.len());
        workers.swap_remove(which).kill().await;
    }
    writer.await.unwrap();
    workers.push(world.work(projection));
    world.assert_as_the_oracle().await;
    for worker in workers {
        worker.stop().await;
    }
}

#[tokio::test]
async fn a_worker_whose_checkpoint_another_has_moved_writes_nothing() {
    let world = World::new().await;
    let mut sleepy = world.setup(Tallies::default());
    // It does not look at its leases while the test runs.
    sleepy.options.heartbeat = Duration::from_secs(600);
    sleepy.options.lease = Duration::from_secs(6_000);
    let sleepy = Working::start(sleepy);
    world.append_some(20, 300).await;
    let build = world.assert_as_the_oracle().await;
    // Another worker takes everything and claims to have applied ten more events, as if this one had
    // slept through the end of its lease.
    let (_, head) = world.head().await;
    let client = world.pool.get().await.unwrap();
    client
        .execute(
            "update projections.checkpoints
                set holder = $1, position = $2, lease_until = clock_timestamp() + interval '1 hour'",
            &[&Uuid::new_v4(), &(head.0 + 10)],
        )
        .await
        .unwrap();
    world.append_some(20, 200).await;
    sleep(Duration::from_millis(700)).await;
    let at = "select min(position) from projections.checkpoints";
    assert_eq!(world.count(at).await, head.0 + 10);
    let applied = format!("select sum(events)::bigint from {}.tallies", build.schema);
    assert_eq!(world.count(&applied).await, head.0);
    sleepy.stop().await;
    // What the other only claimed is applied once it is given back.
    client
        .execute(
            "update projections.checkpoints set holder = null, position = $1",
            &[&head.0],
        )
        .await
        .unwrap();
    let next = world.work(Tallies::default());
    world.assert_as_the_oracle().await;
    next.stop().await;
}

#[tokio::test]
async fn a_lease_from_a_clock_that_was_put_back_since_keeps_nobody_out() {
    let world = World::new().await;
    let first = world.work(Tallies::default());
    world.append_some(20, 100).await;
    world.assert_as_the_oracle().await;
    first.stop().await;
    // As if a worker had been killed, and the clock of Postgres put back by an hour after that.
    let client = world.pool.get().await.unwrap();
    let dead = Uuid::new_v4();
    client
        .execute(
            "update projections.checkpoints
                set holder = $1, lease_until = clock_timestamp() + interval '1 hour'",
            &[&dead],
        )
        .await
        .unwrap();
    client
        .execute(
            "insert into projections.workers (id, build, log, seen_at)
             select $1, build, log, clock_timestamp() + interval '1 hour'
               from projections.checkpoints limit 1",
            &[&dead],
        )
        .await
        .unwrap();
    let found = status(&world.pool, &[], None).await.unwrap();
    assert_eq!((found[0].workers, found[0].partitions_led), (0, 0));
    world.append_some(20, 100).await;
    let next = world.work(Tallies::default());
    world.assert_as_the_oracle().await;
    next.stop().await;
}

#[tokio::test]
async fn partitions_at_different_positions_are_brought_together_without_a_double() {
    let world = World::new().await;
    let first = world.work(Tallies::default());
    let second = world.work(Tallies::default());
    shared_as(&world, &[4, 4]).await;
    world.append_some(40, 400).await;
    world.caught_up().await;
    // One half stands still from here on, until its leases end.
    first.kill().await;
    world.append_some(40, 1_000).await;
    world.assert_as_the_oracle().await;
    second.stop().await;
}

#[tokio::test]
async fn a_worker_that_cannot_read_leaves_the_work_to_the_others() {
    let world = World::new().await;
    let blind = Setup {
        readers: vec![world.reader_of_nothing()],
        ..world.setup(Tallies::default())
    };
    let good = world.work(Tallies::default());
    world.append_some(30, 200).await;
    world.caught_up().await;
    let blind = Working::start(blind);
    for _ in 0..10 {
        world.append_some(30, 50).await;
        world.assert_as_the_oracle().await;
    }
    good.stop().await;
    blind.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_of_postgres_loses_and_doubles_nothing() {
    let mut servers = OwnServers::start().await.unwrap();
    let world = World::on_own(&servers).await;
    let projection = Tallies {
        slow: Duration::from_millis(5),
        ..Tallies::default()
    };
    let workers = [world.work(projection.clone()), world.work(projection)];
    for _ in 0..3 {
        world.append_some(40, 600).await;
        // Its batches are under way, and their commits do not wait for the disk.
        servers.postgres.kill();
        servers.postgres.restart().await.unwrap();
    }
    world.append_some(40, 100).await;
    world.assert_as_the_oracle().await;
    for worker in workers {
        worker.stop().await;
    }
}
