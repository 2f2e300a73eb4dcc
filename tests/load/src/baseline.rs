//! The baseline: pgbench on the same Postgres, one bare INSERT of a ~300-byte event a transaction,
//! half of them new streams, half the next version of one of 10 000.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::Context;
use guanxi_harness::ScratchDir;
use hdrhistogram::Histogram;
use tokio::process::Command;

use crate::{EVENT, META, Measured, closed_loop::percentiles_of};

const SCHEMA: &str = "
    drop table if exists load_baseline;
    create table load_baseline (
        position bigint generated always as identity primary key,
        stream uuid not null, version int not null, type text not null,
        data jsonb not null, meta jsonb not null,
        created_at timestamptz not null default now(),
        unique (stream, version));
    insert into load_baseline (stream, version, type, data, meta)
    select md5('s' || n)::uuid, 1, 'OrderPlaced', '{}', '{}' from generate_series(1, 10000) n";

/// pgbench's scripts: a new stream, and one more event of a known one.
fn scripts() -> [(&'static str, String); 2] {
    let columns = "insert into load_baseline (stream, version, type, data, meta)";
    let event = format!("'OrderPlaced', '{EVENT}', '{META}'");
    [
        (
            "new",
            format!("{columns} values (gen_random_uuid(), 1, {event});\n"),
        ),
        (
            "next",
            format!(
                "\\set n random(1, 10000)\n{columns} select s, 1 + coalesce((select max(version) \
                 from load_baseline where stream = s), 0), {event} \
                 from (select md5('s' || :n)::uuid s) x on conflict do nothing;\n"
            ),
        ),
    ]
}

/// Runs `clients` of it for so long.
///
/// # Errors
/// When pgbench is not there or fails.
pub async fn pgbench(url: &str, clients: usize, window: Duration) -> anyhow::Result<Measured> {
    let client = crate::site::connect(url).await?;
    client.batch_execute(SCHEMA).await?;
    // Neither can be part of the transaction that a batch is.
    client.batch_execute("vacuum analyze load_baseline").await?;
    client.batch_execute("checkpoint").await?;
    let folder = ScratchDir::create_in(&std::env::temp_dir())?;
    let mut pgbench = Command::new(program()?);
    pgbench.args(["-n", "-M", "prepared", "-l", "--log-prefix=latency"]);
    for (name, sql) in scripts() {
        let path = folder.path().join(name);
        std::fs::write(&path, sql)?;
        pgbench.arg("-f").arg(path);
    }
    let output = pgbench
        .args(["-c", &clients.to_string()])
        .args(["-j", &clients.min(2).to_string()])
        .args(["-T", &window.as_secs().max(1).to_string(), url])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .await?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let per_second = printed.lines().find_map(|line| {
        let rest = line.strip_prefix("tps = ")?;
        rest.split_whitespace().next()?.parse().ok()
    });
    let per_second = per_second.with_context(|| {
        format!(
            "pgbench: {printed}{}",
            String::from_utf8_lossy(&output.stderr)
        )
    })?;
    Ok(Measured {
        per_second,
        percentiles_ms: latencies(folder.path())?,
        errors: 0,
        conflicts: 0,
    })
}

/// From pgbench's log: a line a transaction, the third word its microseconds.
fn latencies(folder: &Path) -> anyhow::Result<[f64; 3]> {
    let mut all = Histogram::<u64>::new(3)?;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if !path.to_string_lossy().contains("latency") {
            continue;
        }
        for line in std::fs::read_to_string(path)?.lines() {
            if let Some(micros) = line.split(' ').nth(2).and_then(|word| word.parse().ok()) {
                all.record(micros)?;
            }
        }
    }
    Ok(percentiles_of(&all))
}

fn program() -> anyhow::Result<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|versions| {
            versions
                .filter_map(|v| Some(v.ok()?.path().join("bin/pgbench")))
                .collect()
        })
        .unwrap_or_default();
    found.sort();
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    found.extend(std::env::split_paths(&on_path).map(|folder| folder.join("pgbench")));
    found
        .into_iter()
        .rfind(|path| path.exists())
        .context("pgbench is not installed")
}
