//! What a private Postgres promises, on real ones.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::{
    os::unix::{
        fs::{MetadataExt, PermissionsExt},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use guanxi_embedded::{EmbeddedError, Postgres, PostgresOptions, discard};
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::{Client, NoTls};

fn a_directory() -> PathBuf {
    let dir = std::env::temp_dir().join(format!("guanxi-embedded-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o755)).unwrap();
    dir
}

fn thrown_away() -> PostgresOptions {
    PostgresOptions {
        throw_away: true,
        ..PostgresOptions::in_dir(a_directory())
    }
}

async fn connect(url: &SecretString) -> Client {
    let (client, connection) = tokio_postgres::connect(url.expose_secret(), NoTls)
        .await
        .unwrap();
    tokio::spawn(connection);
    client
}

async fn write_a_row(postgres: &Postgres) {
    let client = connect(&postgres.url()).await;
    client
        .batch_execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
        .await
        .unwrap();
}

async fn the_row(postgres: &Postgres) -> i32 {
    connect(&postgres.url())
        .await
        .query_one("SELECT n FROM kept", &[])
        .await
        .unwrap()
        .get(0)
}

fn runs(pid: u32) -> bool {
    Path::new(&format!("/proc/{pid}/cwd"))
        .canonicalize()
        .is_ok()
}

#[tokio::test]
async fn a_restart_keeps_port_and_data() {
    let mut postgres = Postgres::start(thrown_away()).await.unwrap();
    let (port, pid) = (postgres.port(), postgres.pid().unwrap());
    write_a_row(&postgres).await;

    postgres.restart().await.unwrap();

    assert_eq!(postgres.port(), port);
    assert_ne!(postgres.pid().unwrap(), pid);
    assert_eq!(the_row(&postgres).await, 7);
}

#[tokio::test]
async fn what_was_committed_survives_every_way_of_dying() {
    let mut postgres = Postgres::start(thrown_away()).await.unwrap();
    write_a_row(&postgres).await;

    postgres.kill();
    assert_eq!(postgres.pid(), None);
    postgres.restart().await.unwrap();
    assert_eq!(the_row(&postgres).await, 7);

    postgres.kill_immediate();
    assert_eq!(postgres.pid(), None);
    postgres.restart().await.unwrap();
    assert_eq!(the_row(&postgres).await, 7);

    let pid = nix::unistd::Pid::from_raw(postgres.pid().unwrap().try_into().unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL).unwrap();
    postgres.restart().await.unwrap();
    assert_eq!(the_row(&postgres).await, 7);
}

#[tokio::test]
async fn a_pid_that_was_dealt_to_another_program_does_not_keep_it_from_starting() {
    let mut postgres = Postgres::start(thrown_away()).await.unwrap();
    write_a_row(&postgres).await;
    let pid_file = postgres.dir().join("data/postmaster.pid");
    let (content, owner) = (
        std::fs::read_to_string(&pid_file).unwrap(),
        pid_file.metadata().unwrap(),
    );
    postgres.kill();
    // Of the same account, for Postgres itself overlooks those of others.
    let mut other = Command::new("sleep");
    let mut other = other
        .arg("600")
        .uid(owner.uid())
        .gid(owner.gid())
        .spawn()
        .unwrap();
    let (_, rest) = content.split_once('\n').unwrap();
    std::fs::write(&pid_file, format!("{}\n{rest}", other.id())).unwrap();

    let restarted = postgres.restart().await;
    let was_left_alone = other.try_wait().unwrap().is_none();
    other.kill().unwrap();
    other.wait().unwrap();

    restarted.unwrap();
    assert!(was_left_alone);
    assert_eq!(the_row(&postgres).await, 7);
}

#[tokio::test]
async fn the_next_owner_finds_data_password_and_port_again() {
    let dir = a_directory();
    let mut first = Postgres::start(PostgresOptions::in_dir(&dir))
        .await
        .unwrap();
    let (url, pid) = (first.url(), first.pid().unwrap());
    write_a_row(&first).await;
    drop(first);
    assert!(!runs(pid), "the server outlived its owner");

    let second = Postgres::start(PostgresOptions::in_dir(&dir))
        .await
        .unwrap();
    assert_eq!(second.url().expose_secret(), url.expose_secret());
    assert_eq!(the_row(&second).await, 7);
    drop(second);
    discard(&dir).await.unwrap();
    assert!(!dir.exists());
}

#[tokio::test]
async fn a_directory_in_use_is_refused_and_its_server_left_alone() {
    let dir = a_directory();
    let mut postgres = Postgres::start(PostgresOptions::in_dir(&dir))
        .await
        .unwrap();

    let second = Postgres::start(PostgresOptions::in_dir(&dir))
        .await
        .unwrap_err();
    let removal = discard(&dir).await.unwrap_err();

    assert!(matches!(second, EmbeddedError::InUse { .. }), "{second}");
    assert!(matches!(removal, EmbeddedError::InUse { .. }), "{removal}");
    assert!(postgres.pid().is_some());
    drop(postgres);
    discard(&dir).await.unwrap();
}

#[tokio::test]
async fn a_missing_postgres_says_what_to_install() {
    let options = PostgresOptions {
        programs: vec!["/nonexistent".into()],
        ..thrown_away()
    };
    let message = Postgres::start(options).await.unwrap_err().to_string();
    assert!(message.contains("`postgres`"), "{message}");
    assert!(message.contains("apt-get install postgresql"), "{message}");
    assert!(message.contains("brew install postgresql"), "{message}");
    assert!(
        message.contains("https://www.postgresql.org/download"),
        "{message}"
    );
}

#[tokio::test]
async fn data_of_a_version_that_is_not_installed_is_refused_by_name() {
    let options = thrown_away();
    std::fs::create_dir(options.dir.join("data")).unwrap();
    std::fs::write(options.dir.join("data/PG_VERSION"), "8\n").unwrap();
    let error = Postgres::start(options).await.unwrap_err();
    assert!(
        matches!(&error, EmbeddedError::WrongVersion { written_by, .. } if written_by == "8"),
        "{error}"
    );
}

#[tokio::test]
async fn a_start_that_fails_shows_the_end_of_the_log() {
    let settings = vec![("shared_buffers".to_owned(), "plenty".to_owned())];
    let error = Postgres::start(PostgresOptions {
        settings,
        ..thrown_away()
    })
    .await
    .unwrap_err();
    let EmbeddedError::DidNotStart { log_tail, .. } = error else {
        panic!("{error}")
    };
    assert!(log_tail.contains("shared_buffers"), "{log_tail}");
}

#[tokio::test]
async fn a_fixed_port_that_is_taken_is_refused() {
    let holder = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = holder.local_addr().unwrap().port();
    let options = PostgresOptions {
        port: Some(port),
        ..thrown_away()
    };
    let error = Postgres::start(options).await.unwrap_err();
    assert!(
        matches!(error, EmbeddedError::PortTaken { port: taken } if taken == port),
        "{error}"
    );
}

#[tokio::test]
async fn settings_reach_the_server_but_it_listens_on_this_machine_only() {
    let settings = [("work_mem", "7MB"), ("listen_addresses", "*")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let options = PostgresOptions {
        settings: settings.into(),
        ..thrown_away()
    };
    let postgres = Postgres::start(options).await.unwrap();
    let client = connect(&postgres.url()).await;
    for (name, expected) in [
        ("work_mem", "7MB"),
        ("listen_addresses", "127.0.0.1"),
        ("password_encryption", "scram-sha-256"),
        ("data_checksums", "on"),
        ("fsync", "on"),
    ] {
        let row = client
            .query_one("SELECT current_setting($1)", &[&name])
            .await
            .unwrap();
        assert_eq!(row.get::<_, &str>(0), expected, "{name}");
    }
}

#[tokio::test]
async fn nobody_gets_in_without_the_password_which_only_its_owner_reads() {
    let postgres = Postgres::start(thrown_away()).await.unwrap();
    for password in ["", "password=wrong"] {
        let config = format!(
            "host=127.0.0.1 port={} user=postgres {password}",
            postgres.port()
        );
        assert!(
            tokio_postgres::connect(&config, NoTls).await.is_err(),
            "{password}"
        );
    }
    let file = postgres.dir().join("password").metadata().unwrap();
    assert_eq!(file.mode() & 0o777, 0o600);
}

#[tokio::test]
async fn root_gives_the_server_to_another_account_and_to_a_place_that_account_can_reach() {
    let closed = a_directory();
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o700)).unwrap();
    let options = PostgresOptions {
        throw_away: true,
        ..PostgresOptions::in_dir(closed.join("pg"))
    };
    let mut postgres = Postgres::start(options).await.unwrap();

    let server = Path::new("/proc").join(postgres.pid().unwrap().to_string());
    let (owner, dir) = (server.metadata().unwrap().uid(), postgres.dir().to_owned());
    assert_ne!(owner, 0);
    if nix::unistd::geteuid().is_root() {
        assert!(dir.starts_with("/var/lib/guanxi"), "{}", dir.display());
    } else {
        assert_eq!(dir, closed.join("pg").canonicalize().unwrap());
    }
    drop(postgres);
    assert!(!dir.exists());
    std::fs::remove_dir_all(&closed).unwrap();
}

#[tokio::test]
async fn starting_is_possible_from_any_task() {
    fn needs_send<F: Future + Send>(future: F) -> F {
        future
    }
    let mut postgres = needs_send(Postgres::start(thrown_away())).await.unwrap();
    tokio::time::timeout(Duration::from_secs(60), needs_send(postgres.stop()))
        .await
        .unwrap();
    assert_eq!(postgres.pid(), None);
}

#[tokio::test]
async fn a_standby_follows_and_takes_over() {
    let mut primary = Postgres::start(thrown_away()).await.unwrap();
    let standby = primary
        .start_standby("second", thrown_away())
        .await
        .unwrap();
    let client = connect(&primary.url()).await;
    for statement in [
        "ALTER SYSTEM SET synchronous_standby_names = 'second'",
        "SELECT pg_reload_conf()",
    ] {
        client.batch_execute(statement).await.unwrap();
    }
    // From here on a commit is one on both.
    while client
        .query(
            "SELECT FROM pg_stat_replication WHERE sync_state = 'sync'",
            &[],
        )
        .await
        .unwrap()
        .is_empty()
    {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    write_a_row(&primary).await;
    primary.kill();
    let follower = connect(&standby.url()).await;
    let refused = follower.batch_execute("CREATE TABLE own (n int)").await;
    assert!(refused.is_err(), "a standby only reads");
    follower.batch_execute("SELECT pg_promote()").await.unwrap();
    assert_eq!(the_row(&standby).await, 7);
    follower
        .batch_execute("CREATE TABLE own (n int)")
        .await
        .unwrap();
}
