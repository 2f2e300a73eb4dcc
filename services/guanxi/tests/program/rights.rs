//! `guanxi migrate`, and what the narrow roles may and may not do.

use std::process::Stdio;

use guanxi_harness::TestDatabase;
use tokio_postgres::{Client, error::SqlState};

use crate::kit::guanxi;

/// Migrates by two processes at once, as two replicas' starts would.
fn migrate_twice_at_once(url: &str) {
    let setting = format!("database.url={url}");
    let begin = || {
        guanxi()
            .args(["migrate", "--set", &setting])
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    };
    let both = [begin(), begin()];
    for mut process in both {
        assert!(process.wait().unwrap().success());
    }
}

/// Whether a role may run a statement, which is rolled back.
async fn may(client: &mut Client, role: &str, sql: &str) -> bool {
    let transaction = client.transaction().await.unwrap();
    let role = format!("set local role {role}");
    transaction.batch_execute(&role).await.unwrap();
    match transaction.batch_execute(sql).await {
        Ok(()) => true,
        Err(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => false,
        Err(error) => panic!("{sql}: {error:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_may_do_its_job_and_nothing_else() {
    let database = TestDatabase::create().await.unwrap();
    migrate_twice_at_once(database.url());
    let mut client = database.connect().await.unwrap();
    let allowed = [
        ("guanxi_sales", "select data from log_sales.events"),
        (
            "guanxi_sales",
            "select position from log_sales.head for update",
        ),
        ("guanxi_sales", "delete from log_sales.timers"),
        ("guanxi_sales", "select data from log_customers.events"),
        // A reaction asks where a life of its source ended.
        ("guanxi_sales", "select position from log_customers.lives"),
        ("guanxi_customers", "delete from log_customers.claims"),
        ("guanxi_projector", "select data from log_sales.events"),
        ("guanxi_projector", "delete from projections.parked"),
        ("guanxi_projector", "create schema anything"),
        ("guanxi_query", "select * from projections.checkpoints"),
        (
            "guanxi_query",
            "select position, recorded_at from log_sales.events",
        ),
        ("guanxi_query", "select position from log_customers.head"),
        ("guanxi_sales", "select pg_try_advisory_lock(1)"),
    ];
    for (role, sql) in allowed {
        assert!(
            may(&mut client, role, sql).await,
            "{role} must be able to: {sql}"
        );
    }
    let forbidden = [
        // What was written stays.
        ("guanxi_sales", "update log_sales.events set tenant = 'x'"),
        ("guanxi_sales", "delete from log_sales.events"),
        ("guanxi_sales", "delete from log_sales.commands"),
        ("guanxi_sales", "update log_sales.lives set position = 0"),
        ("guanxi_sales", "truncate log_sales.events"),
        // Another service's log is only read, and only where a reaction needs it.
        ("guanxi_sales", "delete from log_customers.timers"),
        ("guanxi_sales", "select * from log_customers.commands"),
        ("guanxi_customers", "select data from log_sales.events"),
        ("guanxi_customers", "select position from log_sales.lives"),
        ("guanxi_projector", "update log_sales.head set position = 0"),
        ("guanxi_projector", "select * from log_sales.snapshots"),
        // Queries show read models, not what stands in the logs.
        ("guanxi_query", "select data from log_sales.events"),
        (
            "guanxi_query",
            "update projections.checkpoints set position = 0",
        ),
        ("guanxi_query", "create schema anything"),
        ("guanxi_analyst", "select * from projections.builds"),
        ("guanxi_analyst", "select position from log_sales.head"),
        // A lock of the session would keep a leader from leading.
        ("guanxi_analyst", "select pg_try_advisory_lock(1)"),
        ("guanxi_analyst", "select lo_create(0)"),
    ];
    for (role, sql) in forbidden {
        assert!(
            !may(&mut client, role, sql).await,
            "{role} must not be able to: {sql}"
        );
    }
}
