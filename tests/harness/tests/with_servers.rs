//! The program that starts the servers of all tests.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::{
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use guanxi_embedded::{Nats, NatsOptions, Postgres, PostgresOptions};
use guanxi_harness::{DATABASE_URL, NATS_URL, SCRATCH, ScratchDir, eventually, sweep};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use secrecy::ExposeSecret;
use tokio::process::{Child, Command};
use tokio_postgres::NoTls;

/// `with-servers sh -c SCRIPT`, starting its servers in `place`.
fn with_servers(place: &ScratchDir, script: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_with-servers"));
    command
        .args(["sh", "-c", script])
        .env(SCRATCH, place.path());
    command.env_remove(DATABASE_URL).env_remove(NATS_URL);
    // Not a terminal, or Ctrl-C is left to it.
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

fn place() -> ScratchDir {
    ScratchDir::create_in(&std::env::temp_dir()).unwrap()
}

fn signal(child: &Child, signal: Signal) {
    let pid = i32::try_from(child.id().unwrap()).unwrap();
    kill(Pid::from_raw(pid), signal).unwrap();
}

/// The directories of servers in `place`.
fn homes(place: &ScratchDir) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(place.path()).unwrap().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect()
}

/// Whether a process has `dir` or something in it as its working directory.
fn inhabited(dir: &Path) -> bool {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let mut places = processes.filter_map(|p| std::fs::read_link(p.path().join("cwd")).ok());
    places.any(|cwd| cwd.starts_with(dir))
}

/// Waits until the script has made the file `ready`.
async fn ready(place: &ScratchDir) {
    let file = place.path().join("ready");
    eventually(Duration::from_secs(60), async || {
        file.exists().then_some(()).ok_or("the script does not run")
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn the_command_gets_the_addresses_and_its_status_is_passed_on() {
    let place = place();
    let script = format!("echo ${DATABASE_URL} ${NATS_URL}; exit 7");
    let output = with_servers(&place, &script).output().await.unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.starts_with("postgres://postgres:"), "{printed}");
    assert!(printed.contains(" nats://guanxi:"), "{printed}");
    assert_eq!(output.status.code(), Some(7));
    assert_eq!(homes(&place), Vec::<PathBuf>::new());
    assert!(!inhabited(place.path()));
}

#[tokio::test]
async fn a_signal_reaches_the_command_and_the_servers_end_after_it() {
    for (sent, expected) in [(Signal::SIGTERM, 143), (Signal::SIGINT, 130)] {
        let place = place();
        let script = format!("touch {}/ready; exec sleep 600", place.path().display());
        let mut child = with_servers(&place, &script).spawn().unwrap();
        ready(&place).await;
        assert!(inhabited(place.path()));
        signal(&child, sent);
        let status = child.wait().await.unwrap();
        assert_eq!((status.code(), status.signal()), (Some(expected), None));
        assert_eq!(homes(&place), Vec::<PathBuf>::new());
        assert!(!inhabited(place.path()));
    }
}

/// Starts servers with `with-servers`, kills it by `kill -9`, and tells where they still run.
async fn orphans(place: &ScratchDir) -> PathBuf {
    let script = format!(
        "echo ${DATABASE_URL} > {0}/url; touch {0}/ready; exec sleep 2",
        place.path().display()
    );
    let mut child = with_servers(place, &script).spawn().unwrap();
    ready(place).await;
    signal(&child, Signal::SIGKILL);
    child.wait().await.unwrap();
    let home = homes(place).pop().unwrap();
    assert!(inhabited(&home), "the servers went by themselves");
    home
}

#[tokio::test]
async fn orphans_are_taken_over_with_their_data_by_the_next_start_in_their_directory() {
    let place = place();
    let home = orphans(&place).await;
    let url = std::fs::read_to_string(place.path().join("url")).unwrap();
    let (client, connection) = tokio_postgres::connect(url.trim(), NoTls).await.unwrap();
    tokio::spawn(connection);
    client
        .batch_execute("CREATE TABLE kept AS SELECT 7 AS n")
        .await
        .unwrap();

    let postgres = Postgres::start(PostgresOptions::in_dir(home.join("postgres")))
        .await
        .unwrap();
    let nats = Nats::start(NatsOptions::in_dir(home.join("nats")))
        .await
        .unwrap();

    assert!(
        client.simple_query("SELECT 1").await.is_err(),
        "the orphan still runs"
    );
    let url = postgres.url();
    let (client, connection) = tokio_postgres::connect(url.expose_secret(), NoTls)
        .await
        .unwrap();
    tokio::spawn(connection);
    let row = client.query_one("SELECT n FROM kept", &[]).await.unwrap();
    assert_eq!(row.get::<_, i32>(0), 7);
    drop((postgres, nats));
    assert!(!inhabited(&home));
}

#[tokio::test]
async fn orphans_are_swept_away_with_their_directory() {
    let place = place();
    let home = orphans(&place).await;
    sweep(place.path(), Duration::from_secs(600)).await.unwrap();
    assert!(inhabited(&home), "swept though it is young");
    sweep(place.path(), Duration::ZERO).await.unwrap();
    assert!(!inhabited(&home));
    assert!(!home.exists());
}
