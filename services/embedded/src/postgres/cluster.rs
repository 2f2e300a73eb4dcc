//! The files of a Postgres cluster: initialized once, and freed from a predecessor's process.

use std::{
    fs,
    path::Path,
    process::{Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use nix::sys::signal::Signal;

use super::{DATA, PASSWORD, SUPERUSER};
use crate::{
    EmbeddedError,
    error::Attempting,
    home::Home,
    orphan::{Suspect, Verdict, inhabited, recorded_pid},
    programs::PostgresPrograms,
};

/// From fast over immediate shutdown to what no server can refuse.
const END_ORPHAN: [(Signal, Duration); 3] = [
    (Signal::SIGINT, Duration::from_secs(15)),
    (Signal::SIGQUIT, Duration::from_secs(8)),
    (Signal::SIGKILL, Duration::from_secs(5)),
];

/// Where a data directory is made before it is complete.
const NEW: &str = "data.new";

/// Initializes the data directory: scram-sha-256, checksums, UTF-8, order by code point.
pub(super) async fn initialize(
    home: &Home,
    programs: &PostgresPrograms,
) -> Result<(), EmbeddedError> {
    let mut command = Command::new(&programs.initdb);
    command
        .args([
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--data-checksums",
        ])
        .arg(format!("--username={SUPERUSER}"))
        .arg("--pwfile")
        .arg(home.path(PASSWORD));
    // The same order of names on every machine, with letters of all scripts known as letters.
    if cfg!(target_os = "macos") {
        command.args(["--locale=C", "--lc-ctype=UTF-8"]);
    } else {
        command.arg("--locale=C.UTF-8");
    }
    command.arg("-D").arg(home.path(NEW));
    run_privately(home, &mut command);
    fill(home, command, |status, output| EmbeddedError::Initdb {
        status,
        output,
    })
    .await
}

/// Copies the data of the server on `port`, to follow it under this name.
pub(super) async fn copy(
    home: &Home,
    programs: &PostgresPrograms,
    port: u16,
    password: &str,
    name: &str,
) -> Result<(), EmbeddedError> {
    // Beside the program itself, to which what was found may be a link.
    let postgres = programs.postgres.canonicalize();
    let postgres = postgres.attempting(|| format!("find {}", programs.postgres.display()))?;
    let mut command = Command::new(postgres.with_file_name("pg_basebackup"));
    command
        .arg("--dbname")
        .arg(format!(
            "host=127.0.0.1 port={port} user={SUPERUSER} application_name={name}"
        ))
        .args(["--checkpoint=fast", "--write-recovery-conf", "-D"])
        .arg(home.path(NEW));
    run_privately(home, &mut command);
    // Not an argument, for those can be read by everyone on the machine.
    command.env("PGPASSWORD", password);
    fill(home, command, |status, output| EmbeddedError::Copy {
        status,
        output,
    })
    .await
}

/// Has the new data directory made by a command. Only a complete one gets the name; a half one is
/// thrown away next time.
async fn fill(
    home: &Home,
    mut command: Command,
    failed: impl FnOnce(ExitStatus, String) -> EmbeddedError,
) -> Result<(), EmbeddedError> {
    let (data, new) = (home.path(DATA), home.path(NEW));
    if new.exists() {
        fs::remove_dir_all(&new).attempting(|| format!("remove {}", new.display()))?;
    }
    command.stdin(Stdio::null());
    let program = command.get_program().to_owned();
    let output = tokio::process::Command::from(command)
        .kill_on_drop(true)
        .output()
        .await
        .attempting(|| format!("run {}", Path::new(&program).display()))?;
    if !output.status.success() {
        let printed = [output.stdout, output.stderr].concat();
        let printed = String::from_utf8_lossy(&printed).into_owned();
        return Err(failed(output.status, printed));
    }
    fs::rename(&new, &data).attempting(|| format!("name {}", data.display()))
}

/// Makes a command run as the home's account, in a directory that account can enter, untouched by
/// what the caller's environment says of other Postgres servers.
pub(super) fn run_privately(home: &Home, command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    // We read the log, so the system's messages in it must not be translated.
    command.env("LC_ALL", "C").current_dir(home.dir());
    if let Some(account) = home.account() {
        account.run(command);
    }
}

/// Ends a Postgres that still runs in this home though its owner is gone, and removes a pid file
/// that would keep the next one from starting.
pub(crate) async fn end_orphan(home: &Path) -> Result<(), EmbeddedError> {
    let data = home.join(DATA);
    let pid_file = data.join("postmaster.pid");
    let Some(pid) = recorded_pid(&pid_file) else {
        return Ok(());
    };
    let suspect = Suspect {
        program: "postgres",
        works_in: &data,
        names: &data,
    };
    suspect.end(pid, &END_ORPHAN).await;
    // The file also names shared memory by which Postgres sees backends that outlived a killed
    // postmaster, so it goes only when certainly nobody works on the data: Postgres itself would
    // take a pid that was dealt anew, or a dead process nobody collected, for a living server.
    let deadline = Instant::now() + Duration::from_secs(10);
    while inhabited(&data) == Some(true) && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let is_stale = matches!(suspect.judge(pid), Verdict::Gone | Verdict::Foreign);
    if is_stale && inhabited(&data) == Some(false) && pid_file.exists() {
        fs::remove_file(&pid_file).attempting(|| format!("remove {}", pid_file.display()))?;
    }
    Ok(())
}
