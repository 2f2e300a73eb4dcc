//! The handle on one service's log.

use std::{ops::Deref, sync::Arc};

use deadpool_postgres::Pool;
use guanxi_events::{Incarnation, Position};
use tokio::sync::watch;

use crate::{
    Append, AppendError, Connector, LogError, LogOptions, LogReader, Outcome, PayloadCodec,
    appender::{Appender, Seen},
    prepared::Prepared,
};

/// One service's log: cheap to clone, and the same log in every clone. It reads like the
/// [`LogReader`] that it is besides.
#[derive(Clone)]
pub struct EventLog {
    reader: LogReader,
    writing: Arc<Writing>,
}

struct Writing {
    appender: Appender,
    seen: Arc<Seen>,
}

impl Deref for EventLog {
    type Target = LogReader;

    fn deref(&self) -> &LogReader {
        &self.reader
    }
}

impl EventLog {
    /// Opens the log, which [`migrate`](crate::migrate()) must have made, and starts the appender.
    ///
    /// # Errors
    /// When Postgres cannot be reached or the log does not exist.
    pub async fn open(
        options: LogOptions,
        pool: Pool,
        connector: Connector,
        codec: Arc<dyn PayloadCodec>,
    ) -> Result<Self, LogError> {
        let reader = LogReader::new(options.service, pool, codec);
        let head = reader.head().await?;
        let seen = Arc::new(Seen {
            position: watch::Sender::new(head.position),
            incarnation: watch::Sender::new(head.incarnation),
        });
        let appender = Appender::start(options, connector, seen.clone());
        Ok(Self {
            reader,
            writing: Arc::new(Writing { appender, seen }),
        })
    }

    /// The reading half, for those who need no more.
    pub fn reader(&self) -> &LogReader {
        &self.reader
    }

    /// The log's life, as far as this process knows.
    pub fn incarnation(&self) -> Incarnation {
        *self.writing.seen.incarnation.borrow()
    }

    /// The last position that this process knows to be committed, by its own appends: a hint to
    /// look, not the head.
    pub fn position_watch(&self) -> watch::Receiver<Position> {
        self.writing.seen.position.subscribe()
    }

    /// Writes all of it or nothing; durable when it returns [`Outcome::Written`].
    ///
    /// # Errors
    /// See [`AppendError`]; nothing was written except, perhaps, upon [`AppendError::Unknown`].
    pub async fn append(&self, append: Append) -> Result<Outcome, AppendError> {
        let prepared = Prepared::new(append, self.0.codec.as_ref())?;
        self.writing.appender.submit(prepared).await
    }

    /// Finishes what is in line, and refuses what comes later with [`AppendError::Stopping`].
    pub async fn close(&self) {
        self.writing.appender.close().await;
    }
}
