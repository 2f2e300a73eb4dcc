//! What `guanxi serve` says when it cannot start.

use guanxi_harness::{TestDatabase, free_port};

use crate::kit::{complained, run};

/// With nothing but the address of a database; how it ended and what it complained of.
fn serve_at(url: &str) -> (Option<i32>, String) {
    let output = run(&[
        "serve",
        "sales",
        "--set",
        &format!("database.url={url}"),
        "--set",
        "listen.operations=127.0.0.1:0",
    ]);
    (output.status.code(), complained(&output))
}

#[test]
fn where_no_postgres_is_it_says_that_and_not_to_migrate() {
    let nowhere = format!("postgres://guanxi@127.0.0.1:{}/guanxi", free_port());
    let (code, complaint) = serve_at(&nowhere);
    assert_eq!(code, Some(1));
    assert!(
        complaint.contains("Postgres cannot be reached"),
        "{complaint}"
    );
    assert!(complaint.contains("database.url"), "{complaint}");
    assert!(!complaint.contains("migrate"), "{complaint}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_tables_are_not_made_yet_it_says_how_they_are() {
    let database = TestDatabase::create().await.unwrap();
    let (code, complaint) = serve_at(database.url());
    assert_eq!(code, Some(1));
    assert!(complaint.contains("guanxi migrate"), "{complaint}");
    assert!(!complaint.contains("cannot be reached"), "{complaint}");
}
