//! Each test has a database to itself.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use guanxi_harness::{Harness, TestDatabase, connect_nats};
use tokio_postgres::NoTls;

async fn count(query: &str, name: &str) -> i64 {
    let servers = Harness::servers().await.unwrap();
    let (client, connection) = tokio_postgres::connect(servers.database_url(), NoTls)
        .await
        .unwrap();
    tokio::spawn(connection);
    client.query_one(query, &[&name]).await.unwrap().get(0)
}

const DATABASES: &str = "SELECT count(*) FROM pg_database WHERE datname = $1";
const ROLES: &str = "SELECT count(*) FROM pg_roles WHERE rolname = $1";

#[tokio::test]
async fn two_databases_do_not_see_each_other() {
    let one = TestDatabase::create().await.unwrap();
    let other = TestDatabase::create().await.unwrap();
    assert_ne!(one.suffix(), other.suffix());

    let (in_one, in_other) = (one.connect().await.unwrap(), other.connect().await.unwrap());
    in_one
        .batch_execute("CREATE TABLE t (n int); INSERT INTO t VALUES (1)")
        .await
        .unwrap();
    in_other
        .batch_execute("CREATE TABLE t (n int); INSERT INTO t VALUES (2)")
        .await
        .unwrap();

    for (client, expected) in [(in_one, 1), (in_other, 2)] {
        let rows = client.query("SELECT n FROM t", &[]).await.unwrap();
        assert_eq!(
            rows.iter().map(|row| row.get(0)).collect::<Vec<i32>>(),
            [expected]
        );
    }
}

#[tokio::test]
async fn a_dropped_database_is_gone_with_its_connections_and_roles() {
    let _others = Harness::servers().await.unwrap();
    let database = TestDatabase::create().await.unwrap();
    let (name, role) = (
        database.name().to_owned(),
        format!("analyst_{}", database.suffix()),
    );
    let client = database.connect().await.unwrap();
    client
        .batch_execute(&format!("CREATE ROLE {role}; GRANT {role} TO postgres"))
        .await
        .unwrap();
    assert_eq!(
        (count(DATABASES, &name).await, count(ROLES, &role).await),
        (1, 1)
    );

    drop(database);

    assert_eq!(
        (count(DATABASES, &name).await, count(ROLES, &role).await),
        (0, 0)
    );
    assert!(client.simple_query("SELECT 1").await.is_err());
}

#[tokio::test]
async fn a_closed_database_is_gone() {
    let _others = Harness::servers().await.unwrap();
    let database = TestDatabase::create().await.unwrap();
    let name = database.name().to_owned();
    assert_eq!(count(DATABASES, &name).await, 1);
    database.close().await.unwrap();
    assert_eq!(count(DATABASES, &name).await, 0);
}

#[tokio::test]
async fn nats_stands_beside_the_database() {
    let database = TestDatabase::create().await.unwrap();
    let client = connect_nats(database.nats_url()).await.unwrap();
    let jetstream = async_nats::jetstream::new(client);
    let name = format!("TEST_{}", database.suffix());
    let config = async_nats::jetstream::stream::Config {
        name,
        ..Default::default()
    };
    let mut stream = jetstream.create_stream(config.clone()).await.unwrap();
    assert_eq!(stream.info().await.unwrap().state.messages, 0);
    jetstream.delete_stream(config.name).await.unwrap();
}
