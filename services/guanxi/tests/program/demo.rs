//! `guanxi demo` with small generated companies.

use std::{path::Path, process::Output, time::Duration};

use guanxi_harness::eventually;
use nix::sys::signal::Signal;
use tokio_postgres::{Client, NoTls};

use crate::kit::{Dev, complained, guanxi, printed, scratch};

const SMALL: [&str; 10] = [
    "--deals",
    "120",
    "--seed",
    "3",
    "--documents",
    "150",
    "--tickets",
    "60",
    "--members",
    "40",
];
/// The last line of a demonstration that stays up.
pub(crate) const UP: &str = "Ctrl-C stops it";
/// Waits for what takes moments.
const PATIENCE: Duration = Duration::from_secs(60);

fn once(dir: &Path, arguments: &[&str]) -> Output {
    guanxi()
        .args(["demo", "--once", "--dir"])
        .arg(dir)
        .args(arguments)
        // Where no real data is beside.
        .current_dir(std::env::temp_dir())
        .output()
        .unwrap()
}

async fn database(dev: &Dev) -> Client {
    let endpoints = dev.endpoints();
    let url = endpoints["database"].as_str().unwrap();
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Where the logs of customers, sales, service and loyalty end, when every reaction has come to the
/// head of what it answers.
async fn heads(dev: &Dev) -> [i64; 4] {
    let client = database(dev).await;
    let sql = "with heads as (
                   select 'customers' as log, position from log_customers.head
                   union all select 'sales', position from log_sales.head
                   union all select 'service', position from log_service.head
                   union all select 'loyalty', position from log_loyalty.head
               ), reactions as (
                   select * from log_sales.reactions
                   union all select * from log_service.reactions
                   union all select * from log_loyalty.reactions
               )
               select h.position, coalesce(sum(h.position - r.position), 0)::bigint
                 from heads h left join reactions r on r.source = h.log
                group by h.log, h.position
                order by array_position(array['customers', 'sales', 'service', 'loyalty'], h.log)";
    let settled = eventually(PATIENCE, async || {
        let rows = client.query(sql, &[]).await?;
        let behind: i64 = rows.iter().map(|row| row.get::<_, i64>(1)).sum();
        anyhow::ensure!(behind == 0, "reactions are {behind} events behind");
        let heads: Vec<i64> = rows.iter().map(|row| row.get(0)).collect();
        heads
            .try_into()
            .map_err(|heads| anyhow::anyhow!("{heads:?}"))
    });
    settled.await.unwrap()
}

/// How many commands were answered, for each company.
fn sent(said: &str) -> [&str; 4] {
    let lines = said.lines();
    let counts = lines.filter_map(|line| Some(line.split_once(" commands in ")?.0));
    let counts: Vec<&str> = counts.collect();
    counts.try_into().unwrap()
}

#[test]
fn a_company_is_loaded_once_and_every_total_is_right() {
    let scratch = scratch();
    let dir = scratch.path().join("demo");
    let first = once(&dir, &SMALL);
    let said = printed(&first);
    assert!(first.status.success(), "{said}{}", complained(&first));
    assert!(said.contains("Loading generated-3-120"), "{said}");
    for name in ["wholesaler-3-150", "desk-3-60", "program-3-40"] {
        assert!(
            said.contains(&format!("Loading generated-{name}")),
            "{said}"
        );
    }
    assert!(!said.contains("WRONG"), "{said}");
    let report = std::fs::read_to_string(dir.join("retail-refused.csv")).unwrap();
    assert!(report.lines().count() > 1, "{report}");
    let report = std::fs::read_to_string(dir.join("airline-refused.csv")).unwrap();
    assert!(report.lines().count() > 1, "{report}");

    let second = once(&dir, &SMALL);
    let said = printed(&second);
    assert!(second.status.success(), "{said}{}", complained(&second));
    assert_eq!(said.matches("is there already").count(), 4, "{said}");
    assert!(!said.contains("commands in"), "nothing was sent: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn loading_everything_once_more_moves_the_head_of_no_log() {
    let scratch = scratch();
    let dir = scratch.path().join("demo");
    let (first, loaded) = Dev::demo(&dir, &SMALL, UP);
    let before = heads(&first).await;
    assert!(before[0] >= 85 && before[1] >= 120, "{before:?}");
    first.signal(Signal::SIGTERM);
    assert_eq!(first.ended(), Some(0));

    let (second, shown) = Dev::demo(&dir, &SMALL, UP);
    assert!(!shown.contains("WRONG"), "{shown}");
    assert_eq!(heads(&second).await, before, "a second run loads nothing");
    second.signal(Signal::SIGTERM);
    assert_eq!(second.ended(), Some(0));

    let again = [&SMALL[..], &["--reload"]].concat();
    let (third, reloaded) = Dev::demo(&dir, &again, UP);
    assert_eq!(sent(&reloaded), sent(&loaded), "all were sent again");
    assert!(!reloaded.contains("WRONG"), "{reloaded}");
    assert_eq!(heads(&third).await, before);
    third.signal(Signal::SIGTERM);
    assert_eq!(third.ended(), Some(0));
}

/// Loads until the log of sales has a stream of a kind after something was printed, and is killed.
async fn killed_midway(dir: &Path, arguments: &[&str], printed: &str, kind: &str) {
    let (first, _) = Dev::demo(dir, arguments, printed);
    let client = database(&first).await;
    let sql = "select count(*) from log_sales.streams where category = $1";
    let begun = eventually(PATIENCE, async || {
        let there: i64 = client.query_one(sql, &[&kind]).await?.get(0);
        anyhow::ensure!(there > 0, "no {kind} yet");
        Ok(())
    });
    begun.await.unwrap();
    first.signal(Signal::SIGKILL);
    first.ended();
}

/// The next run finishes what was killed.
fn finished(dir: &Path, arguments: &[&str], loading: &str) {
    let second = once(dir, arguments);
    let said = printed(&second);
    assert!(second.status.success(), "{said}{}", complained(&second));
    assert!(
        said.contains(loading),
        "the first had not come to its end: {said}"
    );
    assert!(!said.contains("WRONG"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_whose_load_was_killed_midway_is_finished_by_the_next() {
    let scratch = scratch();
    let dir = scratch.path().join("demo");
    let large = [
        "--deals",
        "1000",
        "--seed",
        "5",
        "--documents",
        "30",
        "--tickets",
        "1",
        "--members",
        "1",
    ];
    killed_midway(&dir, &large, "  catalogue", "opportunity").await;
    finished(&dir, &large, "Loading generated-5-1000");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wholesaler_whose_load_was_killed_midway_is_finished_by_the_next() {
    let scratch = scratch();
    let dir = scratch.path().join("demo");
    let large = [
        "--deals",
        "30",
        "--seed",
        "5",
        "--documents",
        "400",
        "--tickets",
        "1",
        "--members",
        "1",
    ];
    killed_midway(&dir, &large, "  articles", "credit_note").await;
    finished(&dir, &large, "Loading generated-wholesaler-5-400");
}
