//! The handle on one service's log.

use std::sync::Arc;

use deadpool_postgres::{Object, Pool};
use guanxi_events::{CommandId, Incarnation, Position, Service, TenantId};
use jiff::Timestamp;
use tokio::sync::watch;
use tokio_postgres::types::Json;

use crate::{
    Append, AppendError, Connector, LogError, LogOptions, Outcome, PayloadCodec, Receipt,
    appender::{Appender, Seen},
    chain::Hash,
    prepared::Prepared,
    sql::Sql,
};

/// One service's log: cheap to clone, and the same log in every clone.
#[derive(Clone)]
pub struct EventLog(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) service: Service,
    pub(crate) pool: Pool,
    pub(crate) codec: Arc<dyn PayloadCodec>,
    pub(crate) sql: Sql,
    appender: Appender,
    seen: Arc<Seen>,
}

/// Where the log ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The log's life.
    pub incarnation: Incarnation,
    /// The last position; 0 when nothing was written yet.
    pub position: Position,
    /// When the last command was recorded.
    pub recorded_at: Timestamp,
    /// The chain's last link.
    pub chain: Hash,
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
        let sql = Sql::of(&options.schema());
        let service = options.service;
        let head = read_head(&pool.get().await?, &sql).await?;
        let seen = Arc::new(Seen {
            position: watch::Sender::new(head.position),
            incarnation: watch::Sender::new(head.incarnation),
        });
        Ok(Self(Arc::new(Inner {
            service,
            pool,
            codec,
            sql,
            appender: Appender::start(options, connector, seen.clone()),
            seen,
        })))
    }

    /// Whose log it is.
    pub fn service(&self) -> Service {
        self.0.service
    }

    /// The log's life, as far as this process knows.
    pub fn incarnation(&self) -> Incarnation {
        *self.0.seen.incarnation.borrow()
    }

    /// The last position that this process knows to be committed, by its own appends: a hint to
    /// look, not the head.
    pub fn position_watch(&self) -> watch::Receiver<Position> {
        self.0.seen.position.subscribe()
    }

    /// Writes all of it or nothing; durable when it returns [`Outcome::Written`].
    ///
    /// # Errors
    /// See [`AppendError`]; nothing was written except, perhaps, upon [`AppendError::Unknown`].
    pub async fn append(&self, append: Append) -> Result<Outcome, AppendError> {
        let prepared = Prepared::new(append, self.0.codec.as_ref())?;
        self.0.appender.submit(prepared).await
    }

    /// Finishes what is in line, and refuses what comes later with [`AppendError::Stopping`].
    pub async fn close(&self) {
        self.0.appender.close().await;
    }

    /// Where the log ends.
    ///
    /// # Errors
    /// When Postgres cannot be reached.
    pub async fn head(&self) -> Result<Head, LogError> {
        read_head(&self.client().await?, &self.0.sql).await
    }

    /// What a command was answered: its content hash and receipt. None means "not known here",
    /// never "will not happen": an append that is under way may still take effect.
    ///
    /// # Errors
    /// When Postgres cannot be reached.
    pub async fn command(
        &self,
        tenant: &TenantId,
        id: CommandId,
    ) -> Result<Option<(Hash, Receipt)>, LogError> {
        let client = self.client().await?;
        let statement = client.prepare_cached(&self.0.sql.command).await?;
        let row = client
            .query_opt(&statement, &[&id.0, &tenant.as_str()])
            .await?;
        let Some(row) = row else { return Ok(None) };
        let position = Position(row.try_get("position")?);
        let hash: Vec<u8> = row.try_get("content_hash")?;
        let hash = hash.try_into().map_err(|_| LogError::Corrupt {
            position,
            what: format!("the content hash of command {id} has not 32 bytes"),
        })?;
        let numbers: Option<Json<Vec<(String, i64)>>> = row.try_get("numbers")?;
        let receipt = Receipt {
            incarnation: Incarnation(row.try_get("incarnation")?),
            position,
            recorded_at: row.try_get("recorded_at")?,
            result: row.try_get("result")?,
            numbers: numbers.map(|Json(numbers)| numbers).unwrap_or_default(),
        };
        Ok(Some((hash, receipt)))
    }

    pub(crate) async fn client(&self) -> Result<Object, LogError> {
        Ok(self.0.pool.get().await?)
    }
}

async fn read_head(client: &Object, sql: &Sql) -> Result<Head, LogError> {
    let statement = client.prepare_cached(&sql.head).await?;
    let row = client.query_one(&statement, &[]).await?;
    let position = Position(row.try_get("position")?);
    let chain: Vec<u8> = row.try_get("chain")?;
    Ok(Head {
        incarnation: Incarnation(row.try_get("incarnation")?),
        position,
        recorded_at: row.try_get("recorded_at")?,
        chain: chain.try_into().map_err(|_| LogError::Corrupt {
            position,
            what: "the head's chain has not 32 bytes".to_owned(),
        })?,
    })
}
