//! The handle on one service's log.

use std::{ops::Deref, sync::Arc, time::Duration};

use deadpool_postgres::Pool;
use guanxi_events::{Incarnation, Position, TenantId};
use tokio::sync::watch;
use tokio_postgres::SimpleQueryMessage;

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
        let seen = Arc::new(Seen::new(head.incarnation, head.position));
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
        self.writing.seen.incarnation()
    }

    /// The last position that this process knows to be committed, mostly by its own appends: a hint to
    /// look, not the head.
    pub fn position_watch(&self) -> watch::Receiver<Position> {
        self.writing.seen.positions()
    }

    /// Writes all of it or nothing; durable when it returns [`Outcome::Written`]. For what was decided
    /// just now: the versions that it expects are taken to be of the life that this process knows.
    ///
    /// # Errors
    /// See [`AppendError`]; nothing was written except, perhaps, upon [`AppendError::Unknown`].
    pub async fn append(&self, append: Append) -> Result<Outcome, AppendError> {
        self.append_decided_in(self.incarnation(), append).await
    }

    /// The same, of a decision made in that life of the log ([`Self::incarnation`] before anything was
    /// loaded for it): what was loaded in another one may be no more, whatever versions it had.
    ///
    /// # Errors
    /// See [`AppendError`]; nothing was written except, perhaps, upon [`AppendError::Unknown`].
    pub async fn append_decided_in(
        &self,
        life: Incarnation,
        append: Append,
    ) -> Result<Outcome, AppendError> {
        let prepared = Prepared::new(append, life, self.0.codec.as_ref())?;
        self.writing.appender.submit(prepared).await
    }

    /// Waits until every append that Postgres had begun is over, and tells the log's life. A look-up
    /// after it sees whatever was under way before, for appends take the head row first. It is asked for
    /// the sake of one tenant, and takes a turn of it. After `within` Postgres gives up as well: a caller
    /// who has gone does not leave a connection behind that waits.
    ///
    /// # Errors
    /// When Postgres cannot be reached, or something was under way for so long.
    pub async fn quiesce(
        &self,
        tenant: &TenantId,
        within: Duration,
    ) -> Result<Incarnation, LogError> {
        let client = self.client_for(tenant).await?;
        // One transaction, for it is sent in one go.
        let (millis, quiesce) = (within.as_millis().max(1), &self.0.sql.quiesce);
        let sql = format!("set local lock_timeout = {millis}; {quiesce}");
        let said = client.simple_query(&sql).await?;
        let (incarnation, position) = said.iter().find_map(head_in_text).ok_or_else(unreadable)?;
        self.writing.seen.head(incarnation, position);
        Ok(incarnation)
    }

    /// Finishes what is in line, and refuses what comes later with [`AppendError::Stopping`].
    pub async fn close(&self) {
        self.writing.appender.close().await;
    }
}

/// Life and position, as a simple query tells them.
fn head_in_text(message: &SimpleQueryMessage) -> Option<(Incarnation, Position)> {
    let SimpleQueryMessage::Row(row) = message else {
        return None;
    };
    let incarnation = row.get("incarnation")?.parse().ok()?;
    let position = row.get("position")?.parse().ok()?;
    Some((Incarnation(incarnation), Position(position)))
}

fn unreadable() -> LogError {
    LogError::Corrupt {
        position: Position::START,
        what: "the head is missing or unreadable".to_owned(),
    }
}
