//! What is not resolved, by age: now, or at the end of any day.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use tokio_postgres::{Error, types::ToSql};

use super::{Filter, Filters, GroupBy, Reader, day_before, zone_name};
use crate::{State, values::Stored};

/// What to count.
#[derive(Debug, Clone)]
pub struct BacklogQuery {
    /// As it stood just before this instant; `None` is now.
    pub until: Option<Timestamp>,
    /// The day from which ages are counted, where it is now.
    pub today: Date,
    /// Which tickets, by how they stood.
    pub filter: Filter,
    /// The last age of each bucket but the last, rising; ages are days since the opening.
    pub limits: Vec<i32>,
    /// What to tell apart. A day or month is that of the opening.
    pub group_by: GroupBy,
    /// Where days begin.
    pub zone: TimeZone,
}

/// The whole answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backlog {
    /// By key.
    pub groups: Vec<BacklogGroup>,
    /// All groups together.
    pub total: BacklogGroup,
}

/// One group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BacklogGroup {
    /// What it is told apart by.
    pub key: String,
    /// How many nobody works on yet.
    pub new: i64,
    /// How many are worked on.
    pub open: i64,
    /// How many wait.
    pub pending: i64,
    /// How many there are of each age.
    pub buckets: Vec<i64>,
    /// When the oldest was opened.
    pub oldest: Option<Timestamp>,
}

impl BacklogGroup {
    fn empty(key: String, buckets: usize) -> Self {
        Self {
            key,
            buckets: vec![0; buckets],
            ..Self::default()
        }
    }

    /// All of them.
    pub fn tickets(&self) -> i64 {
        self.new + self.open + self.pending
    }

    fn add(&mut self, state: State, bucket: usize, tickets: i64, oldest: Timestamp) {
        match state {
            State::New => self.new += tickets,
            State::Open => self.open += tickets,
            _ => self.pending += tickets,
        }
        if let Some(bucket) = self.buckets.get_mut(bucket) {
            *bucket += tickets;
        }
        self.oldest = Some(self.oldest.map_or(oldest, |known| known.min(oldest)));
    }
}

impl Reader<'_> {
    /// The backlog.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn backlog(&self, query: &BacklogQuery) -> Result<Backlog, Error> {
        let filter = Filters::of(&query.filter);
        let zone = zone_name(&query.zone);
        let day = query
            .until
            .map_or(query.today, |until| day_before(until, &query.zone));
        let begins: Vec<i32> = query.limits.iter().map(|limit| limit + 1).collect();
        let params: [&(dyn ToSql + Sync); 4] = [&query.until, &day, &zone, &begins];
        let key = query.group_by.key().replace("r.at", "r.opened_at");
        let sql = include_str!("../sql/backlog.sql").replace("{key}", &key);
        let sql = sql.replace("{zone}", "$11::text");
        let count = query.limits.len() + 1;
        let mut groups: BTreeMap<String, BacklogGroup> = BTreeMap::new();
        let mut total = BacklogGroup::empty(String::new(), count);
        for row in self.rows(&sql, &filter, &params).await? {
            let key: String = row.try_get("key")?;
            let Stored(state) = row.try_get("state")?;
            let bucket: i32 = row.try_get("bucket")?;
            let bucket = usize::try_from(bucket).unwrap_or_default();
            let (tickets, oldest) = (row.try_get("tickets")?, row.try_get("oldest")?);
            let new = || BacklogGroup::empty(key.clone(), count);
            let group = groups.entry(key.clone()).or_insert_with(new);
            group.add(state, bucket, tickets, oldest);
            total.add(state, bucket, tickets, oldest);
        }
        Ok(Backlog {
            groups: groups.into_values().collect(),
            total,
        })
    }
}
