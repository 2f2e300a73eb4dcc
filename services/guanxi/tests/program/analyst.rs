//! `guanxi analyst`: logins that come, see their tenant's rows, and go.

use std::process::Output;

use guanxi_harness::TestDatabase;
use tokio_postgres::NoTls;

use crate::kit::{complained, printed, run, scratch};

/// The command on this database.
fn analyst(database: &TestDatabase, arguments: &[&str]) -> Output {
    let setting = format!("database.url={}", database.url());
    let zone = "tenants.acme.time_zone=Asia/Shanghai";
    let mut all = vec!["--set", &setting, "--set", zone, "analyst"];
    all.extend(arguments);
    run(&all)
}

/// The tenant's time zone, as the login sees it.
async fn zone(database: &TestDatabase, login: &str, password: &str) -> Result<String, String> {
    let mut address: tokio_postgres::Config = database.url().parse().unwrap();
    address.user(login).password(password);
    let told = |error: tokio_postgres::Error| format!("{error:?}");
    let (client, connection) = address.connect(NoTls).await.map_err(told)?;
    tokio::spawn(connection);
    let row = client
        .query_one("select time_zone from settings", &[])
        .await;
    row.map_err(told)?.try_get(0).map_err(told)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_analyst_can_log_in_from_the_making_of_the_login_to_its_removal() {
    let database = TestDatabase::create().await.unwrap();
    let setting = format!("database.url={}", database.url());
    let migrated = run(&["migrate", "--set", &setting]);
    assert!(migrated.status.success(), "{}", complained(&migrated));
    // Roles belong to the whole server, which other tests use as well.
    let login = format!("bi_{}", uuid::Uuid::new_v4().simple());

    let made = analyst(
        &database,
        &["create", "--tenant", "acme", "--login", &login],
    );
    assert!(made.status.success(), "{}", complained(&made));
    let first = printed(&made).trim().to_owned();
    assert_eq!(first.len(), 32, "the password alone is printed: {first}");
    let seen = zone(&database, &login, &first).await;
    assert_eq!(seen.as_deref(), Ok("Asia/Shanghai"));

    let folder = scratch();
    let file = folder.path().join("password");
    std::fs::write(&file, "correct horse battery\n").unwrap();
    let file = file.display().to_string();
    let create = [
        "create",
        "--login",
        &login,
        "--password-file",
        &file,
        "--tenant",
    ];
    let other = analyst(&database, &[&create[..], &["bolt"]].concat());
    assert_eq!(other.status.code(), Some(1), "it is acme's");
    assert!(
        complained(&other).contains("is no analyst of that tenant"),
        "{}",
        complained(&other)
    );
    let again = analyst(&database, &[&create[..], &["acme"]].concat());
    assert!(again.status.success(), "{}", complained(&again));
    assert_eq!(printed(&again), "", "a password that was given is not told");
    assert!(
        zone(&database, &login, &first).await.is_err(),
        "the old one"
    );
    let seen = zone(&database, &login, "correct horse battery").await;
    assert_eq!(seen.as_deref(), Ok("Asia/Shanghai"));

    let removed = analyst(&database, &["remove", &login]);
    assert!(removed.status.success(), "{}", complained(&removed));
    let seen = zone(&database, &login, "correct horse battery").await;
    assert!(seen.is_err(), "{seen:?}");
    let nobody = analyst(&database, &["remove", &login]);
    assert_eq!(nobody.status.code(), Some(1));
}
