//! The handle of those who only read a log: its own service, other services, projections.

use std::{sync::Arc, time::Duration};

use deadpool_postgres::{Object, Pool};
use guanxi_events::{CommandId, Incarnation, Position, Recorded, Service, TenantId};
use jiff::Timestamp;
use tokio_postgres::types::Json;

use crate::{
    LogError, PayloadCodec, Receipt, SharedPool, Turn, chain::Hash, options::schema, sql::Sql,
};

/// Reads one service's log: cheap to clone, and of use in any process that reaches its database.
/// Who appends has an [`EventLog`](crate::EventLog), which is one of these too.
#[derive(Clone)]
pub struct LogReader(pub(crate) Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) service: Service,
    pub(crate) pool: SharedPool,
    pub(crate) codec: Arc<dyn PayloadCodec>,
    pub(crate) sql: Sql,
}

/// An event whose data is as it is stored: what is encrypted stays so. A type of its own, so that
/// ciphertext is never taken for data.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored(pub Recorded);

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

/// How long the first of a tenant's look-ups may wait before more of them are refused. A fast Postgres
/// serves thousands in that time, a slow one as many as can still be answered.
const STANDS: Duration = Duration::from_secs(1);

impl LogReader {
    /// A reader; whether the log is there shows at the first read.
    pub fn new(service: Service, pool: Pool, codec: Arc<dyn PayloadCodec>) -> Self {
        Self(Arc::new(Parts {
            service,
            pool: SharedPool::new(pool, STANDS),
            codec,
            sql: Sql::of(&schema(service)),
        }))
    }

    /// Whose log it is.
    pub fn service(&self) -> Service {
        self.0.service
    }

    /// The event with its data in the clear.
    ///
    /// # Errors
    /// [`LogError::Codec`] when it cannot be had now.
    pub fn decode(&self, Stored(mut event): Stored) -> Result<Recorded, LogError> {
        let stored = std::mem::take(&mut event.data);
        event.data = self
            .0
            .codec
            .decode(&event.stream, &event.event_type, stored)?;
        Ok(event)
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
        let client = self.client_for(tenant).await?;
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

    /// The lives that the log had before a restore.
    pub(crate) async fn former_lives(&self) -> Result<Vec<Incarnation>, LogError> {
        let client = self.client().await?;
        let statement = client.prepare_cached(&self.0.sql.former_lives).await?;
        let rows = client.query(&statement, &[]).await?;
        rows.iter()
            .map(|row| Ok(Incarnation(row.try_get(0)?)))
            .collect()
    }

    /// How far the log is what it was in a life that is over: what lies behind that position is of later
    /// lives. Where the log knows nothing of that life, for it came back from before it, where the life
    /// that it lives now begins, though others may lie between.
    ///
    /// # Errors
    /// When Postgres cannot be reached.
    pub async fn end_of_life(&self, life: Incarnation) -> Result<Position, LogError> {
        let client = self.client().await?;
        let statement = client.prepare_cached(&self.0.sql.end_of_life).await?;
        let row = client.query_one(&statement, &[&life.0]).await?;
        Ok(Position(row.try_get(0)?))
    }

    pub(crate) async fn client(&self) -> Result<Object, LogError> {
        Ok(self.0.pool.for_everyone().get().await?)
    }

    pub(crate) async fn client_for(&self, tenant: &TenantId) -> Result<Turn, LogError> {
        self.0.pool.client_for(tenant).await
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
