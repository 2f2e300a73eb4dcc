//! Queries wait until a model has seen what its caller wrote.

use std::time::Duration;

use guanxi_events::{Incarnation, Position, Service};
use guanxi_projection::{Models, ProjectionError, WaitError};
use serde_json::json;
use tokio::time::Instant;
use uuid::Uuid;

use crate::{
    tallies::{Tallies, rows},
    world::{PATIENCE, World},
};

fn soon() -> Instant {
    Instant::now() + PATIENCE
}

#[tokio::test]
async fn whoever_waits_for_its_own_write_finds_it() {
    let world = World::new().await;
    let worker = world.work(Tallies::default());
    world.caught_up().await;
    let models = Models::new(world.pool.clone());
    let (incarnation, _) = world.head().await;
    let mut waits = Vec::new();
    for n in 1..=100_u128 {
        let id = Uuid::from_u128(n);
        let position = world.append(Service::Sales, id, &[json!({"n": 1})]).await;
        let began = Instant::now();
        models
            .wait_for("tallies", Service::Sales, incarnation, position, soon())
            .await
            .unwrap();
        waits.push(began.elapsed());
        let schema = models.active("tallies").await.unwrap().schema;
        assert!(
            rows(&world.pool, &schema, Service::Sales)
                .await
                .contains_key(&id)
        );
    }
    waits.sort();
    println!("waited p50 {:?}, p99 {:?}", waits[50], waits[99]);
    worker.stop().await;
}

#[tokio::test]
async fn many_who_wait_are_all_woken_and_share_one_look() {
    let world = World::new().await;
    let worker = world.work(Tallies::default());
    world.caught_up().await;
    let models = Models::new(world.pool.clone());
    let (incarnation, head) = world.head().await;
    let last = Position(head.0 + 300);
    let waiting: Vec<_> = (1..=500)
        .map(|n| {
            let models = models.clone();
            let position = Position(head.0 + 1 + n % 300);
            tokio::spawn(async move {
                models
                    .wait_for("tallies", Service::Sales, incarnation, position, soon())
                    .await
            })
        })
        .collect();
    world.append_some(10, 300).await;
    for wait in waiting {
        wait.await.unwrap().unwrap();
    }
    assert!(models.positions("tallies").await.unwrap()[0].position >= last);
    worker.stop().await;
}

#[tokio::test]
async fn a_wait_that_cannot_end_well_says_why() {
    let world = World::new().await;
    let models = Models::new(world.pool.clone());
    let (incarnation, head) = world.head().await;
    let wait = async |log, incarnation, position, patience| {
        let deadline = Instant::now() + Duration::from_millis(patience);
        models
            .wait_for("tallies", log, incarnation, position, deadline)
            .await
            .unwrap_err()
    };
    let never = wait(Service::Sales, incarnation, head, 5_000).await;
    assert!(matches!(never, WaitError::NeverBuilt(_)), "{never}");
    let never = models.active("tallies").await.unwrap_err();
    assert!(matches!(never, ProjectionError::NeverBuilt(_)), "{never}");

    world.append_some(5, 20).await;
    let worker = world.work(Tallies::default());
    world.caught_up().await;
    let beyond = wait(Service::Sales, incarnation, Position(1_000), 100).await;
    assert!(
        matches!(
            beyond,
            WaitError::Deadline {
                wanted: Position(1_000),
                reached: Some(Position(20))
            }
        ),
        "{beyond}"
    );
    let began = Instant::now();
    let unknown = wait(Service::Customers, incarnation, Position(1), 30_000).await;
    assert_eq!(
        unknown.to_string(),
        "tallies does not follow customers; it follows sales"
    );
    let foreign = wait(Service::Sales, Incarnation::new(), Position(1), 30_000).await;
    assert!(matches!(foreign, WaitError::Foreign { .. }), "{foreign}");
    assert!(began.elapsed() < Duration::from_secs(10));
    worker.stop().await;
}
