//! A private Postgres.

mod cluster;

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use nix::sys::signal::Signal;
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::{Config, NoTls};

use crate::{
    EmbeddedError,
    home::Home,
    launch::{Launch, PortChoice},
    process::{ServerProcess, Signals},
    programs::{PostgresPrograms, find_postgres},
};

pub(crate) use cluster::end_orphan;

/// The data directory's name in the server's directory.
pub(crate) const DATA: &str = "data";

const LOG: &str = "postgres.log";
const PASSWORD: &str = "password";
const SUPERUSER: &str = "postgres";

/// Fast and immediate shutdown in Postgres's terms.
const SIGNALS: Signals = Signals {
    orderly: Signal::SIGINT,
    at_once: Signal::SIGQUIT,
};

/// How long an orderly stop may take; its checkpoint may have much to write.
const STOP_PATIENCE: Duration = Duration::from_secs(60);

/// How to start a private Postgres.
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    /// A directory for this server alone, made when missing. Started as root, it is given to the
    /// unprivileged account that runs Postgres.
    pub dir: PathBuf,
    /// `None`: the port of the last start in this directory if it is free, otherwise any.
    pub port: Option<u16>,
    /// Server settings (`name`, `value`) beside our own, for this start only.
    pub settings: Vec<(String, String)>,
    /// How long to wait for the first answer; recovery after a crash takes its time.
    pub startup_timeout: Duration,
    /// Where to look for `postgres` and `initdb`; empty: PATH, then where packages put them.
    pub programs: Vec<PathBuf>,
    /// Whether the directory is removed when the server is dropped.
    pub throw_away: bool,
}

impl PostgresOptions {
    /// The defaults, in this directory.
    #[must_use]
    pub fn in_dir(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            port: None,
            settings: Vec::new(),
            startup_timeout: Duration::from_secs(120),
            programs: Vec::new(),
            throw_away: false,
        }
    }
}

/// A running private Postgres. Dropping it ends the server at once (its data survives).
#[derive(Debug)]
pub struct Postgres {
    // Before the home, for it must have ended when the lock is released.
    process: Option<ServerProcess>,
    home: Home,
    programs: PostgresPrograms,
    password: SecretString,
    port: u16,
    options: PostgresOptions,
}

impl Postgres {
    /// Starts a Postgres in its directory, which is initialized the first time. A server that an
    /// owner who was killed left running there is stopped first.
    ///
    /// # Errors
    /// Any [`EmbeddedError`].
    pub async fn start(options: PostgresOptions) -> Result<Self, EmbeddedError> {
        let home = Home::open_unprivileged(&options.dir)
            .await?
            .thrown_away(options.throw_away);
        let data = home.path(DATA);
        let programs = find_postgres(&options.programs, &data).await?;
        let password_file = home.path(PASSWORD);
        if data.exists() && !password_file.exists() {
            return Err(EmbeddedError::SecretLost {
                file: password_file,
            });
        }
        let password = home.secret(PASSWORD)?;
        if data.exists() {
            end_orphan(home.dir()).await?;
        } else {
            cluster::initialize(&home, &programs).await?;
        }
        let mut postgres = Self {
            process: None,
            home,
            programs,
            password,
            port: 0,
            options,
        };
        postgres.launch(postgres.options.port.into()).await?;
        Ok(postgres)
    }

    /// Starts a standby of this server in a directory of its own, where it follows by streaming
    /// under `name`, which is what `synchronous_standby_names` calls it. It can be read at once,
    /// has the same password, and takes over with `select pg_promote()`.
    ///
    /// # Errors
    /// Any [`EmbeddedError`].
    pub async fn start_standby(
        &self,
        name: &str,
        options: PostgresOptions,
    ) -> Result<Self, EmbeddedError> {
        let home = Home::open_unprivileged(&options.dir)
            .await?
            .thrown_away(options.throw_away);
        let data = home.path(DATA);
        let password = self.password.expose_secret();
        home.write_private(PASSWORD, password)?;
        if data.exists() {
            end_orphan(home.dir()).await?;
        } else {
            cluster::copy(&home, &self.programs, self.port, password, name).await?;
        }
        let mut standby = Self {
            process: None,
            programs: find_postgres(&options.programs, &data).await?,
            home,
            password: self.password.clone(),
            port: 0,
            options,
        };
        standby.launch(standby.options.port.into()).await?;
        Ok(standby)
    }

    /// The superuser's URL of the database `postgres`, with its password.
    #[must_use]
    pub fn url(&self) -> SecretString {
        self.url_of(SUPERUSER)
    }

    /// The superuser's URL of a database.
    #[must_use]
    pub fn url_of(&self, database: &str) -> SecretString {
        let (password, port) = (self.password.expose_secret(), self.port);
        format!("postgres://{SUPERUSER}:{password}@127.0.0.1:{port}/{database}").into()
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

    /// Where data, log and password really are: as root it can be another than the wanted one.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.home.dir()
    }

    /// Stops it in order (`fast`: running transactions are rolled back, a checkpoint is written).
    pub async fn stop(&mut self) {
        if let Some(process) = self.process.take() {
            process.stop(STOP_PATIENCE).await;
        }
    }

    /// Starts it again on the same port with the same data, stopping it first if it runs.
    ///
    /// # Errors
    /// Any [`EmbeddedError`]; `PortTaken` when the port was lost meanwhile.
    pub async fn restart(&mut self) -> Result<(), EmbeddedError> {
        self.stop().await;
        end_orphan(self.home.dir()).await?;
        self.launch(PortChoice::Fixed(self.port)).await
    }

    /// Ends it without a checkpoint (`immediate`): the next start recovers from the log, as after
    /// a crash.
    pub fn kill_immediate(&mut self) {
        self.process = None;
    }

    /// Ends the main process by `kill -9`; its backends notice by themselves.
    pub fn kill(&mut self) {
        if let Some(process) = self.process.take() {
            process.kill();
        }
    }

    async fn launch(&mut self, port: PortChoice) -> Result<(), EmbeddedError> {
        let launch = Launch {
            server: "postgres",
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

    fn command(&self, port: u16) -> Command {
        let mut command = Command::new(&self.programs.postgres);
        command.arg("-D").arg(self.home.path(DATA));
        let ours = [
            ("listen_addresses", "127.0.0.1".to_owned()),
            ("port", port.to_string()),
            // Sockets would need a directory that both we and the server's account may use.
            ("unix_socket_directories", String::new()),
        ];
        for (name, value) in &self.options.settings {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        for (name, value) in ours {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        cluster::run_privately(&self.home, &mut command);
        command
    }
}

/// Logs in, which proves that it is our server that answers.
async fn answers(port: u16, password: SecretString) -> Result<(), String> {
    let mut config = Config::new();
    config
        .host("127.0.0.1")
        .port(port)
        .user(SUPERUSER)
        .dbname(SUPERUSER)
        .password(password.expose_secret());
    match config.connect(NoTls).await {
        Ok(_) => Ok(()),
        Err(error) => Err(error
            .as_db_error()
            .map_or(error.to_string(), ToString::to_string)),
    }
}
