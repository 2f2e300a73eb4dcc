//! Builds beside the live one, of a day, after a restore.

use std::{sync::Arc, time::Duration};

use guanxi_events::{Position, Recorded, Service};
use guanxi_harness::eventually;
use guanxi_projection::{
    Build, BuildState, LogPosition, Models, ProjectionError, RebuildOptions, drop_retired, go_back,
    rebuild, verify,
};
use jiff::Timestamp;
use serde_json::json;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    tallies::{Tallies, oracle, rows},
    world::{PATIENCE, World},
};

const VIEW: &str = "create or replace view public.tallies as select * from {schema}.tallies";

fn with_view() -> Tallies {
    Tallies {
        views: Some(VIEW),
        ..Tallies::default()
    }
}

async fn state_of(world: &World, build: &Build) -> BuildState {
    let client = world.pool.get().await.unwrap();
    let builds = Build::all(&client, "tallies").await.unwrap();
    builds
        .into_iter()
        .find(|other| other.id == build.id)
        .unwrap()
        .state
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_goes_on_beside_the_live_one_and_no_reader_goes_back_in_time() {
    let world = World::new().await;
    world.append_some(40, 3_000).await;
    let worker = world.work(with_view());
    let old = world.caught_up().await;
    let done = CancellationToken::new();
    let writer = {
        let (world, done) = (Arc::clone(&world), done.clone());
        tokio::spawn(async move {
            while !done.is_cancelled() {
                world.append_some(40, 20).await;
                sleep(Duration::from_millis(5)).await;
            }
        })
    };
    let reader = {
        let (world, done) = (Arc::clone(&world), done.clone());
        tokio::spawn(async move {
            let models = Models::new(world.pool.clone());
            let mut last = Position::START;
            let mut looks = 0;
            while !done.is_cancelled() {
                let at = models.positions("tallies").await.unwrap()[0];
                assert!(at.position >= last, "{} after {last}", at.position);
                last = at.position;
                looks += 1;
                sleep(Duration::from_millis(2)).await;
            }
            looks
        })
    };
    let mut seen = Vec::new();
    let mut setup = world.setup(with_view());
    // So near to the head it is from its first moment, but not past what the old one shows.
    setup.options.batch = 10_000;
    let new = rebuild(
        setup,
        RebuildOptions::default(),
        CancellationToken::new(),
        |progress| seen.push((progress.done, progress.total)),
    )
    .await
    .unwrap();
    sleep(Duration::from_millis(300)).await;
    done.cancel();
    writer.await.unwrap();
    assert!(reader.await.unwrap() > 10);
    assert_eq!((new.number, new.state), (2, BuildState::Active));
    assert_eq!(state_of(&world, &old).await, BuildState::Retired);
    assert!(seen.iter().all(|(done, total)| done <= total), "{seen:?}");
    assert!(seen.is_sorted(), "{seen:?}");
    assert_eq!(world.assert_as_the_oracle().await.id, new.id);
    let all = world
        .count("select sum(events)::bigint from public.tallies")
        .await;
    assert_eq!(all, world.head().await.1.0);
    assert!(
        verify(world.setup(with_view()), |_| {})
            .await
            .unwrap()
            .is_equal()
    );

    let dropped = drop_retired(&world.pool, "tallies").await.unwrap();
    assert_eq!(
        dropped.iter().map(|build| build.id).collect::<Vec<_>>(),
        [old.id]
    );
    let schemas = "select count(*) from pg_namespace where nspname like 'tallies%'";
    assert_eq!(world.count(schemas).await, 1);
    worker.stop().await;
}

/// A rebuild that ends after some hundred events.
async fn stopped_half_way(world: &World) {
    let slow = Tallies {
        slow: Duration::from_millis(50),
        ..Tallies::default()
    };
    let cancel = CancellationToken::new();
    let stopped = rebuild(
        world.setup(slow),
        RebuildOptions::default(),
        cancel.clone(),
        |progress| {
            if progress.done > 300 {
                cancel.cancel();
            }
        },
    )
    .await;
    assert!(
        matches!(stopped, Err(ProjectionError::Stopped)),
        "{stopped:?}"
    );
}

#[tokio::test]
async fn a_rebuild_that_was_stopped_goes_on_where_it_was() {
    let world = World::new().await;
    world.append_some(40, 2_000).await;
    let worker = world.work(Tallies::default());
    world.caught_up().await;
    worker.stop().await;
    stopped_half_way(&world).await;
    assert_eq!(world.active().await.unwrap().number, 1);
    let mut first = None;
    let again = rebuild(
        world.setup(Tallies::default()),
        RebuildOptions::default(),
        CancellationToken::new(),
        |progress| {
            first.get_or_insert(progress.done);
        },
    )
    .await
    .unwrap();
    assert_eq!(again.number, 2);
    assert!(first.unwrap() > 300, "{first:?}");
    world.assert_as_the_oracle().await;
}

#[tokio::test]
async fn a_build_gets_the_indexes_of_queries_before_they_read_it_and_not_while_it_is_filled() {
    let world = World::new().await;
    world.append_some(40, 2_000).await;
    let indexes = async |schema: &str| {
        let sql = format!(
            "select count(*) from pg_indexes
              where schemaname = '{schema}' and indexname ~ '_(total|events|digest)$'"
        );
        world.count(&sql).await
    };
    let worker = world.work(Tallies::default());
    assert_eq!(indexes(&world.caught_up().await.schema).await, 5);
    worker.stop().await;

    stopped_half_way(&world).await;
    assert_eq!(indexes("tallies_v1_2").await, 0);
    let of_now = |schema: &str| RebuildOptions {
        as_of: None,
        into: Some(schema.to_owned()),
    };
    // The last with one connection: nothing that helps may be waited for.
    for (what, connections) in [
        (RebuildOptions::default(), 12),
        (of_now("tallies_of_now"), 12),
        (of_now("tallies_by_one"), 1),
    ] {
        let mut setup = world.setup(Tallies::default());
        setup.pool = world.pool_of(connections);
        let build = rebuild(setup, what, CancellationToken::new(), |_| {})
            .await
            .unwrap();
        assert_eq!(indexes(&build.schema).await, 5, "{build:?}");
    }
    world.assert_as_the_oracle().await;
}

#[tokio::test]
async fn indexes_that_helpers_cannot_make_are_made_by_who_waits_for_them() {
    let world = World::new().await;
    world.append_some(40, 200).await;
    let locker = world.connect().await;
    let schema = "tallies_behind";
    let slow = Tallies {
        slow: Duration::from_secs(2),
        ..Tallies::default()
    };
    let what = RebuildOptions {
        as_of: None,
        into: Some(schema.to_owned()),
    };
    let setup = world.setup(slow);
    let building = tokio::spawn(rebuild(setup, what, CancellationToken::new(), |_| {}));
    // While it is filled, by a lock that lets rows in and no index.
    eventually(PATIENCE, async || {
        let sql = format!("begin; lock table {schema}.tallies in share update exclusive mode");
        let locked = locker.batch_execute(&sql).await;
        if locked.is_err() {
            locker.batch_execute("rollback").await?;
        }
        locked
    })
    .await
    .unwrap();
    // The transaction itself, when those that help have given up.
    let waiting = format!(
        "select count(*) from pg_locks l join pg_stat_activity a using (pid)
          where l.relation = '{schema}.tallies'::regclass and not l.granted
            and l.mode = 'ShareLock' and a.query not like '%lock_timeout%'
            and a.query like 'set local search_path%'"
    );
    eventually(PATIENCE, async || {
        anyhow::ensure!(world.count(&waiting).await == 1, "nobody waits");
        Ok::<_, anyhow::Error>(())
    })
    .await
    .unwrap();
    // What is not behind the lock was made by then.
    let made = format!("select count(*) from pg_indexes where schemaname = '{schema}'");
    assert!(world.count(&made).await > 2);
    locker.batch_execute("commit").await.unwrap();
    let build = building.await.unwrap().unwrap();
    assert_eq!(build.schema, schema);
    assert_eq!(world.count(&made).await, 7);
}

#[tokio::test]
async fn a_build_is_the_same_however_many_lanes_fill_it() {
    let world = World::new().await;
    world.append_some(40, 2_000).await;
    let wanted = oracle(&world.events(Service::Sales).await, |_| false);
    for lanes in [1, 2, 3, 8, 100] {
        let mut setup = world.setup(Tallies::default());
        setup.options.lanes = lanes;
        let what = RebuildOptions {
            as_of: None,
            into: Some(format!("tallies_by_{lanes}")),
        };
        let mut seen = Vec::new();
        let build = rebuild(setup, what, CancellationToken::new(), |progress| {
            seen.push((progress.done, progress.total));
        })
        .await
        .unwrap();
        assert_eq!(
            rows(&world.pool, &build.schema, Service::Sales).await,
            wanted
        );
        assert!(seen.is_sorted(), "{seen:?}");
        assert_eq!(seen.last(), Some(&(2_000, 2_000)));
    }
}

#[tokio::test]
async fn a_new_version_builds_beside_the_old_one_and_takes_over_when_it_has_caught_up() {
    let world = World::new().await;
    world.append_some(40, 1_000).await;
    let old_worker = world.work(Tallies::default());
    let old = world.caught_up().await;
    let second = Tallies {
        version: 2,
        ..Tallies::default()
    };
    let new_worker = world.work(second.clone());
    let new = eventually(PATIENCE, async || {
        let active = world.active().await?;
        anyhow::ensure!(active.version == 2, "{active:?}");
        Ok::<_, anyhow::Error>(active)
    })
    .await
    .unwrap();
    assert_eq!(new.schema, "tallies_v2_1");
    assert_eq!(state_of(&world, &old).await, BuildState::Retired);
    world.append_some(40, 300).await;
    world.assert_as_the_oracle().await;

    // The old worker stands by: it neither follows nor builds.
    sleep(Duration::from_millis(300)).await;
    assert_eq!(
        world.count("select count(*) from projections.builds").await,
        2
    );
    new_worker.stop().await;

    let other: Arc<dyn guanxi_projection::Projection> = Arc::new(second);
    let refused = go_back(&other, &world.pool, &old).await.unwrap_err();
    assert!(
        matches!(refused, ProjectionError::OtherVersion { .. }),
        "{refused}"
    );
    let first: Arc<dyn guanxi_projection::Projection> = Arc::new(Tallies::default());
    go_back(&first, &world.pool, &old).await.unwrap();
    assert_eq!(world.assert_as_the_oracle().await.id, old.id);
    assert_eq!(state_of(&world, &new).await, BuildState::Retired);
    old_worker.stop().await;
}

#[tokio::test]
async fn a_switch_waits_for_an_analyst_and_nobody_waits_long_for_the_switch() {
    let world = World::new().await;
    world.append_some(10, 200).await;
    let worker = world.work(with_view());
    world.caught_up().await;
    let mut analyst = world.connect().await;
    let long_query = analyst.transaction().await.unwrap();
    long_query
        .query_one("select count(*) from public.tallies", &[])
        .await
        .unwrap();
    let rebuilding = tokio::spawn(rebuild(
        world.setup(with_view()),
        RebuildOptions::default(),
        CancellationToken::new(),
        |_| {},
    ));
    let other = world.connect().await;
    // One who queued behind the switch while that waited for the long query would wait for ever.
    for _ in 0..40 {
        let query = other.query_one("select count(*) from public.tallies", &[]);
        let answer = tokio::time::timeout(Duration::from_secs(10), query).await;
        answer.unwrap().unwrap();
        sleep(Duration::from_millis(25)).await;
    }
    assert!(!rebuilding.is_finished());
    long_query.commit().await.unwrap();
    let new = rebuilding.await.unwrap().unwrap();
    assert_eq!((new.number, new.state), (2, BuildState::Active));
    worker.stop().await;
}

#[tokio::test]
async fn a_build_as_of_an_instant_holds_what_was_recorded_before_it() {
    let world = World::new().await;
    world.append_some(20, 300).await;
    sleep(Duration::from_millis(5)).await;
    let instant = Timestamp::now();
    sleep(Duration::from_millis(5)).await;
    world.append_some(20, 300).await;
    let worker = world.work(Tallies::default());
    let active = world.caught_up().await;
    let what = RebuildOptions {
        as_of: Some(instant),
        into: Some("tallies_of_june".to_owned()),
    };
    let mut last = (0, 0);
    let setup = world.setup(Tallies::default());
    let cancel = CancellationToken::new();
    let build = rebuild(setup.clone(), what.clone(), cancel.clone(), |progress| {
        last = (progress.done, progress.total);
    })
    .await
    .unwrap();
    assert_eq!(
        (build.state, build.schema.as_str()),
        (BuildState::Frozen, "tallies_of_june")
    );
    assert_eq!(last, (300, 300));
    let later = |event: &Recorded| event.recorded_at >= instant;
    let wanted = oracle(&world.events(Service::Sales).await, later);
    assert_eq!(
        rows(&world.pool, "tallies_of_june", Service::Sales).await,
        wanted
    );
    assert_eq!(world.active().await.unwrap(), active);
    let taken = rebuild(setup.clone(), what, cancel.clone(), |_| {})
        .await
        .unwrap_err();
    assert!(matches!(taken, ProjectionError::UnfitSchema(_)), "{taken}");
    let unfit = RebuildOptions {
        as_of: Some(instant),
        into: Some("x; drop schema public".to_owned()),
    };
    let unfit = rebuild(setup, unfit, cancel, |_| {}).await.unwrap_err();
    assert!(matches!(unfit, ProjectionError::UnfitSchema(_)), "{unfit}");
    worker.stop().await;
}

#[tokio::test]
async fn after_a_restore_that_lost_the_tail_the_model_is_built_from_what_is_left() {
    let world = World::new().await;
    let lost = Uuid::from_u128(0x105);
    world.append_some(20, 300).await;
    world.append(Service::Sales, lost, &[json!({"n": 1})]).await;
    let worker = world.work(Tallies::default());
    let old = world.assert_as_the_oracle().await;
    assert!(
        rows(&world.pool, &old.schema, Service::Sales)
            .await
            .contains_key(&lost)
    );

    // The last event is gone and its position is dealt again, in another life of the log.
    let (before, _) = world.head().await;
    let mut client = world.connect().await;
    crate::world::lose_the_last_event(&mut client).await;
    let after = guanxi_eventlog::restore_mark(&client, Service::Sales)
        .await
        .unwrap();
    assert_ne!(before, after);
    world.hears_of(after).await;
    let position = world
        .append(Service::Sales, Uuid::from_u128(0x2), &[json!({"n": 5})])
        .await;
    assert_eq!(position.0, 301);

    let new = world.assert_as_the_oracle().await;
    assert_ne!(new.id, old.id);
    assert_eq!(state_of(&world, &old).await, BuildState::Foreign);
    assert!(
        !rows(&world.pool, &new.schema, Service::Sales)
            .await
            .contains_key(&lost)
    );
    let at = Models::new(world.pool.clone())
        .positions("tallies")
        .await
        .unwrap();
    let wanted = LogPosition {
        log: Service::Sales,
        incarnation: after,
        position,
    };
    assert_eq!(at, [wanted]);
    worker.stop().await;
}
