//! The baseline: pgbench on the same Postgres, one bare INSERT a transaction.

use std::{path::PathBuf, process::Stdio};

use anyhow::Context;
use tokio::process::Command;

/// A ~300-byte row, as an event is.
const SCRIPT: &str = "insert into load_baseline (id, version, type, data) values \
    (gen_random_uuid(), 1, 'OrderPlaced', repeat('x', 300)::bytea);\n";

/// Transactions a second of `clients` clients.
///
/// # Errors
/// When pgbench is not there or fails.
pub async fn pgbench(url: &str, clients: usize, seconds: u64) -> anyhow::Result<f64> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    tokio::spawn(connection);
    client
        .batch_execute(
            "drop table if exists load_baseline; create table load_baseline \
             (position bigserial primary key, id uuid not null, version int not null, \
              type text not null, data bytea not null, unique (id, version))",
        )
        .await?;
    let script = std::env::temp_dir().join(format!("guanxi-baseline-{}.sql", std::process::id()));
    tokio::fs::write(&script, SCRIPT).await?;
    let output = Command::new(program()?)
        .args(["-n", "-M", "prepared", "-f"])
        .arg(&script)
        .args([
            "-c",
            &clients.to_string(),
            "-j",
            &clients.min(2).to_string(),
        ])
        .args(["-T", &seconds.to_string(), url])
        .stdin(Stdio::null())
        .output()
        .await?;
    tokio::fs::remove_file(&script).await?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let tps = printed.lines().find_map(|line| {
        let rest = line.strip_prefix("tps = ")?;
        rest.split_whitespace().next()?.parse().ok()
    });
    tps.with_context(|| {
        format!(
            "pgbench: {printed}{}",
            String::from_utf8_lossy(&output.stderr)
        )
    })
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
