//! A table for people, one JSON line a measure for programs, and whether all is as fast as it must be.

use serde_json::{Value, json};

use crate::Measured;

/// What the ratio of a measure to its baseline must be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Need {
    /// So much or more.
    AtLeast(f64),
    /// So much or less.
    AtMost(f64),
}

impl Need {
    fn is_met(self, ratio: f64) -> bool {
        match self {
            Self::AtLeast(least) => ratio >= least,
            Self::AtMost(most) => ratio <= most,
        }
    }
}

impl std::fmt::Display for Need {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AtLeast(least) => write!(f, ">= {least}"),
            Self::AtMost(most) => write!(f, "<= {most}"),
        }
    }
}

/// One measure, taken in several rounds beside its baseline. The median of the rounds decides.
#[derive(Debug, Clone)]
pub struct Measure {
    name: String,
    unit: &'static str,
    baseline: &'static str,
    need: Option<Need>,
    rounds: Vec<Round>,
}

#[derive(Debug, Clone, Copy)]
struct Round {
    value: f64,
    baseline: f64,
    p50_ms: f64,
    p99_ms: f64,
}

impl Measure {
    /// A measure in `unit` beside `baseline`; without a need it is only reported.
    pub fn new(
        name: impl Into<String>,
        unit: &'static str,
        baseline: &'static str,
        need: impl Into<Option<Need>>,
    ) -> Self {
        Self {
            name: name.into(),
            unit,
            baseline,
            need: need.into(),
            rounds: Vec::new(),
        }
    }

    /// One more round: operations a second beside the baseline's.
    pub fn rate(&mut self, measured: &Measured, baseline: f64) {
        let [p50_ms, p99_ms, _] = measured.percentiles_ms;
        self.rounds.push(Round {
            value: measured.per_second,
            baseline,
            p50_ms,
            p99_ms,
        });
    }

    /// One more round: a figure beside the baseline's, or beside a limit. It has no percentiles.
    pub fn figure(&mut self, value: f64, baseline: f64) {
        self.waited(value, baseline, [f64::NAN; 3]);
    }

    /// One more round: one of the two percentiles of a wait beside the baseline's, or beside a limit.
    pub fn waited(&mut self, value: f64, baseline: f64, [p50_ms, p99_ms, _]: [f64; 3]) {
        self.rounds.push(Round {
            value,
            baseline,
            p50_ms,
            p99_ms,
        });
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// In how many rounds it was taken.
    pub fn rounds(&self) -> usize {
        self.rounds.len()
    }

    fn median(&self, of: impl Fn(&Round) -> f64) -> f64 {
        median(self.rounds.iter().map(of))
    }

    /// The median of the rounds' ratios: what disturbs one round disturbs both sides of it.
    pub fn ratio(&self) -> f64 {
        self.median(|round| round.value / round.baseline)
    }

    /// Whether it is as it must be. A ratio that is no number is not.
    pub fn is_met(&self) -> bool {
        self.need.is_none_or(|need| need.is_met(self.ratio()))
    }
}

/// The one in the middle; of none, no number.
pub(crate) fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut all: Vec<f64> = figures.into_iter().collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Prints both forms.
///
/// # Errors
/// When a measure is not as it must be, naming all that are not.
pub fn report(measures: &[Measure]) -> anyhow::Result<()> {
    let lines: Vec<Value> = measures.iter().map(json_of).collect();
    print_table(&lines);
    for line in &lines {
        println!("{line}");
    }
    ensure_met(&lines)
}

/// Prints the table of what several programs reported, from their JSON lines.
///
/// # Errors
/// When a line is none, there is none at all, or a measure is not as it must be.
pub fn summarize(lines: &str) -> anyhow::Result<()> {
    let parsed: Result<Vec<Value>, _> = lines.lines().map(serde_json::from_str).collect();
    let lines = parsed?;
    anyhow::ensure!(!lines.is_empty(), "nothing was measured");
    print_table(&lines);
    ensure_met(&lines)
}

fn print_table(lines: &[Value]) {
    println!(
        "{:<52} {:>11} {:<7} {:>8} {:>8} {:>7} {:>8}   beside",
        "measure", "median", "", "p50 ms", "p99 ms", "ratio", "required"
    );
    for line in lines {
        let text = |key: &str| line[key].as_str().unwrap_or_default();
        // What is no number has no form in JSON.
        let number = |key: &str| line[key].as_f64().unwrap_or(f64::NAN);
        let percentile = |key: &str| match line[key].as_f64() {
            Some(ms) => format!("{ms:.2}"),
            None => String::new(),
        };
        let mark = if is_met(line) { ' ' } else { '!' };
        println!(
            "{:<52} {:>11.1} {:<7} {:>8} {:>8} {:>7.2} {:>8} {mark} {} {:.1}",
            text("measure"),
            number("value"),
            text("unit"),
            percentile("p50_ms"),
            percentile("p99_ms"),
            number("ratio"),
            text("required"),
            text("baseline_name"),
            number("baseline"),
        );
    }
}

/// What says nothing of it is not.
fn is_met(line: &Value) -> bool {
    line["met"].as_bool().unwrap_or(false)
}

fn ensure_met(lines: &[Value]) -> anyhow::Result<()> {
    let missed = lines.iter().filter(|line| !is_met(line));
    let missed: Vec<&str> = missed
        .map(|line| {
            line["measure"]
                .as_str()
                .unwrap_or("a line without a measure")
        })
        .collect();
    anyhow::ensure!(missed.is_empty(), "missed: {}", missed.join("; "));
    Ok(())
}

fn json_of(it: &Measure) -> Value {
    json!({
        "measure": it.name,
        "unit": it.unit,
        "value": it.median(|round| round.value),
        "baseline": it.median(|round| round.baseline),
        "baseline_name": it.baseline,
        "ratio": it.ratio(),
        "required": it.need.map(|need| need.to_string()),
        "met": it.is_met(),
        "p50_ms": it.median(|round| round.p50_ms),
        "p99_ms": it.median(|round| round.p99_ms),
        "rounds": it.rounds.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_round_decides() {
        let mut measure = Measure::new("appends", "/s", "pgbench", Need::AtLeast(2.0));
        for (value, baseline) in [(30.0, 10.0), (10.0, 10.0), (21.0, 10.0)] {
            measure.figure(value, baseline);
        }
        assert!((measure.ratio() - 2.1).abs() < 1e-9);
        assert!(measure.is_met());
        measure.figure(10.0, 10.0);
        measure.figure(10.0, 10.0);
        assert!(!measure.is_met());
        assert!(report(&[measure]).is_err());
    }

    #[test]
    fn what_was_not_measured_is_not_met() {
        assert!(!Measure::new("lag", "ms", "limit", Need::AtMost(1.0)).is_met());
        assert!(Measure::new("lag", "ms", "limit", None).is_met());
    }

    #[test]
    fn what_is_read_again_is_judged_as_it_was_reported() {
        let mut met = Measure::new("appends", "/s", "pgbench", Need::AtLeast(2.0));
        met.figure(3.0, 1.0);
        let mut missed = Measure::new("waits", "ms", "limit", Need::AtMost(1.0));
        missed.figure(3.0, 1.0);
        let line = |measure| format!("{}\n", json_of(measure));
        summarize(&line(&met)).unwrap();
        let both = line(&met) + &line(&missed);
        assert_eq!(summarize(&both).unwrap_err().to_string(), "missed: waits");
        assert!(summarize("").is_err());
        assert!(summarize("no line").is_err());
        assert!(summarize("{}").is_err());
    }
}
