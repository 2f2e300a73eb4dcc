//! Servers of one test alone, which it may mistreat.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::{path::Path, time::Duration};

use async_nats::jetstream;
use guanxi_harness::{OwnServers, connect_nats, eventually};
use tokio_postgres::NoTls;

async fn stream(servers: &OwnServers) -> anyhow::Result<jetstream::stream::Stream> {
    let client = connect_nats(&servers.nats_url()).await?;
    let config = jetstream::stream::Config {
        name: "KEPT".to_owned(),
        subjects: vec!["kept".to_owned()],
        ..Default::default()
    };
    Ok(jetstream::new(client).get_or_create_stream(config).await?)
}

async fn messages(servers: &OwnServers) -> u64 {
    stream(servers)
        .await
        .unwrap()
        .info()
        .await
        .unwrap()
        .state
        .messages
}

#[tokio::test]
async fn streams_survive_a_stopped_and_a_killed_nats_server() {
    let mut servers = OwnServers::start().await.unwrap();
    stream(&servers).await.unwrap();
    let client = connect_nats(&servers.nats_url()).await.unwrap();
    let publisher = jetstream::new(client);
    for text in ["one", "two", "three"] {
        publisher
            .publish("kept", text.into())
            .await
            .unwrap()
            .await
            .unwrap();
    }

    servers.nats.restart().await.unwrap();
    assert_eq!(messages(&servers).await, 3);
    servers.nats.kill();
    servers.nats.restart().await.unwrap();
    assert_eq!(messages(&servers).await, 3);
}

#[tokio::test]
async fn a_client_sees_postgres_go_and_come_back_at_the_same_address() {
    let mut servers = OwnServers::start().await.unwrap();
    let url = servers.database_url();
    assert!(tokio_postgres::connect(&url, NoTls).await.is_ok());
    servers.postgres.kill_immediate();
    assert!(tokio_postgres::connect(&url, NoTls).await.is_err());
    servers.postgres.restart().await.unwrap();
    let back = eventually(Duration::from_secs(10), async || {
        tokio_postgres::connect(&url, NoTls).await.map(|_| ())
    });
    back.await.unwrap();
}

#[tokio::test]
async fn dropped_servers_leave_neither_process_nor_directory() {
    let mut servers = OwnServers::start().await.unwrap();
    let directories = [
        servers.scratch().to_owned(),
        servers.postgres.dir().to_owned(),
    ];
    let pids = [servers.postgres.pid().unwrap(), servers.nats.pid().unwrap()];
    assert!(
        pids.iter()
            .all(|pid| Path::new(&format!("/proc/{pid}")).exists())
    );
    drop(servers);
    assert!(
        pids.iter()
            .all(|pid| !Path::new(&format!("/proc/{pid}")).exists())
    );
    assert!(directories.iter().all(|dir| !dir.exists()));
}
