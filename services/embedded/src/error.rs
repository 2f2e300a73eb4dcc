//! Why a private server could not be had.

use std::{path::PathBuf, process::ExitStatus, time::Duration};

/// Why a private server could not be had. Start-up failures carry the tail of the server's log.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// A program is not installed; `hint` says how to install it.
    #[error("cannot find the program `{program}`. {hint}")]
    ProgramMissing {
        /// The program's file name.
        program: &'static str,
        /// What to install, on this system first.
        hint: String,
    },
    /// The data was written by a Postgres whose programs are not installed.
    #[error(
        "{data} was written by Postgres {written_by}, but only {found:?} is installed; \
         install postgresql-{written_by} or move the directory away"
    )]
    WrongVersion {
        /// The data directory.
        data: PathBuf,
        /// Its major version.
        written_by: String,
        /// The major versions that are installed.
        found: Vec<String>,
    },
    /// Another living process owns this directory.
    #[error("{dir} is in use by another guanxi; stop that one first")]
    InUse {
        /// The server's directory.
        dir: PathBuf,
    },
    /// There is data but its password file is gone, so nobody could log in.
    #[error("{file} is missing, without it the data beside it cannot be opened")]
    SecretLost {
        /// Where the password should be.
        file: PathBuf,
    },
    /// Started as root, and no directory was found that an unprivileged account can reach.
    #[error("Postgres must not run as root, and the account `{account}` cannot reach {dir}")]
    Unreachable {
        /// The account that would have run Postgres.
        account: String,
        /// The last directory tried.
        dir: PathBuf,
    },
    /// Started as root, and there is neither a `postgres` nor a `nobody` to run Postgres.
    #[error("Postgres must not run as root, and there is neither a `postgres` nor a `nobody` user")]
    NoAccount,
    /// A fixed port is taken by somebody else.
    #[error("port {port} of 127.0.0.1 is taken by another program")]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// `initdb` failed.
    #[error("initdb failed ({status}):\n{output}")]
    Initdb {
        /// How it ended.
        status: ExitStatus,
        /// What it printed.
        output: String,
    },
    /// The data of another server could not be copied.
    #[error("pg_basebackup failed ({status}):\n{output}")]
    Copy {
        /// How it ended.
        status: ExitStatus,
        /// What it printed.
        output: String,
    },
    /// The server ended before it was ready.
    #[error("{server} did not start ({status}); the end of its log:\n{log_tail}")]
    DidNotStart {
        /// The server's program.
        server: &'static str,
        /// How it ended.
        status: ExitStatus,
        /// The last lines of its log.
        log_tail: String,
    },
    /// The server runs but did not answer in time.
    #[error(
        "{server} did not answer within {waited:?} ({last_answer}); the end of its log:\n{log_tail}"
    )]
    NotReady {
        /// The server's program.
        server: &'static str,
        /// How long it was waited for.
        waited: Duration,
        /// What the last attempt to connect said.
        last_answer: String,
        /// The last lines of its log.
        log_tail: String,
    },
    /// A file or process operation failed.
    #[error("cannot {what}: {source}")]
    Io {
        /// What was attempted, as an infinitive with its object.
        what: String,
        /// The operating system's reason.
        source: std::io::Error,
    },
}

/// Names what was attempted when the operating system refuses.
pub(crate) trait Attempting<T> {
    /// Wraps the error; `what` reads after "cannot", and is built only when needed.
    fn attempting(self, what: impl FnOnce() -> String) -> Result<T, EmbeddedError>;
}

impl<T, E: Into<std::io::Error>> Attempting<T> for Result<T, E> {
    fn attempting(self, what: impl FnOnce() -> String) -> Result<T, EmbeddedError> {
        self.map_err(|error| EmbeddedError::Io {
            what: what(),
            source: error.into(),
        })
    }
}
