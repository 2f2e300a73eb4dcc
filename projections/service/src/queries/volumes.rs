//! How much comes in and goes out, day by day.

use jiff::{civil::Date, tz::TimeZone};
use tokio_postgres::{Error, types::ToSql};

use super::{Days, Filter, Filters, GroupBy, Reader, zone_name};

/// What to count.
#[derive(Debug, Clone)]
pub struct VolumesQuery {
    /// When it happened.
    pub days: Days,
    /// Which.
    pub filter: Filter,
    /// What to tell apart beside the day.
    pub group_by: GroupBy,
    /// Where days begin.
    pub zone: TimeZone,
    /// How many rows at most.
    pub limit: u16,
}

/// One day of one group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// The day.
    pub day: Date,
    /// What the group is told apart by.
    pub key: String,
    /// How many tickets were opened.
    pub opened: i64,
    /// How often tickets were resolved.
    pub resolved: i64,
    /// How often tickets were reopened.
    pub reopened: i64,
}

impl Reader<'_> {
    /// Volumes, by day and key; a day on which nothing happened has no row.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn volumes(&self, query: &VolumesQuery) -> Result<Vec<Volume>, Error> {
        let filter = Filters::of(&query.filter);
        let zone = zone_name(&query.zone);
        let limit = i64::from(query.limit);
        let params: [&(dyn ToSql + Sync); 4] = [&query.days.from, &query.days.until, &zone, &limit];
        let sql = include_str!("../sql/volumes.sql")
            .replace("{key}", query.group_by.key())
            .replace("{zone}", "$11::text");
        let rows = self.rows(&sql, &filter, &params).await?;
        rows.iter()
            .map(|row| {
                Ok(Volume {
                    day: row.try_get("day")?,
                    key: row.try_get("key")?,
                    opened: row.try_get("opened")?,
                    resolved: row.try_get("resolved")?,
                    reopened: row.try_get("reopened")?,
                })
            })
            .collect()
    }
}
