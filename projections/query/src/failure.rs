//! What can go wrong with a query, by the shared table of errors.

use deadpool_postgres::PoolError;
use guanxi_eventlog::LogError;
use guanxi_projection::ProjectionError;
use guanxi_runtime::errors;
use tokio_postgres::{Error, error::SqlState};
use tonic::Status;

/// None was free in time.
pub(crate) fn no_connection() -> Status {
    errors::overloaded("every database connection is in use")
}

/// No connection could be had.
pub(crate) fn pool(error: &PoolError) -> Status {
    match error {
        PoolError::Timeout(_) => no_connection(),
        other => errors::unavailable(other),
    }
}

/// Postgres said no, or nothing at all.
pub(crate) fn postgres(error: &Error) -> Status {
    match error.code() {
        Some(&SqlState::QUERY_CANCELED) => {
            errors::deadline("the query took longer than the deadline")
        }
        None => errors::unavailable(error),
        Some(code) if errors::passes(code.code()) => errors::unavailable(error),
        Some(_) => match error.as_db_error() {
            Some(db) => errors::internal(&format_args!("{} ({})", db.message(), db.code().code())),
            None => errors::internal(error),
        },
    }
}

/// A log could not be looked at, or it was not a tenant's turn.
pub(crate) fn log(error: &LogError) -> Status {
    match error {
        LogError::Pool(error) => pool(error),
        other => errors::log(other),
    }
}

/// The read model could not be found or looked at.
pub(crate) fn projection(error: &ProjectionError) -> Status {
    match error {
        ProjectionError::NeverBuilt(_) => errors::unavailable(error),
        ProjectionError::Pool(error) => pool(error),
        ProjectionError::Postgres(error) => postgres(error),
        other => errors::internal(other),
    }
}
