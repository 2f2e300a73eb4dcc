//! A poison event is set aside with what follows of its key; the rest goes on.

use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::Ordering},
};

use guanxi_events::{Position, Recorded, Service};
use guanxi_projection::{
    Build, ParkedKey, ProjectionError, RebuildOptions, Retried, parked, rebuild, retry, skip,
    skipped, verify,
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    tallies::{CEILING, Tallies, oracle, rows},
    world::World,
};

const SICK: Uuid = Uuid::from_u128(0xbad);

/// Good events of many streams with `poison` in the middle of one of them.
async fn sick_world(poison: &Value) -> (Arc<World>, Position) {
    let world = World::new().await;
    world.append_some(20, 200).await;
    world.append(Service::Sales, SICK, &[json!({"n": 1})]).await;
    let position = world
        .append(Service::Sales, SICK, std::slice::from_ref(poison))
        .await;
    world.append_some(20, 150).await;
    world
        .append(Service::Sales, SICK, &[json!({"n": 2}), json!({"n": 3})])
        .await;
    (world, position)
}

/// The model without what waits: events of the sick stream from `from` on.
async fn assert_without(world: &World, build: &Build, left_out: impl Fn(&Recorded) -> bool) {
    let wanted = oracle(&world.events(Service::Sales).await, left_out);
    assert_eq!(
        rows(&world.pool, &build.schema, Service::Sales).await,
        wanted
    );
}

async fn only_parked(world: &World) -> ParkedKey {
    let mut keys = parked(&world.pool, "tallies").await.unwrap();
    assert_eq!(keys.len(), 1, "{keys:?}");
    keys.remove(0)
}

async fn parks_only_its_key(poison: Value, reason: &str) {
    let (world, position) = sick_world(&poison).await;
    let projection = Tallies::default();
    let worker = world.work(projection.clone());
    let build = world.caught_up().await;
    let sick = only_parked(&world).await;
    assert_eq!((sick.position, sick.held), (position, 2));
    assert_eq!(sick.key.as_str(), format!("acme/tally/{SICK}"));
    assert!(sick.reason.contains(reason), "{}", sick.reason);
    let waits = |event: &Recorded| event.stream.id == SICK && event.position >= position;
    assert_without(&world, &build, waits).await;

    // What comes later of the key waits as well, the rest does not.
    world.append(Service::Sales, SICK, &[json!({"n": 4})]).await;
    world.append_some(20, 100).await;
    world.caught_up().await;
    assert_eq!(only_parked(&world).await.held, 3);
    assert_without(&world, &build, waits).await;

    // Tried again before anything was mended, it stays.
    let retried = retry(world.setup(projection.clone()), &sick).await.unwrap();
    assert_eq!(retried.folded, 0);
    assert_eq!(retried.stuck.unwrap().0, position);

    let report = verify(world.setup(projection), |_| {}).await.unwrap();
    assert!(report.is_equal(), "{report:?}");
    assert_eq!(report.left_out, 4);
    worker.stop().await;
}

#[tokio::test]
async fn an_event_that_the_fold_refuses_parks_only_its_key() {
    parks_only_its_key(json!({"n": "many"}), "n is no number").await;
}

#[tokio::test]
async fn an_event_that_postgres_refuses_is_found_and_parks_only_its_key() {
    parks_only_its_key(json!({"n": CEILING}), "23514").await;
}

#[tokio::test]
async fn an_event_on_which_the_fold_panics_is_found_and_parks_only_its_key() {
    parks_only_its_key(json!({"panic": true}), "panicked").await;
}

