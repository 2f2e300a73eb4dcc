//! A table for people, and one JSON line a measure for programs.

use serde_json::json;

use crate::Measured;

/// One measure beside its baseline of the same run.
pub struct Row {
    /// What was measured.
    pub measure: String,
    /// Operations a second, and their latencies where they were taken.
    pub measured: Measured,
    /// The name and rate of the baseline.
    pub baseline: Option<(&'static str, f64)>,
}

/// Prints both forms.
pub fn print_rows(rows: &[Row]) {
    let cells = [
        "measure",
        "per second",
        "p50 ms",
        "p99 ms",
        "p99.9 ms",
        "errors",
        "baseline",
    ];
    println!(
        "{:<44} {:>11} {:>9} {:>9} {:>9} {:>7}  {}",
        cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6]
    );
    for row in rows {
        let [p50, p99, p999] = row.measured.percentiles_ms;
        let ratio = row.baseline.map(|(_, rate)| row.measured.per_second / rate);
        let beside = row
            .baseline
            .zip(ratio)
            .map_or_else(String::new, |((name, rate), ratio)| {
                format!("{ratio:.2} x {name} ({rate:.0}/s)")
            });
        println!(
            "{:<44} {:>11.0} {p50:>9.2} {p99:>9.2} {p999:>9.2} {:>7}  {beside}",
            row.measure, row.measured.per_second, row.measured.errors
        );
    }
    for row in rows {
        let [p50, p99, p999] = row.measured.percentiles_ms;
        let ratio = row.baseline.map(|(_, rate)| row.measured.per_second / rate);
        println!(
            "{}",
            json!({
                "measure": row.measure,
                "value": row.measured.per_second,
                "baseline": row.baseline.map(|(_, rate)| rate),
                "baseline_name": row.baseline.map(|(name, _)| name),
                "ratio": ratio,
                "p50_ms": p50,
                "p99_ms": p99,
                "p999_ms": p999,
                "errors": row.measured.errors,
            })
        );
    }
}
