//! A private nats-server with JetStream.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use nix::sys::signal::Signal;
use secrecy::{ExposeSecret, SecretString};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use crate::{
    EmbeddedError,
    home::Home,
    launch::{Launch, PortChoice},
    orphan::{Suspect, recorded_pid},
    process::{ServerProcess, Signals},
    programs::find_nats,
};

const LOG: &str = "nats.log";
const PASSWORD: &str = "password";
const CONFIGURATION: &str = "nats.conf";
const PID: &str = "nats.pid";
const USER: &str = "guanxi";

const SIGNALS: Signals = Signals {
    orderly: Signal::SIGINT,
    at_once: Signal::SIGKILL,
};

/// How long an orderly stop may take.
const STOP_PATIENCE: Duration = Duration::from_secs(20);

/// Gentle first.
const END_ORPHAN: [(Signal, Duration); 2] = [
    (Signal::SIGINT, Duration::from_secs(10)),
    (Signal::SIGKILL, Duration::from_secs(5)),
];

/// How to start a private nats-server.
#[derive(Debug, Clone)]
pub struct NatsOptions {
    /// A directory for this server alone, made when missing.
    pub dir: PathBuf,
    /// `None`: the port of the last start in this directory if it is free, otherwise any.
    pub port: Option<u16>,
    /// The port of the monitoring pages (127.0.0.1), which need no password; `None`: no such pages.
    pub monitoring_port: Option<u16>,
    /// Lines for the server's configuration beside ours (`max_payload: 1MB`).
    pub configuration: Vec<String>,
    /// How long to wait for the first answer; JetStream reads its store first.
    pub startup_timeout: Duration,
    /// Where to look for `nats-server`; empty: PATH, then where packages put it.
    pub programs: Vec<PathBuf>,
    /// Whether the directory is removed when the server is dropped.
    pub throw_away: bool,
}

impl NatsOptions {
    /// The defaults, in this directory.
    #[must_use]
    pub fn in_dir(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            port: None,
            monitoring_port: None,
            configuration: Vec::new(),
            startup_timeout: Duration::from_secs(60),
            programs: Vec::new(),
            throw_away: false,
        }
    }
}

/// A running private nats-server. Dropping it kills the server (its streams survive).
#[derive(Debug)]
pub struct Nats {
    // Before the home, for it must have ended when the lock is released.
    process: Option<ServerProcess>,
    home: Home,
    program: PathBuf,
    password: SecretString,
    port: u16,
    options: NatsOptions,
}

impl Nats {
    /// Starts a nats-server in its directory. One that an owner who was killed left running there
    /// is stopped first.
    ///
    /// # Errors
    /// Any [`EmbeddedError`].
    pub async fn start(options: NatsOptions) -> Result<Self, EmbeddedError> {
        let program = find_nats(&options.programs)?;
        let home = Home::open(&options.dir)?.thrown_away(options.throw_away);
        let password = home.secret(PASSWORD)?;
        end_orphan(home.dir()).await;
        let mut nats = Self {
            process: None,
            home,
            program,
            password,
            port: 0,
            options,
        };
        nats.launch(nats.options.port.into()).await?;
        Ok(nats)
    }

    /// The URL for clients, with user and password.
    #[must_use]
    pub fn url(&self) -> SecretString {
        let (password, port) = (self.password.expose_secret(), self.port);
        format!("nats://{USER}:{password}@127.0.0.1:{port}").into()
    }

    /// The port on 127.0.0.1; it stays the same over [`Self::restart`].
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The server's process id, or `None` when it was stopped or has died.
    #[must_use]
    pub fn pid(&mut self) -> Option<u32> {
        self.process.as_mut().and_then(ServerProcess::living_pid)
    }

    /// Where store, log and password are.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.home.dir()
    }

    /// Stops it in order.
    pub async fn stop(&mut self) {
        if let Some(process) = self.process.take() {
            process.stop(STOP_PATIENCE).await;
        }
    }

    /// Starts it again on the same port with the same streams, stopping it first if it runs.
    ///
    /// # Errors
    /// Any [`EmbeddedError`]; `PortTaken` when the port was lost meanwhile.
    pub async fn restart(&mut self) -> Result<(), EmbeddedError> {
        self.stop().await;
        self.launch(PortChoice::Fixed(self.port)).await
    }

    /// Ends it by `kill -9`.
    pub fn kill(&mut self) {
        if let Some(process) = self.process.take() {
            process.kill();
        }
    }

    async fn launch(&mut self, port: PortChoice) -> Result<(), EmbeddedError> {
        // A file, for arguments can be read by everyone on the machine.
        self.home
            .write_private(CONFIGURATION, &self.configuration())?;
        let launch = Launch {
            server: "nats-server",
            home: &self.home,
            log: LOG,
            signals: SIGNALS,
            port,
            timeout: self.options.startup_timeout,
        };
        let (process, port) = launch
            .run(
                |port| self.command(port),
                |port| answers(port, self.password.clone()),
            )
            .await?;
        self.process = Some(process);
        self.port = port;
        Ok(())
    }

    fn configuration(&self) -> String {
        let store = self.home.path("jetstream");
        let password = self.password.expose_secret();
        // Streams reserve what they may hold at most. Left alone, the server would refuse them as soon
        // as that is more than three quarters of the free disk, however little they really hold.
        let mut lines = vec![
            format!(
                "jetstream {{ store_dir: {:?}, max_file_store: 1TB }}",
                store.to_string_lossy()
            ),
            format!("authorization {{ user: {USER}, password: {password:?} }}"),
        ];
        if let Some(port) = self.options.monitoring_port {
            lines.push(format!("http: \"127.0.0.1:{port}\""));
        }
        lines.extend(self.options.configuration.iter().cloned());
        lines.join("\n") + "\n"
    }

    fn command(&self, port: u16) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(["-a", "127.0.0.1", "-p", &port.to_string()])
            .arg("-c")
            .arg(self.home.path(CONFIGURATION))
            .arg("-P")
            .arg(self.home.path(PID))
            .current_dir(self.home.dir());
        command
    }
}

/// Logs in by the client protocol, which proves that it is our server that answers.
async fn answers(port: u16, password: SecretString) -> Result<(), String> {
    let exchange = async {
        let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", port)).await?);
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let login = serde_json::json!({
            "user": USER, "pass": password.expose_secret(),
            "verbose": false, "pedantic": false,
        });
        stream
            .write_all(format!("CONNECT {login}\r\nPING\r\n").as_bytes())
            .await?;
        line.clear();
        stream.read_line(&mut line).await?;
        std::io::Result::Ok(line)
    };
    match exchange.await {
        Ok(line) if line.trim() == "PONG" => Ok(()),
        Ok(line) => Err(line.trim().to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Ends a nats-server that still runs in this home though its owner is gone.
pub(crate) async fn end_orphan(home: &Path) {
    let Some(pid) = recorded_pid(&home.join(PID)) else {
        return;
    };
    let configuration = home.join(CONFIGURATION);
    let suspect = Suspect {
        program: "nats-server",
        works_in: home,
        names: &configuration,
    };
    suspect.end(pid, &END_ORPHAN).await;
}
