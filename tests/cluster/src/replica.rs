//! One process of the program.

use std::{
    fs::{self, File, OpenOptions},
    path::{Path, PathBuf},
    process::{Child, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use guanxi_harness::free_port;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::{Clock, Link, Program, Role};

/// How long a process may take until it is ready.
const STARTUP: Duration = Duration::from_secs(60);
/// Between two looks at a process.
const POLL: Duration = Duration::from_millis(20);

/// The ways by which one process alone reaches the servers.
#[derive(Debug)]
pub struct Links {
    /// To Postgres.
    pub postgres: Link,
    /// To NATS.
    pub nats: Link,
}

/// A replica of a role: its ports and its log stay the same over restarts.
#[derive(Debug)]
pub struct Replica {
    /// What it does.
    pub role: Role,
    /// Which of its role, from 0.
    pub number: usize,
    /// The port of gRPC on 127.0.0.1; nothing listens on it where the role has none.
    pub port: u16,
    /// The port of health and metrics on 127.0.0.1.
    pub operations: u16,
    program: Program,
    config: PathBuf,
    log: PathBuf,
    environment: Vec<(String, String)>,
    settings: Vec<String>,
    links: Option<Links>,
    clock: Option<Clock>,
    child: Option<Child>,
}

impl Replica {
    pub(crate) fn new(
        role: Role,
        number: usize,
        program: Program,
        config: &Path,
        folder: &Path,
    ) -> Self {
        Self {
            role,
            number,
            port: free_port(),
            operations: free_port(),
            program,
            config: config.to_owned(),
            log: folder.join(format!("{role}-{number}.log")),
            environment: Vec::new(),
            settings: Vec::new(),
            links: None,
            clock: None,
            child: None,
        }
    }

    /// With these variables in its environment.
    pub(crate) fn with_environment(mut self, environment: Vec<(String, String)>) -> Self {
        self.environment = environment;
        self
    }

    /// With links of its own, and the settings that lead over them.
    pub(crate) fn over(mut self, links: Links, settings: Vec<String>) -> Self {
        self.links = Some(links);
        self.settings = settings;
        self
    }

    /// With a clock of its own.
    pub(crate) fn with_clock(mut self, clock: Clock) -> Self {
        self.environment.extend(clock.environment());
        self.clock = Some(clock);
        self
    }

    /// Its links.
    ///
    /// # Errors
    /// When the plan gave it none.
    pub fn links(&self) -> anyhow::Result<&Links> {
        self.links.as_ref().context("it has no links of its own")
    }

    /// Its clock, if it has one of its own.
    pub fn clock(&self) -> Option<&Clock> {
        self.clock.as_ref()
    }

    /// Starts it, without waiting until it is ready.
    ///
    /// # Errors
    /// When it runs already or cannot be started.
    pub fn start(&mut self) -> anyhow::Result<()> {
        ensure!(self.child.is_none(), "{} runs already", self.name());
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.log)?;
        let mut command = self.program.command();
        command
            .arg("--config")
            .arg(&self.config)
            .arg("--set")
            .arg(format!("listen.operations=127.0.0.1:{}", self.operations));
        if self.role.serves() {
            let setting = format!("listen.{}=127.0.0.1:{}", self.role, self.port);
            command.arg("--set").arg(setting);
        }
        for setting in &self.settings {
            command.arg("--set").arg(setting);
        }
        // In our process group, so that it ends with tests that are killed at their time limit.
        command
            .args(self.role.arguments())
            .env("RUST_BACKTRACE", "1")
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::from(File::try_clone(&log)?))
            .stderr(Stdio::from(log));
        let child = command.spawn();
        self.child = Some(child.with_context(|| format!("start {}", self.name()))?);
        Ok(())
    }

    /// Waits until it says that it is ready.
    ///
    /// # Errors
    /// With the end of its log, when it ends or does not become ready in time.
    pub async fn ready(&mut self) -> anyhow::Result<()> {
        let started = Instant::now();
        loop {
            if let Some(status) = self.ended()? {
                bail!("{} ended with {status}:\n{}", self.name(), self.log_tail());
            }
            if self.readyz().await.is_ok_and(|status| status == 200) {
                return Ok(());
            }
            if started.elapsed() > STARTUP {
                bail!("{} is not ready:\n{}", self.name(), self.log_tail());
            }
            sleep(POLL).await;
        }
    }

    /// The status that `/readyz` answers.
    ///
    /// # Errors
    /// When nobody answers.
    pub async fn readyz(&self) -> anyhow::Result<u16> {
        let asked = timeout(Duration::from_secs(2), get(self.operations, "/readyz"));
        let (status, _) = asked.await.context("no answer in time")??;
        Ok(status)
    }

    /// What `/metrics` says.
    ///
    /// # Errors
    /// When nobody answers.
    pub async fn metrics(&self) -> anyhow::Result<String> {
        Ok(get(self.operations, "/metrics").await?.1)
    }

    /// Ends it as the system does when memory runs out: no handler runs.
    pub fn kill_9(&mut self) {
        if let Some(mut child) = self.child.take() {
            // One that has ended already is as dead as it should be.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Asks it to stop in order (SIGTERM).
    ///
    /// # Errors
    /// When it does not run.
    pub fn terminate(&self) -> anyhow::Result<()> {
        self.signal(Signal::SIGTERM)
    }

    /// Lets it stand still, wherever it is (SIGSTOP), until [`Self::go_on`].
    ///
    /// # Errors
    /// When it does not run.
    pub fn stand_still(&self) -> anyhow::Result<()> {
        self.signal(Signal::SIGSTOP)
    }

    /// Lets it go on (SIGCONT).
    ///
    /// # Errors
    /// When it does not run.
    pub fn go_on(&self) -> anyhow::Result<()> {
        self.signal(Signal::SIGCONT)
    }

    /// Whether it was started and has not ended; one that has ended by itself can be started again.
    pub fn is_running(&mut self) -> bool {
        if matches!(self.ended(), Ok(Some(_))) {
            self.child = None;
        }
        self.child.is_some()
    }

    fn signal(&self, signal: Signal) -> anyhow::Result<()> {
        let child = self.child.as_ref().context("it does not run")?;
        kill(Pid::from_raw(i32::try_from(child.id())?), signal)?;
        Ok(())
    }

    /// Waits until it has ended by itself.
    ///
    /// # Errors
    /// When that takes longer than `patience`; it is killed then.
    pub async fn ends_within(&mut self, patience: Duration) -> anyhow::Result<ExitStatus> {
        let started = Instant::now();
        loop {
            if let Some(status) = self.ended()? {
                self.child = None;
                return Ok(status);
            }
            if started.elapsed() > patience {
                let tail = self.log_tail();
                self.kill_9();
                bail!("{} did not end within {patience:?}:\n{tail}", self.name());
            }
            sleep(POLL).await;
        }
    }

    /// The file of what it wrote.
    pub fn log_file(&self) -> &Path {
        &self.log
    }

    /// The end of what it wrote.
    pub fn log_tail(&self) -> String {
        let text = fs::read(&self.log).unwrap_or_default();
        let from = text.len().saturating_sub(6_000);
        String::from_utf8_lossy(&text[from..]).into_owned()
    }

    /// Everything that it wrote.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// The id of its process, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// `sales-1`
    pub fn name(&self) -> String {
        format!("{}-{}", self.role, self.number)
    }

    fn ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        let child = self.child.as_mut().context("it does not run")?;
        Ok(child.try_wait()?)
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.kill_9();
    }
}

/// The smallest HTTP client that does it: one request, one connection.
async fn get(port: u16, path: &str) -> anyhow::Result<(u16, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let status = answer
        .split(' ')
        .nth(1)
        .context("no HTTP answer")?
        .parse()?;
    let (_, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    Ok((status, body.to_owned()))
}