#[tokio::test]
async fn many_poison_events_in_one_batch_are_each_found() {
    let world = World::new().await;
    let mut sick = BTreeSet::new();
    for n in 0..60 {
        let id = Uuid::from_u128(n);
        let poison = match n % 6 {
            0 => json!({"n": "many"}),
            2 => json!({"n": CEILING}),
            4 => json!({"panic": true}),
            _ => json!({"n": 1}),
        };
        if n % 2 == 0 {
            sick.insert(id);
        }
        let data = [json!({"n": 5}), poison, json!({"n": 6})];
        world.append(Service::Sales, id, &data).await;
    }
    let worker = world.work(Tallies::default());
    let build = world.caught_up().await;
    let keys = parked(&world.pool, "tallies").await.unwrap();
    assert_eq!(keys.len(), 30);
    assert!(keys.iter().all(|key| key.held == 1));
    let waits = |event: &Recorded| sick.contains(&event.stream.id) && event.version.0 > 1;
    assert_without(&world, &build, waits).await;
    worker.stop().await;
}

#[tokio::test]
async fn a_mended_projection_folds_what_waited_in_order() {
    let (world, _) = sick_world(&json!({"n": "many"})).await;
    let projection = Tallies::default();
    let worker = world.work(projection.clone());
    world.caught_up().await;
    let sick = only_parked(&world).await;
    projection.mended.store(true, Ordering::SeqCst);
    let retried = retry(world.setup(projection.clone()), &sick).await.unwrap();
    let free = Retried {
        folded: 3,
        stuck: None,
    };
    assert_eq!(retried, free);
    world.append(Service::Sales, SICK, &[json!({"n": 9})]).await;
    world.assert_as_the_oracle().await;
    assert_eq!(parked(&world.pool, "tallies").await.unwrap(), []);
    let again = retry(world.setup(projection), &sick).await.unwrap_err();
    assert!(matches!(again, ProjectionError::NotParked), "{again}");
    worker.stop().await;
}

#[tokio::test]
async fn trying_again_stops_at_the_next_event_that_cannot_be_folded() {
    let (world, _) = sick_world(&json!({"n": "many"})).await;
    let projection = Tallies::default();
    let worker = world.work(projection.clone());
    let next = world
        .append(Service::Sales, SICK, &[json!({"n": CEILING})])
        .await;
    world.append(Service::Sales, SICK, &[json!({"n": 1})]).await;
    let build = world.caught_up().await;
    projection.mended.store(true, Ordering::SeqCst);
    let retried = retry(world.setup(projection), &only_parked(&world).await)
        .await
        .unwrap();
    assert_eq!(retried.folded, 3);
    assert_eq!(retried.stuck.unwrap().0, next);
    let sick = only_parked(&world).await;
    assert_eq!((sick.position, sick.held), (next, 1));
    let waits = |event: &Recorded| event.stream.id == SICK && event.position >= next;
    assert_without(&world, &build, waits).await;
    worker.stop().await;
}

#[tokio::test]
async fn a_skipped_event_is_left_out_with_its_note_and_every_later_build_leaves_it_out_too() {
    let (world, position) = sick_world(&json!({"n": CEILING})).await;
    let projection = Tallies::default();
    let worker = world.work(projection.clone());
    let build = world.caught_up().await;
    let setup = world.setup(projection.clone());
    let retried = skip(setup.clone(), &only_parked(&world).await, "entered twice")
        .await
        .unwrap();
    assert_eq!((retried.folded, retried.stuck), (2, None));
    let left_out = |event: &Recorded| event.position == position;
    assert_without(&world, &build, left_out).await;
    let notes = skipped(&world.pool, &build).await.unwrap();
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0].position, position);
    assert_eq!(notes[0].note.as_deref(), Some("entered twice"));

    world.append(Service::Sales, SICK, &[json!({"n": 4})]).await;
    world.caught_up().await;
    assert!(verify(setup.clone(), |_| {}).await.unwrap().is_equal());
    let cancel = CancellationToken::new();
    let rebuilt = rebuild(setup, RebuildOptions::default(), cancel, |_| {})
        .await
        .unwrap();
    assert_ne!(rebuilt.id, build.id);
    assert_eq!(parked(&world.pool, "tallies").await.unwrap(), []);
    assert_without(&world, &rebuilt, left_out).await;
    worker.stop().await;
}
