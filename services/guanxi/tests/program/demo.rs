//! `guanxi demo` with a small generated company.

use std::{path::Path, process::Output, time::Duration};

use guanxi_harness::eventually;
use nix::sys::signal::Signal;
use tokio_postgres::{Client, NoTls};

use crate::kit::{Dev, complained, guanxi, printed, scratch};

const SMALL: [&str; 4] = ["--deals", "120", "--seed", "3"];
/// The last line of a demonstration that stays up.
const UP: &str = "Ctrl-C stops it";
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

/// Where the logs of customers and sales end, when sales has taken in all customers.
async fn heads(dev: &Dev) -> (i64, i64) {
    let client = database(dev).await;
    let sql = "select c.position, s.position, r.position
                 from log_customers.head c, log_sales.head s, log_sales.reactions r";
    let settled = eventually(PATIENCE, async || {
        let row = client.query_one(sql, &[]).await?;
        let (customers, sales, taken_in): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
        anyhow::ensure!(taken_in == customers, "{taken_in} of {customers}");
        Ok((customers, sales))
    });
    settled.await.unwrap()
}

/// How many commands were answered.
fn sent(said: &str) -> &str {
    let mut lines = said.lines();
    let count = lines.find_map(|line| Some(line.split_once(" commands in ")?.0));
    count.unwrap()
}

#[test]
fn a_company_is_loaded_once_and_every_total_is_right() {
    let scratch = scratch();
    let dir = scratch.path().join("demo");
    let first = once(&dir, &SMALL);
    let said = printed(&first);
    assert!(first.status.success(), "{said}{}", complained(&first));
    assert!(said.contains("Loading generated-3-120"), "{said}");
    assert!(!said.contains("WRONG"), "{said}");

    let second = once(&dir, &SMALL);
    let said = printed(&second);
    assert!(second.status.success(), "{said}{}", complained(&second));
    assert!(said.contains("there already"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn loading_everything_once_more_moves_the_head_of_no_log() {
    let scratch = scratch();
    let dir = scratch.path().join("demo");
    let (first, loaded) = Dev::demo(&dir, &SMALL, UP);
    let before = heads(&first).await;
    assert!(before.0 >= 85 && before.1 >= 120, "{before:?}");
    first.signal(Signal::SIGTERM);
    assert_eq!(first.ended(), Some(0));

    let again = [&SMALL[..], &["--reload"]].concat();
    let (second, reloaded) = Dev::demo(&dir, &again, UP);
    assert_eq!(sent(&reloaded), sent(&loaded), "all were sent again");
    assert!(!reloaded.contains("WRONG"), "{reloaded}");
    assert_eq!(heads(&second).await, before);
    second.signal(Signal::SIGTERM);
    assert_eq!(second.ended(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_that_was_killed_midway_is_finished_by_the_next() {
    let scratch = scratch();
    let dir = scratch.path().join("demo");
    let large = ["--deals", "1000", "--seed", "5"];
    let (first, _) = Dev::demo(&dir, &large, "  catalogue");
    let client = database(&first).await;
    let sql = "select count(*) from log_sales.streams where category = 'opportunity'";
    let begun = eventually(PATIENCE, async || {
        let opened: i64 = client.query_one(sql, &[]).await?.get(0);
        anyhow::ensure!(opened > 0, "no opportunity yet");
        Ok(())
    });
    begun.await.unwrap();
    first.signal(Signal::SIGKILL);
    first.ended();

    let second = once(&dir, &large);
    let said = printed(&second);
    assert!(second.status.success(), "{said}{}", complained(&second));
    assert!(
        said.contains("Loading generated-5-1000"),
        "the first had not come to its end: {said}"
    );
    assert!(!said.contains("WRONG"), "{said}");
}
