//! Reading the log by position and by stream: strictly contiguous, or an error.

mod ahead;

use deadpool_postgres::Object;
use futures::{TryStreamExt, pin_mut};
use guanxi_events::{Category, EventId, Position, Recorded, StreamKey, StreamVersion};
use jiff::Timestamp;
use tokio_postgres::{
    Row,
    types::{Json, ToSql},
};

use crate::{LogError, LogReader, Stored};

pub use ahead::ReadAhead;

/// About how many bytes one page may have; it holds at least one event.
const PAGE_BYTES: usize = 8 << 20;
/// The most events of one page.
const PAGE_EVENTS: usize = 10_000;

/// Whether the data comes through the codec.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Clear,
    Stored,
}

impl LogReader {
    /// The events after a position, in order and without a gap. At most `limit`, and fewer when
    /// they are large or `limit` is; empty only at the end of the log.
    ///
    /// # Errors
    /// [`LogError::Corrupt`] upon a gap or a row that no append wrote.
    pub async fn read(&self, after: Position, limit: usize) -> Result<Vec<Recorded>, LogError> {
        self.read_until(after, Position(i64::MAX), limit).await
    }

    /// Like [`read`](Self::read), up to and including `until`.
    ///
    /// # Errors
    /// As there.
    pub async fn read_until(
        &self,
        after: Position,
        until: Position,
        limit: usize,
    ) -> Result<Vec<Recorded>, LogError> {
        self.page(after, until, limit, Form::Clear).await
    }

    /// Like [`read`](Self::read), with the data as it is stored: what is encrypted stays so. For
    /// whoever passes events on.
    ///
    /// # Errors
    /// As there.
    pub async fn read_stored(
        &self,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Stored>, LogError> {
        let page = self
            .page(after, Position(i64::MAX), limit, Form::Stored)
            .await?;
        Ok(page.into_iter().map(Stored).collect())
    }

    /// One stream's events after a version, in order and without a gap; bounded like
    /// [`read`](Self::read).
    ///
    /// # Errors
    /// As there.
    pub async fn read_stream(
        &self,
        stream: &StreamKey,
        after: StreamVersion,
        limit: usize,
    ) -> Result<Vec<Recorded>, LogError> {
        let (tenant, category) = (stream.tenant.as_str(), stream.category.as_str());
        let limit = page_events(limit);
        let params: [&(dyn ToSql + Sync); 5] = [&stream.id, &tenant, &category, &after.0, &limit];
        let next = |event: &Recorded, read: usize| event.version == after.after(read + 1);
        let sql = &self.0.sql.read_stream;
        let client = self.client_for(&stream.tenant).await?;
        self.collect(&client, sql, &params, Form::Clear, next).await
    }

    /// When the event at a position was recorded; none when there is none. Needs no right to read
    /// what happened.
    ///
    /// # Errors
    /// When Postgres cannot be reached.
    pub async fn recorded_at(&self, position: Position) -> Result<Option<Timestamp>, LogError> {
        let client = self.client().await?;
        let statement = client.prepare_cached(&self.0.sql.recorded_at).await?;
        let row = client.query_opt(&statement, &[&position.0]).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// The last position recorded at or before an instant: what "as of" means in this log.
    ///
    /// # Errors
    /// When Postgres cannot be reached.
    pub async fn position_at(&self, time: Timestamp) -> Result<Position, LogError> {
        // First, and with a connection of its own: whoever held one while waiting for another would
        // be in everyone's way.
        let head = self.head().await?;
        let client = self.client().await?;
        let statement = client.prepare_cached(&self.0.sql.recorded_at).await?;
        // Recorded times never go back, so the positions need no index on them.
        let (mut known, mut beyond) = (0, head.position.0 + 1);
        while beyond - known > 1 {
            let middle = known + (beyond - known) / 2;
            let row = client.query_one(&statement, &[&middle]).await?;
            if row.try_get::<_, Timestamp>(0)? <= time {
                known = middle;
            } else {
                beyond = middle;
            }
        }
        Ok(Position(known))
    }

    async fn page(
        &self,
        after: Position,
        until: Position,
        limit: usize,
        form: Form,
    ) -> Result<Vec<Recorded>, LogError> {
        let params: [&(dyn ToSql + Sync); 3] = [&after.0, &until.0, &page_events(limit)];
        let next = |event: &Recorded, read: usize| event.position.0 == after.0 + read as i64 + 1;
        let client = self.client().await?;
        self.collect(&client, &self.0.sql.read, &params, form, next)
            .await
    }

    /// Rows as events, as far as a page goes; `next` says whether an event follows so many others.
    async fn collect(
        &self,
        client: &Object,
        sql: &str,
        params: &[&(dyn ToSql + Sync)],
        form: Form,
        next: impl Fn(&Recorded, usize) -> bool,
    ) -> Result<Vec<Recorded>, LogError> {
        let statement = client.prepare_cached(sql).await?;
        let params = params.iter().map(|param| *param as &(dyn ToSql + Sync));
        let rows = client.query_raw(&statement, params).await?;
        pin_mut!(rows);
        let mut events = Vec::new();
        let mut bytes = 0;
        while let Some(row) = rows.try_next().await? {
            let mut event = recorded(&row)?;
            if !next(&event, events.len()) {
                return Err(LogError::Corrupt {
                    position: event.position,
                    what: "does not follow the event before it".to_owned(),
                });
            }
            bytes += event.data.len();
            if form == Form::Clear {
                let stored = std::mem::take(&mut event.data);
                event.data = self
                    .0
                    .codec
                    .decode(&event.stream, &event.event_type, stored)?;
            }
            events.push(event);
            if bytes >= PAGE_BYTES {
                break;
            }
        }
        Ok(events)
    }
}

fn page_events(limit: usize) -> i64 {
    limit.min(PAGE_EVENTS) as i64
}

/// A row of `events`; the data as stored.
fn recorded(row: &Row) -> Result<Recorded, LogError> {
    let position = Position(row.try_get(0)?);
    let corrupt = |what: String| LogError::Corrupt { position, what };
    let numbers: Option<Json<_>> = row.try_get(11)?;
    Ok(Recorded {
        position,
        stream: StreamKey {
            id: row.try_get(1)?,
            tenant: row
                .try_get::<_, &str>(6)?
                .parse()
                .map_err(|error| corrupt(format!("{error}")))?,
            category: Category::from(row.try_get::<_, String>(7)?),
        },
        version: StreamVersion(row.try_get(2)?),
        id: EventId(row.try_get(3)?),
        event_type: row
            .try_get::<_, &str>(8)?
            .parse()
            .map_err(|error| corrupt(format!("{error}")))?,
        occurred_at: row.try_get(4)?,
        recorded_at: row.try_get(5)?,
        data: row.try_get(9)?,
        meta: serde_json::from_slice(row.try_get(10)?)
            .map_err(|error| corrupt(format!("its meta: {error}")))?,
        numbers: numbers.map(|Json(numbers)| numbers).unwrap_or_default(),
    })
}
