//! A short round: two minutes of everything.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::{collections::BTreeSet, time::Duration};

use clap::Parser;
use guanxi_torture::{Kind, Options, possible, round};

/// Among whom faults come so fast that every kind comes.
const SHORT: [&str; 9] = [
    "run",
    "--every=3",
    "--seed=1",
    "--people=32",
    "--companies=4",
    "--disk-mib=1024",
    "--minutes=2",
    "--round-seconds=120",
    "--round=1",
];
const LASTS: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_minutes_of_every_fault_lose_and_double_nothing() {
    let options = Options::parse_from(SHORT);
    let (kinds, left_out) = possible(&options);
    for (kind, reason) in left_out {
        eprintln!("left out: {} ({reason})", kind.name());
        // What can be installed is there where changes are checked; to mount a disk may be forbidden.
        assert!(
            kind == Kind::DiskFull || std::env::var_os("CI").is_none(),
            "{}: {reason}",
            kind.name()
        );
    }
    let outcome = round(&options, &kinds, 1, LASTS).await.unwrap();
    let problems = outcome.problems.join("\n");
    assert!(outcome.problems.is_empty(), "{problems}");
    let done: BTreeSet<Kind> = outcome.faults.keys().copied().collect();
    let missing: Vec<_> = kinds.iter().filter(|kind| !done.contains(kind)).collect();
    assert!(missing.len() <= 3, "a storm without {missing:?}");
    let acknowledged = outcome.acknowledged;
    assert!(acknowledged > 1_000, "{acknowledged} commands are no load");
}
