//! `guanxi dev`: ready, found, alone in its folder, stopped in order, and back after a kill.

use std::os::unix::fs::PermissionsExt;

use nix::sys::signal::Signal;
use tokio_postgres::NoTls;

use crate::kit::{Dev, complained, guanxi, scratch};

async fn one(url: &str, sql: &str) -> Result<String, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    client.query_one(sql, &[]).await?.try_get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn dev_says_where_everything_is_and_other_commands_join_in() {
    let scratch = scratch();
    let dir = scratch.path().join("dev");
    let dev = Dev::start(&dir);

    let endpoints = dev.endpoints();
    let mode = dev
        .endpoints_file()
        .metadata()
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600, "it holds passwords");
    for service in ["customers", "sales", "query"] {
        let address = endpoints["grpc"][service].as_str().unwrap();
        std::net::TcpStream::connect(address).unwrap();
    }
    assert!(
        endpoints["web"]
            .as_str()
            .unwrap()
            .starts_with("http://127.0.0.1:")
    );
    assert!(endpoints["nats"].as_str().unwrap().starts_with("nats://"));
    let database = endpoints["database"].as_str().unwrap();
    assert_eq!(
        one(database, "select current_user::text").await.unwrap(),
        "postgres"
    );

    let analyst = endpoints["analyst"].as_str().unwrap();
    let views = [
        "opportunities",
        "receivables_open_items",
        "points_ledger",
        "tickets",
        "daily_kpis",
    ];
    for view in views {
        let sql = format!("select count(*)::text from analytics.{view}");
        assert_eq!(one(analyst, &sql).await.unwrap(), "0");
    }
    let base = "select base_currency from analytics.settings";
    assert_eq!(one(analyst, base).await.unwrap(), "GBP");
    let stolen = one(analyst, "select count(*)::text from log_sales.events").await;
    assert!(stolen.unwrap_err().to_string().contains("db error"));

    let status = dev.run(&["projections", "status", "--json"]);
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap();
    // One row for each log that a model follows.
    let rows = status.as_array().unwrap();
    assert!(rows.iter().all(|row| row["state"] == "active"), "{status}");
    let mut models: Vec<&str> = rows.iter().filter_map(|row| row["name"].as_str()).collect();
    models.dedup();
    assert_eq!(
        models,
        ["dashboards", "funnels", "points", "receivables", "service"]
    );
    let tail = dev.run(&["log", "tail", "sales"]);
    assert!(tail.status.success(), "{}", complained(&tail));
    let verified = dev.run(&["projections", "verify", "all"]);
    assert!(verified.status.success(), "{}", complained(&verified));
    let token = dev.run(&[
        "token", "--tenant", "demo", "--person", "anna", "--role", "agent",
    ]);
    assert!(token.status.success(), "{}", complained(&token));

    let second = guanxi().args(["dev", "--dir"]).arg(&dir).output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(
        complained(&second).contains("another guanxi runs in"),
        "{}",
        complained(&second)
    );
    assert!(
        dev.endpoints_file().exists(),
        "the first one is not disturbed"
    );

    let file = dev.endpoints_file();
    dev.signal(Signal::SIGTERM);
    assert_eq!(dev.ended(), Some(0));
    assert!(!file.exists(), "nothing is there any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_kill_the_next_start_finds_ports_and_data_again() {
    let scratch = scratch();
    let dir = scratch.path().join("dev");
    let dev = Dev::start(&dir);
    let before = dev.endpoints();
    let database = before["database"].as_str().unwrap().to_owned();
    let life = "select incarnation::text from log_sales.head";
    let incarnation = one(&database, life).await.unwrap();
    dev.signal(Signal::SIGKILL);
    dev.ended();

    let dev = Dev::start(&dir);
    let after = dev.endpoints();
    assert_eq!(after["grpc"], before["grpc"]);
    let database = after["database"].as_str().unwrap();
    assert_eq!(one(database, life).await.unwrap(), incarnation);
    dev.signal(Signal::SIGINT);
    assert_eq!(dev.ended(), Some(0));
}
