//! Until when a caller waits for an answer.
//!
//! At a call's deadline the transport cuts it off with `CANCELLED`, which says that the caller
//! changed their mind. A moment before that the gate answers `DEADLINE_EXCEEDED`; what knows more
//! (whether a command was written) ends at the same moment and is asked first.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use tonic::{
    Request, Status,
    body::Body,
    codegen::http::{HeaderMap, Response},
};

use crate::{config::Config, errors};

/// How much earlier than the transport we answer.
const HEAD_START: Duration = Duration::from_millis(5);
/// No call lasts longer than that.
const LONGEST: Duration = Duration::from_secs(300);

/// When a call must have been answered: an extension of its request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    at: Instant,
    /// How long the call may have lain unread.
    unread: Duration,
}

impl Deadline {
    /// By the call's `grpc-timeout`, else by what is configured; from the beginning of the standstill
    /// on in which it may have come, if there was one.
    pub(crate) fn of(headers: &HeaderMap, default: Duration, stood_since: Option<Instant>) -> Self {
        let header = headers.get("grpc-timeout");
        let wait = header
            .and_then(|value| value.to_str().ok())
            .and_then(timeout)
            .unwrap_or(default)
            .min(LONGEST);
        let now = Instant::now();
        let came = stood_since.unwrap_or(now);
        Self {
            at: came + wait.saturating_sub(HEAD_START),
            unread: now.saturating_duration_since(came),
        }
    }

    /// What `call` answers until then. A call that has no time at all is not begun.
    pub(crate) async fn bound<E>(
        self,
        call: impl Future<Output = Result<Response<Body>, E>>,
    ) -> Result<Response<Body>, E> {
        if self.at <= Instant::now() {
            return Ok(self.is_over().into_http());
        }
        timeout_at(self.at, call).await.unwrap_or_else(|_| {
            let status = errors::deadline("the answer was not there in time");
            Ok(status.into_http())
        })
    }

    fn is_over(self) -> Status {
        if self.unread.is_zero() || self.at + self.unread <= Instant::now() {
            errors::deadline("there was no time left to do anything; nothing was done")
        } else {
            errors::stood_still(self.unread)
        }
    }
}

/// When the caller stops waiting: `grpc-timeout`, else the configured default; five minutes at most.
pub fn deadline<T>(request: &Request<T>, config: &Config) -> Instant {
    let found = request.extensions().get::<Deadline>();
    found.map_or_else(
        || Instant::now() + config.limits.default_deadline(),
        |found| found.at,
    )
}

/// `100m` is 100 milliseconds: at most 8 digits and a unit.
fn timeout(text: &str) -> Option<Duration> {
    let split = text
        .len()
        .checked_sub(1)
        .filter(|digits| (1..=8).contains(digits))?;
    let (digits, unit) = text.split_at_checked(split)?;
    let value: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(value * 3600),
        "M" => Duration::from_secs(value * 60),
        "S" => Duration::from_secs(value),
        "m" => Duration::from_millis(value),
        "u" => Duration::from_micros(value),
        "n" => Duration::from_nanos(value),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        future::{pending, poll_fn},
        pin::pin,
        task::Poll,
    };

    use tokio::time::sleep;
    use tonic::Code;

    use super::*;

    fn deadline_of(wait: &'static str) -> Deadline {
        deadline_since(wait, None)
    }

    fn deadline_since(wait: &'static str, stood_since: Option<Instant>) -> Deadline {
        let mut headers = HeaderMap::new();
        headers.insert("grpc-timeout", wait.parse().unwrap());
        Deadline::of(&headers, Duration::from_secs(10), stood_since)
    }

    fn code(answer: &Result<Response<Body>, Infallible>) -> Code {
        let answer = answer.as_ref().unwrap();
        Status::from_header_map(answer.headers()).unwrap().code()
    }

    #[test]
    fn a_deadline_is_read_as_grpc_writes_it() {
        assert_eq!(timeout("250m"), Some(Duration::from_millis(250)));
        assert_eq!(timeout("3S"), Some(Duration::from_secs(3)));
        for bad in ["", "S", "3", "-1S", "999999999S", "3x", "3关"] {
            assert_eq!(timeout(bad), None, "{bad:?}");
        }
    }

    /// The transport looks at its own timer whenever the call is not ready, at once if need be: only
    /// what answers without waiting is heard.
    #[tokio::test(start_paused = true)]
    async fn a_deadline_that_nobody_can_keep_is_answered_without_waiting() {
        for wait in ["1n", "100u", "4m", "5m"] {
            let mut call = pin!(deadline_of(wait).bound(pending()));
            let first = poll_fn(|context| Poll::Ready(call.as_mut().poll(context))).await;
            let Poll::Ready(answer) = first else {
                panic!("{wait}: it waits");
            };
            assert_eq!(code(&answer), Code::DeadlineExceeded, "{wait}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_late_is_answered_before_the_transport_cuts_it_off() {
        let begun = Instant::now();
        let answer = deadline_of("250m").bound(pending()).await;
        assert_eq!(code(&answer), Code::DeadlineExceeded);
        assert!(begun.elapsed() < Duration::from_millis(250));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_may_have_lain_unread_for_too_long_is_not_begun_and_may_come_again() {
        let came = Instant::now();
        sleep(Duration::from_secs(3)).await;
        let begun = async { panic!("it was begun") };
        let answer = deadline_since("2S", Some(came)).bound(begun).await;
        assert_eq!(code(&answer), Code::Unavailable);

        let answer = deadline_since("5S", Some(came)).bound(pending()).await;
        assert_eq!(code(&answer), Code::DeadlineExceeded);
        assert!(came.elapsed() < Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn what_knows_more_at_the_deadline_is_heard_first() {
        let deadline = deadline_of("250m");
        let knows = async {
            let answer = timeout_at(deadline.at, pending::<Infallible>()).await;
            assert!(answer.is_err());
            Ok(Status::aborted("this is known").into_http())
        };
        assert_eq!(code(&deadline.bound(knows).await), Code::Aborted);
    }
}
