//! Other stores beside ours, from the lines of a comparison in which all ran in turn on one machine.

use serde::Deserialize;

use crate::{Measure, Measured, Need};

/// How our log calls itself there.
const OURS: &str = "guanxi-eventlog";
/// How `commands` calls a whole command.
const COMMAND: &str = "gRPC command, 256 callers";

/// One of the others.
struct Other {
    system: &'static str,
    /// How its variant begins.
    variant: &'static str,
    callers: usize,
    need: Option<f64>,
}

const fn other(
    system: &'static str,
    variant: &'static str,
    callers: usize,
    need: Option<f64>,
) -> Other {
    Other {
        system,
        variant,
        callers,
        need,
    }
}

/// Beside whose appends ours are put.
const APPENDS: [Other; 7] = [
    other("pgbench single row", "", 64, Some(2.0)),
    other("pgbench single row", "", 1, Some(0.45)),
    other("prototype", "bytea check2", 64, Some(0.65)),
    other("umadb", "", 64, Some(2.5)),
    other("message-db", "16 categories", 64, Some(4.5)),
    other("emmett", "", 64, None),
    other(
        "py-eventsourcing",
        "recorder.insert_events (db function)",
        64,
        None,
    ),
];
/// Beside whose commands ours are put, which are over gRPC and this one's in its process.
const COMMANDS: Other = other("postgres-es", "", 64, Some(3.0));

/// One line: a run of one store, or a measure of ours.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Run(Run),
    Measure(OurMeasure),
    /// What a store says of itself besides.
    Aside {},
}

#[derive(Deserialize)]
struct Run {
    system: String,
    variant: String,
    conc: usize,
    ops_s: f64,
    p50_ms: f64,
    p99_ms: f64,
    disturbed: bool,
}

#[derive(Deserialize)]
struct OurMeasure {
    measure: String,
    value: f64,
    p50_ms: f64,
    p99_ms: f64,
}

impl Run {
    fn is_of(&self, other: &Other) -> bool {
        self.system == other.system
            && self.variant.starts_with(other.variant)
            && self.conc == other.callers
    }
}

/// Ours beside the others: each of the texts has the lines of one round. Where a store ran several times in a
/// round, the run in the middle counts; a round in which either side had no run that nobody disturbed is left
/// out.
///
/// # Errors
/// When a line is no JSON object.
pub fn beside_others<'a>(
    rounds: impl IntoIterator<Item = &'a str>,
) -> anyhow::Result<Vec<Measure>> {
    let rounds: anyhow::Result<Vec<Round>> = rounds.into_iter().map(Round::read).collect();
    let rounds = rounds?;
    let mut measures = Vec::new();
    for other in &APPENDS {
        let ours = self::other(OURS, "", other.callers, None);
        let callers = match other.callers {
            1 => "1 caller".to_owned(),
            many => format!("{many} callers"),
        };
        let name = format!("append, {callers}, beside {}", other.system);
        let need = other.need.map(Need::AtLeast);
        let mut rate = Measure::new(&name, "/s", other.system, need);
        let most = Need::AtMost(2.0);
        let mut wait = Measure::new(format!("{name}, p99"), "ms", other.system, most);
        for round in &rounds {
            if let (Some(own), Some(theirs)) = (round.run(&ours), round.run(other)) {
                rate.rate(&measured(own.ops_s, own.p50_ms, own.p99_ms), theirs.ops_s);
                let own_ms = [own.p50_ms, own.p99_ms, own.p99_ms];
                wait.waited(own.p99_ms, theirs.p99_ms, own_ms);
            }
        }
        measures.push(rate);
        if other.callers == 1 {
            measures.push(wait);
        }
    }
    let name = format!("{COMMAND}, beside {}", COMMANDS.system);
    let need = COMMANDS.need.map(Need::AtLeast);
    let mut whole = Measure::new(name, "/s", COMMANDS.system, need);
    for round in &rounds {
        if let (Some(own), Some(theirs)) = (&round.command, round.run(&COMMANDS)) {
            whole.rate(&measured(own.value, own.p50_ms, own.p99_ms), theirs.ops_s);
        }
    }
    measures.push(whole);
    Ok(measures)
}

/// What ran in one round.
#[derive(Default)]
struct Round {
    runs: Vec<Run>,
    command: Option<OurMeasure>,
}

