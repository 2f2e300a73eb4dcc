//! The one table from what went wrong to a gRPC status with details.

use std::{collections::HashMap, time::Duration};

use guanxi_decider::{FieldViolation, Refusal, RefusalKind};
use guanxi_eventlog::{AppendError, LogError};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};
use uuid::Uuid;

use crate::{heartbeat::AFTER, identity::AuthError};

/// The `domain` of every `ErrorInfo`.
pub const DOMAIN: &str = "guanxi";

/// When one who may try again in a moment should.
const SOON: Duration = Duration::from_millis(200);

/// A domain refusal: code, message, figures and field violations.
pub fn refused(refusal: &Refusal) -> Status {
    let code = match refusal.kind {
        RefusalKind::Invalid => Code::InvalidArgument,
        RefusalKind::NotFound => Code::NotFound,
        RefusalKind::AlreadyExists => Code::AlreadyExists,
        RefusalKind::Precondition => Code::FailedPrecondition,
        RefusalKind::Forbidden => Code::PermissionDenied,
        RefusalKind::Internal => return internal(&refusal.message),
    };
    let figures: HashMap<String, String> = refusal
        .figures
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    let mut details = ErrorDetails::with_error_info(refusal.code, DOMAIN, figures);
    let shown = fitting(&refusal.violations);
    for violation in &refusal.violations[..shown] {
        details.add_bad_request_violation(&violation.field, &violation.description);
    }
    match refusal.violations.len() - shown {
        0 => {}
        more => {
            details.add_bad_request_violation("", format!("{more} more fields are bad"));
        }
    }
    for (reason, message) in &refusal.reasons {
        details.add_precondition_failure_violation(*reason, "", message);
    }
    Status::with_error_details(code, &refusal.message, details)
}

/// How many of the violations, from the first, are told: a status travels in an HTTP/2 header, and
/// most clients take no more than 8 KiB of those, message and encoding included.
fn fitting(violations: &[FieldViolation]) -> usize {
    const BYTES: usize = 3_000;
    let mut bytes = 0;
    let fits = |violation: &&FieldViolation| {
        // A tag and a length stand before each text, and before the pair.
        bytes += violation.field.len() + violation.description.len() + 8;
        bytes <= BYTES
    };
    violations.iter().take_while(fits).count()
}

/// The caller's version, or one that another command moved, is stale.
pub fn stale(expected: i64, actual: i64) -> Status {
    let figures = HashMap::from([
        ("expected_version".to_owned(), expected.to_string()),
        ("current_version".to_owned(), actual.to_string()),
    ]);
    Status::with_error_details(
        Code::Aborted,
        format!("expected version {expected}, but it is at {actual}: read it again and repeat"),
        ErrorDetails::with_error_info("VERSION_CONFLICT", DOMAIN, figures),
    )
}

/// The command id was used for another content.
pub fn different_content() -> Status {
    Status::with_error_details(
        Code::AlreadyExists,
        "the command_id was used before for another content: choose a new one",
        ErrorDetails::with_error_info("COMMAND_ID_REUSED", DOMAIN, HashMap::new()),
    )
}

/// A limit of this process is reached.
pub fn overloaded(what: &str) -> Status {
    let mut details = ErrorDetails::with_error_info("OVERLOADED", DOMAIN, HashMap::new());
    details.set_retry_info(Some(SOON));
    let message = format!("{what}; try again in a moment with the same command_id");
    Status::with_error_details(Code::ResourceExhausted, message, details)
}

/// The request is no message of its type.
pub fn unreadable(problem: &str) -> Status {
    Status::with_error_details(
        Code::InvalidArgument,
        format!("the request cannot be read: {problem}"),
        ErrorDetails::with_error_info("UNREADABLE", DOMAIN, HashMap::new()),
    )
}

/// The caller could not be identified.
pub fn unauthenticated(error: &AuthError) -> Status {
    match error {
        AuthError::Missing | AuthError::Invalid(_) => Status::with_error_details(
            Code::Unauthenticated,
            error.to_string(),
            ErrorDetails::with_error_info("UNAUTHENTICATED", DOMAIN, HashMap::new()),
        ),
        AuthError::Keys { .. } | AuthError::NotConfigured => internal(error),
    }
}

/// The caller's roles do not grant the action.
pub fn forbidden(action: &str) -> Status {
    let figures = HashMap::from([("action".to_owned(), action.to_owned())]);
    Status::with_error_details(
        Code::PermissionDenied,
        format!("none of your roles grants {action}"),
        ErrorDetails::with_error_info("PERMISSION_DENIED", DOMAIN, figures),
    )
}

/// What went wrong inside never reaches a client in clear text: it gets an id that stands in the log.
pub fn internal(error: &(impl std::fmt::Display + ?Sized)) -> Status {
    hidden(Code::Internal, "INTERNAL", "an internal error", error)
}

/// Something that we depend on is away.
pub fn unavailable(error: &(impl std::fmt::Display + ?Sized)) -> Status {
    hidden(
        Code::Unavailable,
        "UNAVAILABLE",
        "temporarily unavailable, try again",
        error,
    )
}

