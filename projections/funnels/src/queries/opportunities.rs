//! The list of opportunities, newest first.

use jiff::Timestamp;
use tokio_postgres::Error;
use uuid::Uuid;

use super::{Filter, Reader, standing};
use crate::{State, Status, tables};

/// The first version of the model with rotting days. After an upgrade the one before is read until the
/// new one has caught up, and must not fail for them.
const ROTTING_DAYS: u32 = 2;

/// What to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpportunitiesQuery {
    /// As they stood just before this instant; `None` is now.
    pub until: Option<Timestamp>,
    /// Which.
    pub filter: Filter,
    /// Only in these stages; empty is all.
    pub stages: Vec<String>,
    /// Only with these outcomes; empty is all.
    pub statuses: Vec<Status>,
    /// Only with this customer.
    pub customer: Option<Uuid>,
    /// Only those that rot.
    pub rotting: bool,
    /// Only those after this one.
    pub after: Option<Cursor>,
    /// How many at most.
    pub limit: u16,
}

/// A place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// When the opportunity was created.
    pub created_at: Timestamp,
    /// Its id.
    pub id: Uuid,
}

/// One opportunity at the time that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opportunity {
    /// Its place in the list: creation and id.
    pub cursor: Cursor,
    /// Its pipeline.
    pub pipeline: Uuid,
    /// Since when it is as it is.
    pub valid_from: Timestamp,
    /// How it stands.
    pub state: State,
    /// Since when it rots, if it does: it is open and has stood in its stage for the stage's rotting
    /// days.
    pub rotting_since: Option<Timestamp>,
}

impl Reader<'_> {
    /// The opportunities that stand so, newest first, by creation and id.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn opportunities(
        &self,
        query: &OpportunitiesQuery,
    ) -> Result<Vec<Opportunity>, Error> {
        let statuses: Vec<&str> = query
            .statuses
            .iter()
            .map(|status| status.as_str())
            .collect();
        let (created_at, id) = query
            .after
            .map(|after| (after.created_at, after.id))
            .unzip();
        let limit = i64::from(query.limit);
        let mut params = standing(&self.tenant, &query.until, &query.filter).to_vec();
        params.extend([
            &query.stages as &(dyn tokio_postgres::types::ToSql + Sync),
            &statuses,
        ]);
        params.extend([
            &query.customer as &(dyn tokio_postgres::types::ToSql + Sync),
            &created_at,
        ]);
        params.extend([&id as &(dyn tokio_postgres::types::ToSql + Sync), &limit]);
        params.push(&query.rotting);
        let sql = concat!(
            include_str!("../sql/standing.sql"),
            include_str!("../sql/opportunities.sql")
        );
        let sql = sql.replace("{rotting_days}", self.rotting_days());
        let rows = self.rows(&sql, &params).await?;
        rows.iter()
            .map(|row| {
                Ok(Opportunity {
                    cursor: Cursor {
                        created_at: row.try_get("created_at")?,
                        id: row.try_get("id")?,
                    },
                    pipeline: row.try_get("pipeline")?,
                    valid_from: row.try_get("valid_from")?,
                    state: tables::state(row)?,
                    rotting_since: row.try_get("rotting_since")?,
                })
            })
            .collect()
    }

    /// The rotting days of a stage, as SQL over `stages_now`.
    const fn rotting_days(&self) -> &'static str {
        if self.version < ROTTING_DAYS {
            "null::int"
        } else {
            "place.rotting_days"
        }
    }
}
