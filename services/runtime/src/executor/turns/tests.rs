//! Turns: one at a time, in order, and nothing left behind.

use std::time::Duration;

use guanxi_events::Category;
use tokio::task::yield_now;
use uuid::Uuid;

use super::*;

fn stream() -> StreamKey {
    StreamKey {
        tenant: "acme".parse().unwrap(),
        category: Category::of("table"),
        id: Uuid::now_v7(),
    }
}

fn far() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

#[tokio::test]
async fn one_at_a_time_and_who_came_first_first() {
    let (turns, key) = (Turns::default(), stream());
    let first = turns.at(&key, far()).await.unwrap();
    let came = Arc::new(Mutex::new(Vec::new()));
    let mut others = Vec::new();
    for n in 0..20 {
        let (turns, key, came) = (turns.clone(), key.clone(), came.clone());
        others.push(tokio::spawn(async move {
            let _turn = turns.at(&key, far()).await.unwrap();
            let before = came.lock().unwrap().len();
            yield_now().await;
            let mut came = came.lock().unwrap();
            assert_eq!(came.len(), before, "somebody else was in");
            came.push(n);
        }));
        // It stands in line before the next one comes.
        yield_now().await;
    }
    assert!(came.lock().unwrap().is_empty());
    assert!(first.is_at(&key) && !first.is_at(&stream()));
    drop(first);
    for other in others {
        other.await.unwrap();
    }
    assert_eq!(*came.lock().unwrap(), (0..20).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_stream_is_crowded_as_long_as_somebody_has_or_waits_for_a_turn() {
    let (turns, key, other) = (Turns::default(), stream(), stream());
    let keys = [other.clone(), key.clone()];
    assert_eq!(turns.crowded(keys.iter()), None);
    let turn = turns.at(&key, far()).await.unwrap();
    let elsewhere = turns.at(&stream(), far()).await.unwrap();
    assert_eq!(turns.crowded(keys.iter()), Some(&key));
    let waiting = tokio::spawn({
        let (turns, key) = (turns.clone(), key.clone());
        async move { turns.at(&key, far()).await }
    });
    yield_now().await;
    drop(turn);
    let turn = waiting.await.unwrap().unwrap();
    assert_eq!(turns.crowded(keys.iter()), Some(&key));
    drop(turn);
    assert_eq!(turns.crowded(keys.iter()), None);
    drop(elsewhere);
    assert!(turns.doors().is_empty(), "nothing is left behind");
}

#[tokio::test]
async fn whoever_gives_up_or_runs_out_of_time_takes_nobody_s_place() {
    let (turns, key) = (Turns::default(), stream());
    let turn = turns.at(&key, far()).await.unwrap();
    let soon = Instant::now() + Duration::from_millis(5);
    assert!(turns.at(&key, soon).await.is_none());
    let gone = tokio::spawn({
        let (turns, key) = (turns.clone(), key.clone());
        async move { turns.at(&key, far()).await.is_some() }
    });
    yield_now().await;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    drop(turn);
    assert!(turns.doors().is_empty(), "nothing is left behind");
    assert!(turns.at(&key, far()).await.is_some());
}
