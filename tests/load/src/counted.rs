//! What the services and workers in this process count, as they do in the program.

use std::{sync::OnceLock, time::Duration};

use guanxi_runtime::telemetry;
use metrics_exporter_prometheus::PrometheusHandle;

static COUNTED: OnceLock<PrometheusHandle> = OnceLock::new();
/// As often as the program.
const UPKEEP: Duration = Duration::from_secs(5);

/// Begins to count, the first time.
///
/// # Errors
/// When something else in this process counts.
pub(crate) fn count() -> anyhow::Result<()> {
    if COUNTED.get().is_some() {
        return Ok(());
    }
    let handle = COUNTED.get_or_init({
        let handle = telemetry::count()?;
        || handle
    });
    tokio::spawn(async {
        loop {
            tokio::time::sleep(UPKEEP).await;
            handle.run_upkeep();
        }
    });
    Ok(())
}

/// The sum of all counters of this name that have these labels, written as Prometheus reads them; 0 where
/// nothing was counted.
pub fn counted(name: &str, labels: &[&str]) -> u64 {
    let told = COUNTED.get().map(PrometheusHandle::render);
    let told = told.unwrap_or_default();
    let begins = format!("{name}{{");
    told.lines()
        .filter(|line| line.starts_with(&begins) && labels.iter().all(|label| line.contains(label)))
        .filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok())
        .sum()
}
