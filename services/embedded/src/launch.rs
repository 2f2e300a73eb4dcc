//! Starts a server and waits until it answers.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use crate::{
    EmbeddedError,
    home::Home,
    port::free_port,
    process::{ServerProcess, Signals, log_tail},
};

/// How long a fixed port may still be held by whoever used it before.
const PORT_PATIENCE: Duration = Duration::from_secs(5);

/// How long one attempt to log in may take.
const PROBE_PATIENCE: Duration = Duration::from_secs(5);

/// Which port a server is to have.
#[derive(Debug, Clone, Copy)]
pub(crate) enum PortChoice {
    /// This one, by somebody's wish.
    Fixed(u16),
    /// The one remembered in the directory if it is free, otherwise any.
    Any,
}

impl From<Option<u16>> for PortChoice {
    fn from(port: Option<u16>) -> Self {
        port.map_or(Self::Any, Self::Fixed)
    }
}

/// What starting a server takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Launch<'a> {
    pub(crate) server: &'static str,
    pub(crate) home: &'a Home,
    /// The log's file name in the home.
    pub(crate) log: &'static str,
    pub(crate) signals: Signals,
    pub(crate) port: PortChoice,
    pub(crate) timeout: Duration,
}

impl Launch<'_> {
    /// Starts `command(port)` until `probe(port)` succeeds.
    ///
    /// A start that fails for a passing reason is repeated: the port was taken between choosing
    /// and binding it, or the processes of a killed predecessor are still ending.
    pub(crate) async fn run<F: Future<Output = Result<(), String>>>(
        &self,
        command: impl Fn(u16) -> Command,
        probe: impl Fn(u16) -> F,
    ) -> Result<(ServerProcess, u16), EmbeddedError> {
        let begun = Instant::now();
        loop {
            let port = match self.port {
                PortChoice::Fixed(port) => port,
                PortChoice::Any => self.home.remembered_port().unwrap_or_else(free_port),
            };
            let log = self.home.fresh_log(self.log)?;
            let mut process = ServerProcess::spawn(command(port), log, self.signals)?;
            match self.until_ready(&mut process, port, begun, &probe).await {
                Ok(()) => {
                    self.home.remember_port(port)?;
                    let pid = process.pid();
                    tracing::info!(server = self.server, port, pid, "private server is ready");
                    return Ok((process, port));
                }
                Err(error) => self.can_be_repeated(error, port, begun.elapsed())?,
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn until_ready<F: Future<Output = Result<(), String>>>(
        &self,
        process: &mut ServerProcess,
        port: u16,
        begun: Instant,
        probe: &impl Fn(u16) -> F,
    ) -> Result<(), EmbeddedError> {
        let mut pause = Duration::from_millis(5);
        loop {
            // Whoever holds the port may be somebody else, who never answers or answers instead of
            // our server: so its end cuts the probe short, and is asked for after each.
            let answer = tokio::select! {
                answer = tokio::time::timeout(PROBE_PATIENCE, probe(port)) => {
                    answer.unwrap_or_else(|_| Err("it does not answer".to_owned()))
                }
                () = process.end() => Err("it has ended".to_owned()),
            };
            if let Some(status) = process.ended() {
                let log_tail = log_tail(&self.home.path(self.log));
                return Err(EmbeddedError::DidNotStart {
                    server: self.server,
                    status,
                    log_tail,
                });
            }
            let Err(last_answer) = answer else {
                return Ok(());
            };
            if begun.elapsed() > self.timeout {
                return Err(EmbeddedError::NotReady {
                    server: self.server,
                    waited: self.timeout,
                    last_answer,
                    log_tail: log_tail(&self.home.path(self.log)),
                });
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(100));
        }
    }

    fn can_be_repeated(
        &self,
        error: EmbeddedError,
        port: u16,
        elapsed: Duration,
    ) -> Result<(), EmbeddedError> {
        let EmbeddedError::DidNotStart { log_tail, .. } = &error else {
            return Err(error);
        };
        let log = log_tail.to_lowercase();
        let port_taken = log.contains("address already in use");
        // A killed postmaster's backends take a moment to notice; Postgres waits for the last.
        let predecessor_ends = log.contains("pre-existing shared memory block");
        match self.port {
            PortChoice::Fixed(_) if port_taken && elapsed > PORT_PATIENCE => {
                Err(EmbeddedError::PortTaken { port })
            }
            _ if (port_taken || predecessor_ends) && elapsed < self.timeout => Ok(()),
            _ => Err(error),
        }
    }
}
