//! Waiting for what becomes true by itself.

use std::{
    fmt::Display,
    future::Future,
    panic::Location,
    time::{Duration, Instant},
};

/// Repeats `attempt` until it succeeds and returns what it gave; fails after `timeout` with the
/// last reason, the number of attempts and the place of the call.
///
/// ```ignore
/// eventually(Duration::from_secs(5), async || {
///     let count = rows(&client).await?;
///     anyhow::ensure!(count == 3, "{count} rows, not 3");
///     Ok(count)
/// })
/// .await?;
/// ```
#[track_caller]
pub fn eventually<T, E: Display>(
    timeout: Duration,
    mut attempt: impl AsyncFnMut() -> Result<T, E>,
) -> impl Future<Output = anyhow::Result<T>> {
    let place = Location::caller();
    async move {
        let begun = Instant::now();
        let mut pause = Duration::from_millis(5);
        let mut attempts = 0_u32;
        loop {
            attempts += 1;
            let reason = match attempt().await {
                Ok(value) => return Ok(value),
                Err(reason) => reason,
            };
            let waited = begun.elapsed();
            anyhow::ensure!(
                waited < timeout,
                "not so after {waited:.1?} and {attempts} attempts, at {place}: {reason:#}"
            );
            tokio::time::sleep(pause.min(timeout.saturating_sub(waited))).await;
            pause = (pause * 2).min(Duration::from_millis(200));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_becomes_true_is_returned() {
        let mut attempts = 0;
        let value = eventually(Duration::from_secs(5), async || {
            attempts += 1;
            if attempts == 3 {
                Ok("there")
            } else {
                Err("not yet")
            }
        })
        .await;
        assert_eq!(value.unwrap(), "there");
    }

    #[tokio::test]
    async fn what_stays_false_fails_with_the_last_reason_and_the_place() {
        let never = eventually(Duration::from_millis(30), async || {
            Err::<(), _>("2 rows, not 3")
        });
        let message = never.await.unwrap_err().to_string();
        assert!(message.contains("2 rows, not 3"), "{message}");
        assert!(message.contains("eventually.rs:"), "{message}");
    }
}
