//! What an operator is told when a log cannot be opened: whether to look after Postgres, or after
//! what is in it.

use deadpool_postgres::PoolError;
use guanxi_eventlog::LogError;
use tokio_postgres::error::SqlState;

/// The error, and what to do about it where that is known.
pub(super) fn told(error: &LogError) -> String {
    if is_away(error) {
        format!("Postgres cannot be reached; does it run, and is database.url right? ({error})")
    } else if is_missing(error) {
        format!("{error}; has `guanxi migrate` been run?")
    } else {
        error.to_string()
    }
}

/// Nobody answered, or only to say that they take no connection now.
fn is_away(error: &LogError) -> bool {
    match error {
        LogError::Timeout | LogError::Pool(PoolError::Timeout(_)) => true,
        LogError::Postgres(error) | LogError::Pool(PoolError::Backend(error)) => {
            error.code().is_none_or(|code| {
                let class = code.code().get(..2).unwrap_or_default();
                ["08", "57"].contains(&class) || *code == SqlState::TOO_MANY_CONNECTIONS
            })
        }
        _ => false,
    }
}

/// Postgres answered, and has not got what a migration makes: tables, or the role of this process.
fn is_missing(error: &LogError) -> bool {
    match error {
        LogError::Postgres(error) | LogError::Pool(PoolError::Backend(error)) => [
            &SqlState::UNDEFINED_TABLE,
            &SqlState::INVALID_SCHEMA_NAME,
            &SqlState::UNDEFINED_COLUMN,
            &SqlState::INSUFFICIENT_PRIVILEGE,
        ]
        .iter()
        .any(|missing| error.code() == Some(missing)),
        // It takes on the role.
        LogError::Pool(PoolError::PostCreateHook(_)) => true,
        _ => false,
    }
}
