//! The checker (design 10.3): after any stress, nothing is lost, nothing doubled, nothing skipped.
//!
//! Most of it is SQL that selects what is wrong, written anew rather than shared with the program:
//! code that is compared with itself proves little. `guanxi log verify` and `guanxi projections
//! verify` are asked besides.

mod acknowledged;
mod refused;
mod streams;
mod unasked;

use std::{fmt, time::Duration};

use anyhow::{Context, ensure};
use guanxi_events::Service;
use guanxi_harness::eventually;
use serde_json::Value;
use tokio_postgres::Client;

use crate::{Cluster, Ledger};

/// What must hold of each log: a name, and the statement that selects the exceptions.
const OF_A_LOG: [(&str, &str); 7] = [
    ("positions", include_str!("checker/positions.sql")),
    ("versions", include_str!("checker/versions.sql")),
    ("commands", include_str!("checker/commands.sql")),
    ("series", include_str!("checker/series.sql")),
    ("claims", include_str!("checker/claims.sql")),
    ("timers", include_str!("checker/timers.sql")),
    ("reactions", include_str!("checker/reactions.sql")),
];

/// What must hold over all of them.
const OF_ALL: [(&str, &str); 9] = [
    ("copies", include_str!("checker/copies.sql")),
    ("winners", include_str!("checker/winners.sql")),
    ("fired", include_str!("checker/fired.sql")),
    ("queues", include_str!("checker/queues.sql")),
    ("ratings", include_str!("checker/ratings.sql")),
    ("earnings", include_str!("checker/earnings.sql")),
    ("points", include_str!("checker/points.sql")),
    ("lots", include_str!("checker/lots.sql")),
    ("models", include_str!("checker/models.sql")),
];

/// How much of a ledger is looked up at once: memory is for so many answers, however many there are.
const PAGE: usize = 5_000;

/// What a check found.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// How many events each log has.
    pub events: Vec<(Service, i64)>,
    /// How many acknowledged commands were looked up.
    pub acknowledged: usize,
    /// What is wrong; empty is good.
    pub problems: Vec<String>,
}

impl Findings {
    fn wrong(&mut self, what: &str, problem: impl fmt::Display) {
        self.problems.push(format!("{what}: {problem}"));
    }

    /// Panics with everything that is wrong.
    ///
    /// # Panics
    /// When anything is.
    #[track_caller]
    pub fn assert_none(&self) {
        assert!(
            self.problems.is_empty(),
            "{} problems:\n{}",
            self.problems.len(),
            self.problems.join("\n")
        );
    }
}

/// Waits until all that was written has come everywhere: streams, reactions, read models, anchors.
///
/// # Errors
/// What is still on its way after `patience`.
pub async fn settle(cluster: &Cluster, patience: Duration) -> anyhow::Result<()> {
    let client = cluster.connect().await?;
    eventually(patience, async || {
        let lag = select(&client, include_str!("checker/lag.sql")).await?;
        ensure!(lag.is_empty(), "{}", lag.join("; "));
        anchored(cluster, &client).await?;
        streams::at_heads(cluster).await
    })
    .await
}

/// Checks everything; call [`settle`] before.
///
/// # Errors
/// When it cannot look. What is wrong is no error but a finding.
pub async fn check(cluster: &Cluster, ledger: &Ledger) -> anyhow::Result<Findings> {
    let mut findings = by_sql(&cluster.connect().await?, ledger).await?;
    streams::check(cluster, &mut findings).await?;
    for proof in [&["log", "verify"][..], &["projections", "verify", "all"]] {
        if let Err(error) = cluster.run(proof).await {
            findings.wrong("guanxi", format!("{error:#}"));
        }
    }
    Ok(findings)
}

/// Checks what one connection to the database can see.
///
/// # Errors
/// As [`check`].
pub async fn by_sql(client: &Client, ledger: &Ledger) -> anyhow::Result<Findings> {
    let mut findings = Findings::default();
    for service in Service::ALL {
        let log = format!("log_{service}");
        for (name, sql) in OF_A_LOG {
            let wrong = select(client, &sql.replace("{log}", &log)).await;
            for problem in wrong.with_context(|| format!("{log} {name}"))? {
                findings.wrong(&format!("{log} {name}"), problem);
            }
        }
        acknowledged::check(client, service, ledger, &mut findings).await?;
        refused::check(client, service, ledger, &mut findings).await?;
        unasked::check(client, service, ledger, &mut findings).await?;
        let sql = format!("select position from {log}.head");
        let head = client.query_one(&sql, &[]).await?.try_get(0)?;
        findings.events.push((service, head));
    }
    for (name, sql) in OF_ALL {
        for problem in select(client, sql).await.context(name)? {
            findings.wrong(name, problem);
        }
    }
    Ok(findings)
}

/// Whether the last anchor of each log is of its head, so that a lost tail would be noticed.
async fn anchored(cluster: &Cluster, client: &Client) -> anyhow::Result<()> {
    for service in Service::ALL {
        let sql = format!("select position from log_{service}.head where position > 0");
        let Some(row) = client.query_opt(&sql, &[]).await? else {
            continue;
        };
        let head: i64 = row.try_get(0)?;
        let kept = std::fs::read_to_string(cluster.anchors(service)).unwrap_or_default();
        let last: Value = serde_json::from_str(kept.lines().last().unwrap_or("null"))?;
        let position = last["position"].as_i64();
        let at_head = position.is_some_and(|position| position >= head);
        ensure!(
            at_head,
            "the last anchor of {service} is at {position:?}, the head at {head}"
        );
    }
    Ok(())
}

/// The lines that a statement selects.
async fn select(client: &Client, sql: &str) -> anyhow::Result<Vec<String>> {
    let rows = client.query(sql, &[]).await?;
    let lines = rows.iter().map(|row| Ok(row.try_get(0)?));
    lines.collect()
}
