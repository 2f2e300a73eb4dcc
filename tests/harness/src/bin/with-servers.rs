//! Runs a command with one Postgres and one NATS that all tests share, and ends them with it.
//!
//! nextest runs every test in a process of its own, so servers for all must stand outside.

use std::{
    io::IsTerminal,
    os::unix::process::ExitStatusExt,
    process::{ExitCode, ExitStatus},
    time::Duration,
};

use anyhow::Context;
use guanxi_harness::{DATABASE_URL, NATS_URL, OwnServers, SCRATCH, sweep};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{
    process::{Child, Command},
    signal::unix::{SignalKind, signal},
};

/// Room for the connections of some dozen tests at once.
const SETTINGS: [(&str, &str); 3] = [
    ("max_connections", "400"),
    ("shared_buffers", "256MB"),
    // A database is dropped while its test's runtime stands still, perhaps in the middle of a login:
    // Postgres would wait for that login for a minute.
    ("authentication_timeout", "2s"),
];

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    let program = arguments
        .next()
        .context("usage: with-servers COMMAND [ARGUMENT]...")?;
    // What a run that was killed left behind.
    sweep(&std::env::temp_dir(), Duration::from_secs(60)).await?;
    let servers = OwnServers::start_with(&SETTINGS).await?;
    let child = Command::new(&program)
        .args(arguments)
        .env(DATABASE_URL, servers.database_url())
        .env(NATS_URL, servers.nats_url())
        .env(SCRATCH, servers.scratch())
        .spawn()
        .with_context(|| format!("start {}", program.display()))?;
    let status = wait_forwarding_signals(child).await?;
    // Tests that were killed at their time limit could not end servers of their own.
    sweep(servers.scratch(), Duration::ZERO).await?;
    drop(servers);
    Ok(ExitCode::from(code(status)))
}

async fn wait_forwarding_signals(mut child: Child) -> anyhow::Result<ExitStatus> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    // A terminal sends Ctrl-C to the child as well, and twice means "at once" to many programs.
    let at_terminal = std::io::stdin().is_terminal() || std::io::stderr().is_terminal();
    loop {
        let received = tokio::select! {
            status = child.wait() => return Ok(status?),
            _ = interrupt.recv() => (!at_terminal).then_some(Signal::SIGINT),
            _ = terminate.recv() => Some(Signal::SIGTERM),
            _ = hang_up.recv() => Some(Signal::SIGHUP),
        };
        if let (Some(received), Some(pid)) = (received, child.id()) {
            // It may have ended this moment, which the next round sees.
            let _ = kill(Pid::from_raw(i32::try_from(pid)?), received);
        }
    }
}

/// As a shell reports it: 128 and the signal's number for a child that was killed.
fn code(status: ExitStatus) -> u8 {
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
