//! How well the desk does (V-14): times, targets, reopenings, satisfaction.

use jiff::{SignedDuration, tz::TimeZone};
use tokio_postgres::{Error, Row, types::ToSql};

use super::{Days, Filter, Filters, GroupBy, Reader, zone_name};
use crate::loading::length;

/// What to compute.
#[derive(Debug, Clone)]
pub struct FiguresQuery {
    /// When it happened.
    pub days: Days,
    /// Which. Agent and queue are those whose work each thing was.
    pub filter: Filter,
    /// What to tell apart.
    pub group_by: GroupBy,
    /// Where days begin.
    pub zone: TimeZone,
    /// How many groups at most.
    pub limit: u16,
}

/// The figures of one group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FiguresGroup {
    /// What it is told apart by.
    pub key: String,
    /// The figures.
    pub figures: Figures,
}

/// What happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// How many tickets were opened.
    pub opened: i64,
    /// How often tickets were resolved.
    pub resolved: i64,
    /// How many of those resolutions did not hold.
    pub reopened: i64,
    /// Until the first response, of tickets that got it.
    pub first_response: Lengths,
    /// Until the resolution, of those that hold.
    pub resolution: Lengths,
    /// The clocks of the first response.
    pub first_response_clock: Clock,
    /// Those of the next ones.
    pub next_response_clock: Clock,
    /// Those of the resolution.
    pub resolution_clock: Clock,
    /// How many surveys were sent.
    pub asked: i64,
    /// How many were answered.
    pub answered: i64,
    /// The scores' sum.
    pub score_sum: i64,
    /// How many answers are 4 or 5.
    pub satisfied: i64,
    /// How many answers are low ones by the rules under which they were asked for.
    pub low: i64,
}

/// How long something took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lengths {
    /// How many.
    pub count: i64,
    /// How many of those a clock measured in working time; the others are by the clock on the wall.
    pub worked: i64,
    /// The median.
    pub median: Option<SignedDuration>,
    /// What nine tenths of them do not pass.
    pub p90: Option<SignedDuration>,
}

/// What came of clocks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Clock {
    /// How many targets were met.
    pub met: i64,
    /// How many were missed.
    pub missed: i64,
}

impl Figures {
    /// All clocks together.
    pub fn clocks(&self) -> Clock {
        let clocks = [
            self.first_response_clock,
            self.next_response_clock,
            self.resolution_clock,
        ];
        Clock {
            met: clocks.iter().map(|clock| clock.met).sum(),
            missed: clocks.iter().map(|clock| clock.missed).sum(),
        }
    }
}

impl Reader<'_> {
    /// Figures, by key; a group in which nothing happened has no row.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn figures(&self, query: &FiguresQuery) -> Result<Vec<FiguresGroup>, Error> {
        let filter = Filters::of(&query.filter);
        let zone = zone_name(&query.zone);
        let limit = i64::from(query.limit);
        let params: [&(dyn ToSql + Sync); 4] = [&query.days.from, &query.days.until, &zone, &limit];
        let sql = include_str!("../sql/figures.sql")
            .replace("{sums}", include_str!("../sql/sums.sql").trim_end())
            .replace("{key}", query.group_by.key())
            .replace("{zone}", "$11::text");
        let rows = self.rows(&sql, &filter, &params).await?;
        rows.iter()
            .map(|row| {
                Ok(FiguresGroup {
                    key: row.try_get("key")?,
                    figures: figures(row)?,
                })
            })
            .collect()
    }
}

fn figures(row: &Row) -> Result<Figures, Error> {
    let lengths = |plural: &str, singular: &str| -> Result<Lengths, Error> {
        Ok(Lengths {
            count: row.try_get(plural)?,
            worked: row.try_get(format!("{plural}_worked").as_str())?,
            median: length(row, &format!("{singular}_median"))?,
            p90: length(row, &format!("{singular}_p90"))?,
        })
    };
    let clock = |name: &str| -> Result<Clock, Error> {
        Ok(Clock {
            met: row.try_get(format!("{name}_met").as_str())?,
            missed: row.try_get(format!("{name}_missed").as_str())?,
        })
    };
    Ok(Figures {
        opened: row.try_get("opened")?,
        resolved: row.try_get("resolved")?,
        reopened: row.try_get("reopened")?,
        first_response: lengths("responses", "response")?,
        resolution: lengths("resolutions", "resolution")?,
        first_response_clock: clock("first_response")?,
        next_response_clock: clock("next_response")?,
        resolution_clock: clock("resolution")?,
        asked: row.try_get("asked")?,
        answered: row.try_get("answered")?,
        score_sum: row.try_get("score_sum")?,
        satisfied: row.try_get("satisfied")?,
        low: row.try_get("low")?,
    })
}
