//! A closed loop: each caller asks, waits for the answer, asks again.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

/// What a loop came to.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// Operations a second that succeeded.
    pub per_second: f64,
    /// p50, p99, p99.9 in milliseconds; zero where no latencies were taken.
    pub percentiles_ms: [f64; 3],
    /// Operations that failed.
    pub errors: u64,
    /// Operations that were refused because somebody else had moved first: no error.
    pub conflicts: u64,
}

/// How one operation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It did what it should.
    Done,
    /// Somebody else had moved first.
    Conflict,
    /// It failed.
    Failed(String),
}

impl<E: std::fmt::Display> From<Result<(), E>> for Outcome {
    fn from(result: Result<(), E>) -> Self {
        match result {
            Ok(()) => Self::Done,
            Err(error) => Self::Failed(error.to_string()),
        }
    }
}

impl Measured {
    /// So many operations in so much time.
    pub fn bulk(operations: u64, took: Duration) -> Self {
        let per_second = operations as f64 / took.as_secs_f64();
        Self {
            per_second,
            percentiles_ms: [0.0; 3],
            errors: 0,
            conflicts: 0,
        }
    }
}

/// Lets `callers` run for `warm_up` and then for `window`; only the window counts. `caller(n)`
/// makes the state of the nth; `step` is one operation.
///
/// # Errors
/// When a caller panics or the histogram cannot hold a latency.
pub async fn drive<C, F>(
    callers: usize,
    warm_up: Duration,
    window: Duration,
    caller: impl Fn(usize) -> C,
    step: impl Fn(C) -> F + Clone + Send + 'static,
) -> anyhow::Result<Measured>
where
    C: Send + 'static,
    F: Future<Output = (C, Outcome)> + Send,
{
    let begin = Instant::now() + warm_up;
    let end = begin + window;
    let running: Vec<_> = (0..callers)
        .map(|n| {
            let (mut state, step) = (caller(n), step.clone());
            tokio::spawn(async move {
                let mut latencies = Histogram::<u64>::new(3)?;
                let (mut errors, mut conflicts) = (0u64, 0u64);
                loop {
                    let started = Instant::now();
                    if started >= end {
                        return anyhow::Ok((latencies, errors, conflicts));
                    }
                    let (next, outcome) = step(state).await;
                    state = next;
                    if started < begin {
                        continue;
                    }
                    match outcome {
                        Outcome::Done => latencies.record(micros(started.elapsed()))?,
                        Outcome::Conflict => conflicts += 1,
                        Outcome::Failed(error) => {
                            if errors == 0 {
                                eprintln!("caller {n}: {error}");
                            }
                            errors += 1;
                        }
                    }
                }
            })
        })
        .collect();
    let mut all = Histogram::<u64>::new(3)?;
    let (mut errors, mut conflicts) = (0, 0);
    for caller in running {
        let (latencies, failed, refused) = caller.await??;
        all.add(latencies)?;
        errors += failed;
        conflicts += refused;
    }
    Ok(Measured {
        per_second: all.len() as f64 / window.as_secs_f64(),
        percentiles_ms: percentiles_of(&all),
        errors,
        conflicts,
    })
}

/// p50, p99, p99.9 in milliseconds.
///
/// # Errors
/// When the histogram cannot hold one of them.
pub fn percentiles_ms(latencies: impl IntoIterator<Item = Duration>) -> anyhow::Result<[f64; 3]> {
    let mut all = Histogram::<u64>::new(3)?;
    for latency in latencies {
        all.record(micros(latency))?;
    }
    Ok(percentiles_of(&all))
}

/// The same, of microseconds.
pub(crate) fn percentiles_of(micros: &Histogram<u64>) -> [f64; 3] {
    [0.5, 0.99, 0.999].map(|quantile| micros.value_at_quantile(quantile) as f64 / 1000.0)
}

fn micros(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}
