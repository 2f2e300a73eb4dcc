//! A worker folds what the log holds, and goes on with what comes.

use std::time::Duration;

use guanxi_events::Service;
use guanxi_projection::{BuildState, ProjectionError, Setup, Worker, status};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    tallies::{BOTH, Tallies, oracle, rows},
    world::{WORKER, World},
};

#[tokio::test]
async fn the_first_build_of_all_is_active_at_once_and_holds_what_the_oracle_says() {
    let world = World::new().await;
    world.append_some(30, 1_500).await;
    let worker = world.work(Tallies::default());
    let build = world.assert_as_the_oracle().await;
    assert_eq!((build.version, build.number), (1, 1));
    assert_eq!(build.schema, "tallies_v1_1");
    assert_eq!(build.state, BuildState::Active);
    world.append_some(60, 500).await;
    assert_eq!(world.assert_as_the_oracle().await, build);
    worker.stop().await;
}

#[tokio::test]
async fn a_stopped_worker_has_given_its_partitions_back_and_the_next_goes_on_at_once() {
    let world = World::new().await;
    world.append_some(10, 300).await;
    let worker = world.work(Tallies::default());
    world.caught_up().await;
    worker.stop().await;
    let held = "select count(*) from projections.checkpoints where holder is not null";
    assert_eq!(world.count(held).await, 0);
    assert_eq!(
        world
            .count("select count(*) from projections.workers")
            .await,
        0
    );
    world.append_some(10, 300).await;
    let next = world.work(Tallies::default());
    world.assert_as_the_oracle().await;
    next.stop().await;
}

#[tokio::test]
async fn statistics_of_tables_that_grow_are_there_before_postgres_gathers_any_by_itself() {
    let world = World::new().await;
    let worker = world.work(Tallies::default());
    // Too little for Postgres to come by itself.
    world.append_some(10, 30).await;
    let build = world.assert_as_the_oracle().await;
    let known = format!(
        "select count(*) from pg_stats where schemaname = '{}'",
        build.schema
    );
    assert_eq!(world.count(&known).await, 0);
    world.append_some(30, 400).await;
    guanxi_harness::eventually(Duration::from_secs(10), async || {
        let known = world.count(&known).await;
        anyhow::ensure!(known > 0, "nobody has looked at the tables");
        Ok::<_, anyhow::Error>(())
    })
    .await
    .unwrap();
    worker.stop().await;
}

#[tokio::test]
async fn a_model_of_two_logs_folds_each_into_what_is_its_own() {
    let world = World::new().await;
    let projection = Tallies {
        logs: BOTH,
        ..Tallies::default()
    };
    let worker = world.work(projection);
    let id = Uuid::from_u128(7);
    for n in 0..50 {
        world.append(Service::Sales, id, &[json!({"n": n})]).await;
        world
            .append(Service::Customers, id, &[json!({"n": 2 * n})])
            .await;
    }
    let build = world.assert_as_the_oracle().await;
    let wanted = oracle(&world.events(Service::Customers).await, |_| false);
    guanxi_harness::eventually(crate::world::PATIENCE, async || {
        let found = rows(&world.pool, &build.schema, Service::Customers).await;
        anyhow::ensure!(found == wanted, "{found:?}");
        Ok::<_, anyhow::Error>(())
    })
    .await
    .unwrap();
    worker.stop().await;
}

#[tokio::test]
async fn events_that_do_not_concern_a_model_move_its_checkpoints_all_the_same() {
    let world = World::new().await;
    let worker = world.work(Tallies::default());
    world.append_some(3, 20).await;
    for n in 0..50 {
        let id = Uuid::from_u128(900 + n);
        world
            .append_as("other", Service::Sales, id, &[json!({"n": "not for us"})])
            .await;
    }
    world.assert_as_the_oracle().await;
    worker.stop().await;
}

#[tokio::test]
async fn a_worker_goes_on_by_itself_when_postgres_ends_its_connections() {
    let world = World::new().await;
    let worker = world.work(Tallies::default());
    let client = world.pool.get().await.unwrap();
    let mut ended = 0;
    for _ in 0..10 {
        world.append_some(20, 200).await;
        ended += client
            .execute(
                "select pg_terminate_backend(pid) from pg_stat_activity
                  where datname = current_database() and application_name = $1",
                &[&WORKER],
            )
            .await
            .unwrap();
    }
    assert!(ended > 0);
    world.assert_as_the_oracle().await;
    worker.stop().await;
}

#[tokio::test]
async fn the_status_says_how_far_each_build_is_and_what_hinders_it() {
    let world = World::new().await;
    world.append_some(10, 200).await;
    let worker = world.work(Tallies::default());
    world.caught_up().await;
    worker.stop().await;
    let lines = async || {
        let readers = [world.log(Service::Sales).reader().clone()];
        status(&world.pool, &readers, Some("tallies"))
            .await
            .unwrap()
    };
    let caught_up = lines().await;
    assert_eq!(caught_up.len(), 1);
    assert_eq!(caught_up[0].position.0, 200);
    assert_eq!(caught_up[0].events_behind, Some(0));
    assert!(caught_up[0].behind.unwrap().is_zero());
    assert!(caught_up[0].last_success.is_some());

    world.append_some(10, 30).await;
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    let behind = lines().await;
    assert_eq!(behind[0].events_behind, Some(30));
    assert!(behind[0].behind.unwrap() >= std::time::Duration::from_millis(20));
    assert_eq!((behind[0].workers, behind[0].partitions_led), (0, 0));

    let client = world.pool.get().await.unwrap();
    client
        .batch_execute("alter table tallies_v1_1.tallies rename to gone")
        .await
        .unwrap();
    let worker = world.work(Tallies::default());
    guanxi_harness::eventually(crate::world::PATIENCE, async || {
        let trouble = lines().await.remove(0).trouble.unwrap_or_default();
        anyhow::ensure!(trouble.contains("does not exist"), "{trouble:?}");
        Ok::<_, anyhow::Error>(())
    })
    .await
    .unwrap();
    client
        .batch_execute("alter table tallies_v1_1.gone rename to tallies")
        .await
        .unwrap();
    world.assert_as_the_oracle().await;
    worker.stop().await;
}

#[tokio::test]
async fn a_worker_that_lacks_the_reader_of_a_log_says_so_at_once() {
    let world = World::new().await;
    let projection = Tallies {
        logs: BOTH,
        ..Tallies::default()
    };
    let setup = Setup {
        readers: vec![world.log(Service::Sales).reader().clone()],
        ..world.setup(projection)
    };
    let error = Worker::new(setup)
        .run(CancellationToken::new())
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            ProjectionError::MissingLog {
                log: Service::Customers,
                ..
            }
        ),
        "{error}"
    );
}