impl Round {
    fn read(lines: &str) -> anyhow::Result<Self> {
        let mut round = Self::default();
        for line in lines.lines() {
            match serde_json::from_str(line)? {
                Line::Run(run) if !run.disturbed => round.runs.push(run),
                Line::Measure(own) if own.measure == COMMAND => round.command = Some(own),
                Line::Run(_) | Line::Measure(_) | Line::Aside {} => {}
            }
        }
        Ok(round)
    }

    /// The run in the middle of those of a store.
    fn run(&self, of: &Other) -> Option<&Run> {
        let mut runs: Vec<&Run> = self.runs.iter().filter(|run| run.is_of(of)).collect();
        runs.sort_by(|a, b| a.ops_s.total_cmp(&b.ops_s));
        runs.get(runs.len() / 2).copied()
    }
}

fn measured(per_second: f64, p50_ms: f64, p99_ms: f64) -> Measured {
    Measured {
        per_second,
        percentiles_ms: [p50_ms, p99_ms, p99_ms],
        errors: 0,
        conflicts: 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn run(system: &str, variant: &str, conc: usize, ops_s: f64, disturbed: bool) -> String {
        let line = json!({
            "system": system, "variant": variant, "conc": conc, "rep": 1, "ops_s": ops_s,
            "p50_ms": 1.0, "p99_ms": 2.0, "conflicts": 0, "errors": 0, "disturbed": disturbed,
        });
        format!("{line}\n")
    }

    fn found(rounds: &[String], name: &str) -> Measure {
        let rounds = rounds.iter().map(String::as_str);
        let mut measures = beside_others(rounds).unwrap().into_iter();
        measures.find(|it| it.name() == name).unwrap()
    }

    #[test]
    fn rounds_are_put_beside_each_other_and_what_was_disturbed_is_left_out() {
        let round = |ours, umadb, disturbed| {
            run(OURS, "everything on", 64, ours, false)
                + &run("umadb", "append", 64, umadb, disturbed)
        };
        let rounds = [
            round(30.0, 10.0, false),
            round(30.0, 1.0, true),
            round(12.0, 4.0, false) + &run("umadb", "append", 16, 100.0, false),
            "{\"system\":\"prototype-info\",\"avg_batch\":22}\n".to_owned(),
        ];
        let umadb = found(&rounds, "append, 64 callers, beside umadb");
        assert_eq!(umadb.rounds(), 2);
        assert!((umadb.ratio() - 3.0).abs() < 1e-9);
        assert!(umadb.is_met());
    }

    #[test]
    fn who_ran_several_times_in_a_round_counts_once() {
        let name = "pgbench single row";
        let round = |ours, pgbench: [f64; 3]| {
            let theirs = pgbench.map(|ops_s| run(name, "before", 64, ops_s, false));
            theirs.concat() + &run(OURS, "everything on", 64, ours, false)
        };
        let rounds = [round(30.0, [9.0, 1.0, 10.0]), round(2.0, [4.0, 2.0, 1.0])];
        let pgbench = found(&rounds, "append, 64 callers, beside pgbench single row");
        assert_eq!(pgbench.rounds(), 2);
        // 30 beside 9, and 2 beside 2.
        assert!((pgbench.ratio() - 30.0 / 9.0).abs() < 1e-9);
    }

    #[test]
    fn only_the_variant_that_is_asked_for_counts() {
        let lines = [
            run(OURS, "everything on", 64, 44.0, false),
            run("message-db", "1 category", 64, 1.0, false),
            run("message-db", "16 categories", 64, 10.0, false),
        ];
        let other = found(&[lines.concat()], "append, 64 callers, beside message-db");
        assert!((other.ratio() - 4.4).abs() < 1e-9);
        assert!(!other.is_met());
    }

    #[test]
    fn a_whole_command_stands_beside_one_in_process() {
        let ours = json!({"measure": COMMAND, "value": 12.0, "p50_ms": 1.0, "p99_ms": 2.0});
        let lines = format!("{ours}\n{}", run("postgres-es", "cqrs", 64, 3.0, false));
        let whole = found(&[lines], "gRPC command, 256 callers, beside postgres-es");
        assert!((whole.ratio() - 4.0).abs() < 1e-9);
    }

    #[test]
    fn who_did_not_run_is_not_surpassed() {
        assert!(!found(&[], "append, 64 callers, beside prototype").is_met());
        assert!(beside_others(["no line"]).is_err());
    }
}
