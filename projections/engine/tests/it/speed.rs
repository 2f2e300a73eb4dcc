//! A rebuild writes many events with few statements.

use std::time::{Duration, Instant};

use guanxi_events::Service;
use guanxi_projection::{Options, RebuildOptions, Setup, rebuild};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{tallies::Tallies, world::World};

const EVENTS: u32 = 10_000;

#[tokio::test]
async fn a_rebuild_is_ten_times_as_fast_as_a_transaction_for_each_event() {
    let world = World::new().await;
    for n in 0..EVENTS / 100 {
        let data: Vec<Value> = (0..100).map(|n| json!({"n": n})).collect();
        let id = Uuid::from_u128(u128::from(n % 150));
        world.append(Service::Sales, id, &data).await;
    }
    let timed = async |batch: usize, into: &str, events: u32| {
        let setup = Setup {
            options: Options {
                batch,
                ..crate::world::quick()
            },
            ..world.setup(Tallies::default())
        };
        let what = RebuildOptions {
            as_of: None,
            into: Some(into.to_owned()),
        };
        let cancel = CancellationToken::new();
        let began = Instant::now();
        let stop_at = i64::from(events);
        let ended = rebuild(setup, what, cancel.clone(), |progress| {
            if progress.done >= stop_at {
                cancel.cancel();
            }
        })
        .await;
        drop(ended);
        began.elapsed() / events
    };
    let singly: Duration = timed(1, "singly", EVENTS / 30).await;
    let batched: Duration = timed(2_000, "batched", EVENTS).await;
    println!("an event takes {batched:?} in batches, {singly:?} alone");
    assert!(
        singly > 10 * batched,
        "{singly:?} alone, {batched:?} in batches"
    );
}
