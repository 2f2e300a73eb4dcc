//! An open loop: operations begin at their own times, whatever became of those before.

use std::time::{Duration, Instant};

use tokio::{task::JoinSet, time::sleep};

/// How often is looked what is due.
const TICK: Duration = Duration::from_millis(1);
/// Operations under way, from which on the pace is given up.
const MOST: usize = 20_000;

/// Begins `per_second` operations a second for so long, and returns what they gave, in the order in
/// which they ended.
///
/// # Errors
/// When one panics, or so many are under way that the pace cannot be kept.
pub async fn paced<T, F>(
    per_second: f64,
    window: Duration,
    mut begin: impl FnMut() -> F,
) -> anyhow::Result<Vec<T>>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let started = Instant::now();
    let all = (window.as_secs_f64() * per_second) as u64;
    let mut under_way = JoinSet::new();
    let mut ended = Vec::new();
    let mut begun = 0u64;
    while begun < all {
        let due = (started.elapsed().as_secs_f64() * per_second) as u64;
        while begun < due.min(all) {
            under_way.spawn(begin());
            begun += 1;
        }
        while let Some(one) = under_way.try_join_next() {
            ended.push(one?);
        }
        anyhow::ensure!(
            under_way.len() < MOST,
            "{per_second:.0} a second is more than it can do: {MOST} wait"
        );
        sleep(TICK).await;
    }
    while let Some(one) = under_way.join_next().await {
        ended.push(one?);
    }
    Ok(ended)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn slow_operations_do_not_slow_the_pace() {
        let window = Duration::from_millis(300);
        let slow = || async { sleep(Duration::from_millis(200)).await };
        let begun = Instant::now();
        let ended = paced(500.0, window, slow).await.unwrap().len();
        assert_eq!(ended, 150);
        // One after the other they would take half a minute.
        assert!((window..window * 30).contains(&begun.elapsed()));
    }

    #[tokio::test]
    async fn a_pace_that_cannot_be_kept_is_an_error() {
        let window = Duration::from_secs(10);
        let never = || std::future::pending::<()>();
        assert!(paced(1_000_000.0, window, never).await.is_err());
    }
}
