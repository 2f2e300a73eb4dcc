//! The ageing and the accepted sum against plain calculations in Python.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use jiff::civil::{Date, date};
use serde_json::Value;

use super::{history::events, whole::scratch, *};

/// The month ends of which figures are compared.
const DAYS: [Date; 4] = [
    date(2011, 3, 31),
    date(2011, 6, 30),
    date(2011, 9, 30),
    date(2011, 11, 30),
];

/// What a program of `tests/python` prints: one JSON object a line.
fn python(program: &str, arguments: &[&Path]) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/python");
    let interpreter = std::env::var_os("GUANXI_TEST_PYTHON").unwrap_or_else(|| "python3".into());
    let output = Command::new(interpreter)
        .arg(folder.join(program))
        .args(arguments)
        .output()
        .unwrap();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complained}");
    let lines = String::from_utf8(output.stdout).unwrap();
    let lines = lines.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn sum(value: &Value) -> Decimal {
    value.as_str().unwrap().parse().unwrap()
}

/// The ageing of each day, worked out in Python.
fn by_python(story: &Story) -> Vec<Ageing> {
    let file = scratch("events.jsonl");
    fs::write(&file, events(story)).unwrap();
    let days = DAYS.map(|day| PathBuf::from(day.to_string()));
    let arguments: Vec<&Path> = [&file].into_iter().chain(&days).map(|p| &**p).collect();
    let answers = python("ageing.py", &arguments);
    fs::remove_file(&file).unwrap();
    let ageings = answers.iter().zip(DAYS).map(|(answer, day)| {
        assert_eq!(answer["day"], day.to_string());
        let figures = &answer["ageing"]["GBP"];
        let buckets = figures["buckets"].as_array().unwrap();
        let buckets: Vec<Decimal> = buckets.iter().map(sum).collect();
        Ageing {
            buckets: buckets.try_into().unwrap(),
            credits: sum(&figures["credits"]),
        }
    });
    ageings.collect()
}

fn by_us(story: &Story) -> Vec<Ageing> {
    DAYS.map(|day| Ageing::of(story, day)).into()
}

#[test]
fn a_plain_calculation_in_python_comes_to_the_same_ageing() {
    for seed in [1, 2, 3] {
        let rows = wholesaler(seed, 1_500).into_iter().map(Ok);
        let story = tell(&Documents::gather(rows).unwrap(), seed).unwrap();
        let ageings = by_us(&story);
        assert_eq!(by_python(&story), ageings, "seed {seed}");
        let filled = |at: usize| ageings.iter().any(|a| !a.buckets[at].is_zero());
        assert!((0..6).all(filled), "every bucket is tried: {ageings:?}");
        assert!(ageings.iter().any(|a| !a.credits.is_zero()), "{ageings:?}");
    }
}

#[test]
fn the_real_file_ages_as_python_says_and_what_is_not_refused_was_accepted() {
    let Some(data) = data() else {
        eprintln!("SKIPPED: set GUANXI_DATA to the folder of real data");
        return;
    };
    let file = data.join(FILE);
    let documents = Documents::gather(read(&file).unwrap()).unwrap();
    let story = tell(&documents, 1).unwrap();
    assert_eq!(by_python(&story), by_us(&story));

    let report = scratch("refused.csv");
    write_refused(&story.refused, &report).unwrap();
    let answer = &python("accepted.py", &[&file, &report])[0];
    fs::remove_file(&report).unwrap();
    assert_eq!(sum(&answer["accepted"]), story.totals.accepted);
    assert_eq!(answer["refused_lines"], story.refused.len());
}
