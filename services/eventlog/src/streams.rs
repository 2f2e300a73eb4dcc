//! What stands beside the events of a stream: its version, its snapshot, its timer.

use guanxi_events::{Category, EventType, Incarnation, StreamKey, StreamVersion, TenantId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{ClaimKey, LogError, LogReader};

/// A stream whose timer has come due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueTimer {
    /// The stream.
    pub stream: StreamKey,
    /// When it was due.
    pub due: Timestamp,
}

impl LogReader {
    /// A stream's version; [`StreamVersion::NONE`] when it does not exist.
    ///
    /// # Errors
    /// When Postgres cannot be reached.
    pub async fn stream_version(&self, stream: &StreamKey) -> Result<StreamVersion, LogError> {
        let versions = self.stream_versions(std::slice::from_ref(stream)).await?;
        Ok(versions.first().copied().unwrap_or(StreamVersion::NONE))
    }

    /// The versions of many streams of one tenant, in their order, by one query.
    ///
    /// # Errors
    /// When Postgres cannot be reached.
    pub async fn stream_versions(
        &self,
        streams: &[StreamKey],
    ) -> Result<Vec<StreamVersion>, LogError> {
        let Some(first) = streams.first() else {
            return Ok(Vec::new());
        };
        let client = self.client_for(&first.tenant).await?;
        let statement = client.prepare_cached(&self.0.sql.versions).await?;
        let ids: Vec<_> = streams.iter().map(|stream| stream.id).collect();
        let categories: Vec<_> = streams.iter().map(|s| s.category.as_str()).collect();
        let tenants: Vec<_> = streams.iter().map(|s| s.tenant.as_str()).collect();
        let rows = client
            .query(&statement, &[&ids, &categories, &tenants])
            .await?;
        let mut versions = vec![StreamVersion::NONE; streams.len()];
        for row in rows {
            let item = usize::try_from(row.try_get::<_, i64>(0)?).unwrap_or(0);
            if let Some(version) = versions.get_mut(item.wrapping_sub(1)) {
                *version = StreamVersion(row.try_get(1)?);
            }
        }
        Ok(versions)
    }

    /// The stream that holds a key now.
    ///
    /// # Errors
    /// When Postgres cannot be reached.
    pub async fn claim_holder(
        &self,
        tenant: &TenantId,
        key: ClaimKey,
    ) -> Result<Option<StreamKey>, LogError> {
        let client = self.client_for(tenant).await?;
        let statement = client.prepare_cached(&self.0.sql.claim).await?;
        let row = client
            .query_opt(&statement, &[&key.0.as_slice(), &tenant.as_str()])
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(StreamKey {
            tenant: tenant.clone(),
            category: Category::from(row.try_get::<_, String>(1)?),
            id: row.try_get(0)?,
        }))
    }

    /// Timers due at `now` behind `after`, the longest overdue first.
    ///
    /// # Errors
    /// When Postgres cannot be reached.
    pub async fn due_timers(
        &self,
        now: Timestamp,
        after: Option<&DueTimer>,
        limit: usize,
    ) -> Result<Vec<DueTimer>, LogError> {
        let client = self.client().await?;
        let statement = client.prepare_cached(&self.0.sql.due_timers).await?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let due = after.map(|after| after.due);
        let (id, category, tenant) = after
            .map_or((Uuid::nil(), "", ""), |DueTimer { stream, .. }| {
                (stream.id, stream.category.as_str(), stream.tenant.as_str())
            });
        let rows = client
            .query(&statement, &[&now, &due, &id, &category, &tenant, &limit])
            .await?;
        let due = rows.iter().map(|row| {
            let tenant: &str = row.try_get(2)?;
            Ok(DueTimer {
                stream: StreamKey {
                    id: row.try_get(0)?,
                    category: Category::from(row.try_get::<_, String>(1)?),
                    tenant: tenant
                        .parse()
                        .map_err(|error| LogError::Codec(format!("a timer: {error}")))?,
                },
                due: row.try_get(3)?,
            })
        });
        due.collect()
    }

    /// The newest snapshot of a stream in the given shape (the version of the state's form).
    ///
    /// # Errors
    /// When Postgres cannot be reached or the state cannot be decoded.
    pub async fn snapshot(
        &self,
        stream: &StreamKey,
        shape: u16,
    ) -> Result<Option<(StreamVersion, Vec<u8>)>, LogError> {
        let client = self.client_for(&stream.tenant).await?;
        let statement = client.prepare_cached(&self.0.sql.snapshot).await?;
        let (category, tenant) = (stream.category.as_str(), stream.tenant.as_str());
        let row = client
            .query_opt(
                &statement,
                &[&stream.id, &category, &tenant, &i32::from(shape)],
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        let event_type = self.snapshot_type(shape);
        let state = self.0.codec.decode(stream, &event_type, row.try_get(1)?)?;
        Ok(Some((StreamVersion(row.try_get(0)?), state)))
    }

    /// Keeps a snapshot of a state that was loaded in that life of the log, unless a newer one is there
    /// or the log lives another life: of its own streams it would tell what never happened.
    ///
    /// # Errors
    /// When Postgres cannot be reached or the state cannot be encoded.
    pub async fn save_snapshot(
        &self,
        life: Incarnation,
        stream: &StreamKey,
        shape: u16,
        version: StreamVersion,
        state: Vec<u8>,
    ) -> Result<(), LogError> {
        let event_type = self.snapshot_type(shape);
        let state = self.0.codec.encode(stream, &event_type, state)?;
        let client = self.client_for(&stream.tenant).await?;
        let statement = client.prepare_cached(&self.0.sql.save_snapshot).await?;
        let (category, tenant) = (stream.category.as_str(), stream.tenant.as_str());
        client
            .execute(
                &statement,
                &[
                    &stream.id,
                    &category,
                    &tenant,
                    &i32::from(shape),
                    &version.0,
                    &state,
                    &life.0,
                ],
            )
            .await?;
        Ok(())
    }

    /// The name under which snapshots pass through the codec: they hold what events hold.
    fn snapshot_type(&self, shape: u16) -> EventType {
        EventType {
            name: format!("{}.snapshot", self.0.service).into(),
            version: shape,
        }
    }
}