fn hidden(
    code: Code,
    reason: &str,
    message: &str,
    error: &(impl std::fmt::Display + ?Sized),
) -> Status {
    let error_id = Uuid::now_v7();
    tracing::error!(%error_id, %error, reason, "hidden from the client");
    let figures = HashMap::from([("error_id".to_owned(), error_id.to_string())]);
    let details = ErrorDetails::with_error_info(reason, DOMAIN, figures);
    Status::with_error_details(code, format!("{message} (error id {error_id})"), details)
}

/// The deadline passed.
pub fn deadline(message: &str) -> Status {
    Status::with_error_details(
        Code::DeadlineExceeded,
        message,
        ErrorDetails::with_error_info("DEADLINE_EXCEEDED", DOMAIN, HashMap::new()),
    )
}

/// The call may have lain unread for so long that its caller has gone.
pub fn stood_still(unread: Duration) -> Status {
    let seconds = format!("{}.{}", unread.as_secs(), unread.subsec_millis() / 100);
    let figures = HashMap::from([("seconds".to_owned(), seconds.clone())]);
    let mut details = ErrorDetails::with_error_info("STOOD_STILL", DOMAIN, figures);
    // By then it serves everybody as before; another replica may do so at once.
    details.set_retry_info(Some(AFTER));
    let message = format!(
        "this process stood still a moment ago, and your call may have waited for {seconds} s: nothing \
         was done; try again with the same command_id"
    );
    Status::with_error_details(Code::Unavailable, message, details)
}

/// The log could not be read.
pub fn log(error: &LogError) -> Status {
    match error {
        LogError::Postgres(error) if error.code().is_none_or(|code| passes(code.code())) => {
            unavailable(error)
        }
        LogError::Refused { code, .. } if passes(code) => unavailable(error),
        LogError::Crowded => {
            overloaded("the database answers slowly, and others of this tenant wait for it already")
        }
        LogError::Pool(_) | LogError::Nats(_) | LogError::Timeout => unavailable(error),
        _ => internal(error),
    }
}

/// Whether an SQLSTATE says that Postgres starts, stops, crashed (57P01 to 57P05), lost the
/// connection (08), has no connection, memory or disk to give (53), chose another transaction before
/// ours (40) or could not read or write a file (58): the same call may be answered in a moment.
pub fn passes(sqlstate: &str) -> bool {
    ["08", "40", "53", "57P", "58"]
        .iter()
        .any(|class| sqlstate.starts_with(class))
}

/// An append was not written, for a reason that deciding anew does not mend.
pub fn append(error: &AppendError) -> Status {
    match error {
        AppendError::Stale {
            expected, actual, ..
        } => stale(expected.0, actual.0),
        AppendError::DifferentContent => different_content(),
        AppendError::Overloaded => overloaded("the append queue is full"),
        AppendError::DeadlineExceeded => deadline("the deadline passed; nothing was written"),
        AppendError::Unknown => {
            deadline("the outcome is not known yet; repeat with the same command_id")
        }
        AppendError::TooLarge {
            what,
            actual,
            limit,
        } => refused(
            &Refusal::precondition("TOO_LARGE", format!("{what}: {actual}, at most {limit}"))
                .figure("actual", actual)
                .figure("limit", limit),
        ),
        // The executor decides anew while there is time.
        AppendError::Outlived { .. } | AppendError::Stopping => unavailable(error),
        AppendError::Log(error) => log(error),
        // The executor turns a taken claim into the refusal that names the field.
        AppendError::ClaimTaken { .. } | AppendError::Malformed(_) => internal(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_not_let_in_to_the_log_is_told_to_come_again_and_not_that_it_is_away() {
        let status = append(&AppendError::Log(LogError::Crowded));
        assert_eq!(status.code(), Code::ResourceExhausted);
        assert!(status.get_details_retry_info().is_some());
    }

    #[test]
    fn a_refusal_of_very_many_fields_fits_into_a_header_and_says_how_many_there_are() {
        let bad = |n| FieldViolation {
            field: format!("lines[{n}].quantity"),
            description: "数量必须大于零 (must be above 0)".to_owned(),
        };
        let status = refused(&Refusal::invalid((0..2_000).map(bad).collect()));
        let encoded = |text: &str| text.bytes().map(|b| if b.is_ascii() { 1 } else { 3 }).sum();
        let message: usize = encoded(status.message());
        let details = status.details().len() * 4 / 3;
        assert!(message + details < 8_000, "{message} + {details} bytes");
        assert!(status.message().ends_with("more fields are bad"));
        let told = status.get_details_bad_request().unwrap().field_violations;
        assert_eq!(told[0].field, "lines[0].quantity");
        let more = 2_000 - (told.len() - 1);
        let last = &told[told.len() - 1];
        assert_eq!(last.description, format!("{more} more fields are bad"));
    }

    #[test]
    fn a_refusal_of_few_fields_names_them_all() {
        let bad = |n| FieldViolation {
            field: format!("field_{n}"),
            description: "is not set".to_owned(),
        };
        let status = refused(&Refusal::invalid((0..20).map(bad).collect()));
        let told = status.get_details_bad_request().unwrap().field_violations;
        assert_eq!(told.len(), 20);
        assert!(status.message().ends_with("field_19: is not set"));
    }
}
