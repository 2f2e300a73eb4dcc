//! What the log can be told.

use std::time::Duration;

use guanxi_events::Service;

/// How one service's log appends. The figures of [`LogOptions::new`] are measured ones.
#[derive(Debug, Clone)]
pub struct LogOptions {
    /// Whose log.
    pub service: Service,
    /// The most commands in one call, at least 1.
    pub max_batch_commands: usize,
    /// The most bytes of events in one call; a command larger than that goes alone.
    pub max_batch_bytes: usize,
    /// The most appends that may wait; the next one is [`Overloaded`](crate::AppendError::Overloaded).
    /// Of one tenant alone four fifths of them ([`Places`](crate::Places)).
    pub queue: usize,
    /// How many must wait for a second call to go out while the first is under way, and about as many as
    /// that one carries: below that it only splits what one call would carry. Alone on a log, so many also
    /// go out at once when, within a millisecond of an answer, they are half of those who waited then or
    /// were answered. It is never more than [`max_batch_commands`](Self::max_batch_commands).
    pub pipeline_from: usize,
    /// How long an append without a deadline waits.
    pub patience: Duration,
    /// How long one call may go unanswered before the connection counts as broken.
    pub answer_within: Duration,
}

impl LogOptions {
    /// The defaults.
    pub fn new(service: Service) -> Self {
        Self {
            service,
            max_batch_commands: 512,
            max_batch_bytes: 4 << 20,
            queue: 4096,
            pipeline_from: 32,
            patience: Duration::from_secs(30),
            answer_within: Duration::from_secs(20),
        }
    }

    /// The Postgres schema of the service's log.
    pub fn schema(&self) -> String {
        schema(self.service)
    }
}

/// The Postgres schema of a service's log.
pub(crate) fn schema(service: Service) -> String {
    format!("log_{service}")
}
