//! The fast road: events come by the stream, and nothing is lost when it is.

use std::{sync::Arc, time::Duration};

use async_nats::{Client, jetstream};
use guanxi_eventlog::{Relay, RelayOptions, pokes, stream};
use guanxi_events::Service;
use guanxi_harness::connect_nats;
use guanxi_projection::{Models, Setup};
use serde_json::json;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    tallies::Tallies,
    world::{PATIENCE, Working, World},
};

/// A world whose sales log has a relay.
async fn streaming_world() -> (Arc<World>, Client, JoinSet<()>) {
    let world = World::new().await;
    let nats = connect_nats(&world.nats_url).await.unwrap();
    let log = world.log(Service::Sales).clone();
    let mut tasks = JoinSet::new();
    let options = RelayOptions {
        limits: stream::StreamLimits {
            max_bytes: 16 << 20,
            ..stream::StreamLimits::default()
        },
        check: Duration::from_millis(100),
        max_pause: Duration::from_millis(200),
        ..RelayOptions::default()
    };
    let relay = Relay::new(&log, nats.clone(), options);
    tasks.spawn(relay.run(CancellationToken::new()));
    let teller = nats.clone();
    tasks.spawn(async move { pokes(&log, &teller, CancellationToken::new()).await });
    (world, nats, tasks)
}

fn setup(world: &World, nats: &Client) -> Setup {
    Setup {
        nats: Some(nats.clone()),
        ..world.setup(Tallies::default())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_event_is_applied_once_though_the_stream_is_deleted_and_purged() {
    let (world, nats, _relay) = streaming_world().await;
    let workers = [
        Working::start(setup(&world, &nats)),
        Working::start(setup(&world, &nats)),
    ];
    let jetstream = jetstream::new(nats.clone());
    let (incarnation, _) = world.head().await;
    for round in 0..10 {
        world.append_some(40, 300).await;
        sleep(Duration::from_millis(100)).await;
        let newest = stream::generations(&jetstream, Service::Sales, incarnation)
            .await
            .unwrap()
            .pop();
        let Some(newest) = newest else { continue };
        if round % 2 == 0 {
            jetstream.delete_stream(newest.name()).await.unwrap();
        } else {
            let stream = jetstream.get_stream(newest.name()).await.unwrap();
            stream.purge().await.unwrap();
        }
    }
    world.assert_as_the_oracle().await;
    for worker in workers {
        worker.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_is_in_the_model_within_moments() {
    let (world, nats, _relay) = streaming_world().await;
    world.append_some(10, 50).await;
    let worker = Working::start(setup(&world, &nats));
    world.caught_up().await;
    let models = Models::new(world.pool.clone());
    let (incarnation, _) = world.head().await;
    let mut waits = Vec::new();
    for n in 1..=200_u128 {
        let id = Uuid::from_u128(n);
        let position = world.append(Service::Sales, id, &[json!({"n": 1})]).await;
        let began = Instant::now();
        models
            .wait_for(
                "tallies",
                Service::Sales,
                incarnation,
                position,
                began + PATIENCE,
            )
            .await
            .unwrap();
        waits.push(began.elapsed());
    }
    waits.sort();
    println!("waited p50 {:?}, p99 {:?}", waits[100], waits[198]);
    assert!(waits[100] < Duration::from_millis(250), "{:?}", waits[100]);
    worker.stop().await;
}
