//! How the system is doing, for those who look after it: logs, read models, reactions, and what was
//! set aside. Positions and lags are those of the whole installation; of what was set aside each
//! tenant sees its own.

use std::{collections::HashSet, sync::Arc, time::Duration};

use guanxi_eventlog::{LogReader, PlainCodec};
use guanxi_events::{Position, Service, TenantId};
use guanxi_projection::{Status as ModelStatus, parked, status};
use jiff::{SignedDuration, Timestamp};
use tonic::Status;

use crate::{Queries, failure};

/// A log.
#[derive(Debug, Clone)]
pub(crate) struct LogStatus {
    pub(crate) service: Service,
    /// Where it ends.
    pub(crate) position: Position,
    /// When the last event was recorded.
    pub(crate) recorded_at: Timestamp,
    /// How many events were recorded within the last minute.
    pub(crate) last_minute: i64,
}

/// A reaction: how one service follows the events of another.
#[derive(Debug, Clone)]
pub(crate) struct ReactionStatus {
    pub(crate) service: Service,
    pub(crate) name: String,
    /// The log that it follows.
    pub(crate) source: Service,
    pub(crate) position: Position,
    pub(crate) behind: i64,
}

/// An event that a read model could not take in.
#[derive(Debug, Clone)]
pub(crate) struct ParkedEvent {
    pub(crate) model: String,
    pub(crate) log: Service,
    pub(crate) position: Position,
    pub(crate) key: String,
    pub(crate) reason: String,
    /// How many later events of the key wait behind it.
    pub(crate) held: i64,
    pub(crate) since: Timestamp,
}

/// An event to which a reaction was refused.
#[derive(Debug, Clone)]
pub(crate) struct RefusedReaction {
    pub(crate) service: Service,
    pub(crate) reaction: String,
    pub(crate) source: String,
    pub(crate) position: Position,
    pub(crate) code: String,
    pub(crate) reason: String,
    pub(crate) since: Timestamp,
}

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
/// More of what was set aside than anyone reads.
const MOST: i64 = 1_000;

impl Queries {
    /// A reader of every log: of positions and times only, for queries may see no more.
    fn logs(&self) -> Vec<LogReader> {
        let (codec, pool) = (Arc::new(PlainCodec), self.pool.for_everyone());
        let reader = |service| LogReader::new(service, pool.clone(), codec.clone());
        Service::ALL.into_iter().map(reader).collect()
    }

    /// Every log.
    pub(crate) async fn log_statuses(&self) -> Result<Vec<LogStatus>, Status> {
        let mut all = Vec::new();
        for reader in self.logs() {
            let head = reader.head().await.map_err(|error| failure::log(&error))?;
            let before = reader.position_at(Timestamp::now() - MINUTE).await;
            let before = before.map_err(|error| failure::log(&error))?;
            all.push(LogStatus {
                service: reader.service(),
                position: head.position,
                recorded_at: head.recorded_at,
                last_minute: (head.position.0 - before.0).max(0),
            });
        }
        Ok(all)
    }

    /// Every build of every read model that is kept, in each log that it follows.
    pub(crate) async fn model_statuses(&self) -> Result<Vec<ModelStatus>, Status> {
        let all = status(self.pool.for_everyone(), &self.logs(), None).await;
        all.map_err(|error| failure::projection(&error))
    }

    /// Every reaction.
    pub(crate) async fn reaction_statuses(&self) -> Result<Vec<ReactionStatus>, Status> {
        let logs = self.log_statuses().await?;
        let client = self.pool.for_everyone().get().await;
        let client = client.map_err(|error| failure::pool(&error))?;
        let mut all = Vec::new();
        for service in Service::ALL {
            let sql =
                format!("select name, source, position from log_{service}.reactions order by name");
            let rows = client.query(&sql, &[]).await;
            for row in rows.map_err(|error| failure::postgres(&error))? {
                let read = || {
                    Ok((
                        row.try_get::<_, String>("name")?,
                        row.try_get::<_, String>("source")?,
                        row.try_get::<_, i64>("position")?,
                    ))
                };
                let (name, source, position) = read().map_err(|error| failure::postgres(&error))?;
                let Some(log) = logs.iter().find(|log| log.service.name() == source) else {
                    continue;
                };
                all.push(ReactionStatus {
                    service,
                    name,
                    source: log.service,
                    position: Position(position),
                    behind: (log.position.0 - position).max(0),
                });
            }
        }
        Ok(all)
    }

