//! What can go wrong with a projection.

use std::fmt;

use guanxi_eventlog::LogError;
use guanxi_events::{DecodeError, Incarnation, Position, Recorded, Service};
use tokio_postgres::error::SqlState;

/// Why a batch could not be folded.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// One event cannot be folded; it is parked and the rest goes on.
    #[error("position {position}: {reason}")]
    Poison {
        /// Which one.
        position: Position,
        /// Why; without personal data, for operators see it.
        reason: String,
    },
    /// Postgres refused or could not be reached. Refused data (SQLSTATE classes 22 and 23) is
    /// poison, and the engine finds out which event it was; anything else is tried again.
    #[error("postgres: {0}")]
    Storage(#[from] tokio_postgres::Error),
}

impl ApplyError {
    /// `event` cannot be folded.
    pub fn poison(event: &Recorded, reason: impl fmt::Display) -> Self {
        Self::Poison {
            position: event.position,
            reason: reason.to_string(),
        }
    }

    /// `event` cannot be decoded. What serde says of the data is left out: it may quote it.
    pub fn undecodable(event: &Recorded, error: &DecodeError) -> Self {
        match error {
            DecodeError::Shape { event_type, .. } => {
                Self::poison(event, format_args!("the data of {event_type} does not fit"))
            }
            known => Self::poison(event, known),
        }
    }
}

/// Why the engine could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum ProjectionError {
    /// Postgres answered with an error or the connection broke.
    #[error("postgres: {}", described(.0))]
    Postgres(#[from] tokio_postgres::Error),
    /// No connection could be had.
    #[error("postgres pool: {0}")]
    Pool(#[from] deadpool_postgres::PoolError),
    /// The engine's own tables could not be brought up to date.
    #[error("migration: {0}")]
    Migration(#[from] refinery::Error),
    /// The log could not be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// No projection has that name.
    #[error("there is no projection {0:?}")]
    UnknownProjection(String),
    /// The projection was never built.
    #[error("{0} has no active build yet")]
    NeverBuilt(String),
    /// The worker was not given the reader of a log that the projection follows.
    #[error("{projection} follows the log {log}, which is not given")]
    MissingLog {
        /// Whose worker.
        projection: String,
        /// Which log.
        log: Service,
    },
    /// The build was made by another version of the projection than this program has.
    #[error("the build is of version {build}, this program has version {program}")]
    OtherVersion {
        /// The build's.
        build: u32,
        /// The program's.
        program: u32,
    },
    /// A name that cannot be a schema's, or that of one that is there already.
    #[error("{0:?} cannot be the schema of a build: it is taken, or no plain lower-case name")]
    UnfitSchema(String),
    /// Another worker holds the partition, or has moved its checkpoint.
    #[error("the lease of a partition is lost")]
    LeaseLost,
    /// The log's incarnation is not that of the build.
    #[error("the log {log} is of incarnation {actual}, the build of {built}")]
    ForeignIncarnation {
        /// Which log.
        log: Service,
        /// What the build was made from.
        built: Incarnation,
        /// What the log is.
        actual: Incarnation,
    },
    /// Events did not arrive one after the other.
    #[error("the log {log} gave position {found} where {expected} was due")]
    Gap {
        /// Which log.
        log: Service,
        /// What was due.
        expected: Position,
        /// What came.
        found: Position,
    },
    /// The engine's tables hold what this release does not know.
    #[error("the engine's tables hold {0}")]
    Unknown(String),
    /// The key has no parked events.
    #[error("nothing is parked under that key")]
    NotParked,
    /// The operation was stopped.
    #[error("stopped")]
    Stopped,
}

/// Why a read model could not be waited for.
#[derive(Debug, thiserror::Error)]
pub enum WaitError {
    /// The model does not follow that log.
    #[error("{model} does not follow {log}; it follows {}", names(.follows))]
    NotFollowed {
        /// Which model.
        model: String,
        /// Which log was asked for.
        log: Service,
        /// Those that it follows.
        follows: Vec<Service>,
    },
    /// The token is of another life of the log than the model.
    #[error("the token is of another incarnation of the log {log} than the read model")]
    Foreign {
        /// Which log.
        log: Service,
        /// That of the model.
        model: Incarnation,
    },
    /// The model did not get there in time.
    #[error("the read model did not reach position {wanted} in time")]
    Deadline {
        /// What was asked for.
        wanted: Position,
        /// How far it is, when that is known.
        reached: Option<Position>,
    },
    /// The model was never built.
    #[error("{0} has no active build yet")]
    NeverBuilt(String),
}

fn names(services: &[Service]) -> String {
    let names: Vec<_> = services.iter().map(|service| service.name()).collect();
    names.join(", ")
}

/// Whether Postgres refused the data itself, so that trying again cannot help.
pub(crate) fn refuses_data(error: &tokio_postgres::Error) -> bool {
    let class = error
        .code()
        .map(SqlState::code)
        .and_then(|code| code.get(..2));
    // Data, constraints, a row hit twice, limits of the program: all of them the content's doing.
    matches!(class, Some("21" | "22" | "23" | "54"))
}

/// What Postgres says, without the parts that quote a row: those may hold personal data.
pub(crate) fn described(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(error) => {
            let message = error.message();
            let message = message.split(": ").next().unwrap_or(message);
            format!("{} ({})", message, error.code().code())
        }
        None => error.to_string(),
    }
}