    /// The tenant's events that stand in the way of their read models.
    pub(crate) async fn parked_events(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<ParkedEvent>, Status> {
        let models = self.model_statuses().await?;
        let names: HashSet<String> = models.into_iter().map(|model| model.build.name).collect();
        let mut all = Vec::new();
        for name in names {
            let found = parked(self.pool.for_everyone(), &name).await;
            for one in found.map_err(|error| failure::projection(&error))? {
                all.push(ParkedEvent {
                    model: name.clone(),
                    log: one.log,
                    position: one.position,
                    key: one.key.as_str().to_owned(),
                    reason: one.reason,
                    held: i64::try_from(one.held).unwrap_or(i64::MAX),
                    since: one.at,
                });
            }
        }
        for log in Service::ALL {
            let of_log = all.iter().filter(|one| one.log == log);
            let positions: Vec<i64> = of_log.map(|one| one.position.0).collect();
            let own = self.own(tenant, log, &positions).await?;
            all.retain(|one| one.log != log || own.contains(&one.position.0));
        }
        all.sort_by_key(|one| (one.since, one.position));
        Ok(all)
    }

    /// Those of the positions at which events of the tenant stand.
    async fn own(
        &self,
        tenant: &TenantId,
        log: Service,
        positions: &[i64],
    ) -> Result<HashSet<i64>, Status> {
        if positions.is_empty() {
            return Ok(HashSet::new());
        }
        let sql = format!(
            "select position from log_{log}.events where position = any ($1) and tenant = $2"
        );
        let client = self.connection(tenant).await?;
        let rows = client.query(&sql, &[&positions, &tenant.as_str()]).await;
        let rows = rows.map_err(|error| failure::postgres(&error))?;
        let positions = rows.iter().map(|row| row.try_get(0));
        let positions: Result<_, tokio_postgres::Error> = positions.collect();
        positions.map_err(|error| failure::postgres(&error))
    }

    /// The tenant's events to which a reaction was refused, the oldest first.
    pub(crate) async fn refused_reactions(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<RefusedReaction>, Status> {
        let client = self.connection(tenant).await?;
        let mut all = Vec::new();
        for service in Service::ALL {
            for source in Service::ALL {
                let sql = format!(
                    "select p.name, p.source, p.position, p.code, p.reason, p.parked_at
                       from log_{service}.parked_reactions p
                       join log_{source}.events e on e.position = p.position and e.tenant = $1
                      where p.source = $2 order by p.parked_at, p.position limit $3"
                );
                let rows = client
                    .query(&sql, &[&tenant.as_str(), &source.name(), &MOST])
                    .await;
                let rows = rows.map_err(|error| failure::postgres(&error))?;
                let read = rows.iter().map(|row| RefusedReaction::of(service, row));
                let read: Result<Vec<_>, _> = read.collect();
                all.extend(read.map_err(|error| failure::postgres(&error))?);
            }
        }
        Ok(all)
    }
}

impl RefusedReaction {
    fn of(service: Service, row: &tokio_postgres::Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            service,
            reaction: row.try_get("name")?,
            source: row.try_get("source")?,
            position: Position(row.try_get("position")?),
            code: row.try_get("code")?,
            reason: row.try_get("reason")?,
            since: row.try_get("parked_at")?,
        })
    }
}

/// The whole seconds of a length.
pub(crate) fn seconds(length: Duration) -> i64 {
    i64::try_from(length.as_secs()).unwrap_or(i64::MAX)
}
