//! The figures of days.

use std::error::Error as StdError;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rust_decimal::Decimal;
use tokio_postgres::{
    Error, Row,
    types::{FromSql, ToSql, Type},
};

use super::{Reader, zone_name};
use crate::Figure;

/// What to add up.
#[derive(Debug, Clone)]
pub struct DailyQuery {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
    /// When the first day begins where the tenant lives.
    pub from: Timestamp,
    /// When the last day ends.
    pub until: Timestamp,
    /// Whose; an empty one is nobody's. An empty list is all.
    pub owners: Vec<String>,
    /// Which; empty is all.
    pub figures: Vec<Figure>,
    /// Where days begin.
    pub zone: TimeZone,
    /// How many lines at most.
    pub limit: u16,
}

/// What one figure comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// On which day; `None` is all of them.
    pub day: Option<Date>,
    /// Which figure.
    pub figure: Figure,
    /// What it is told apart by: a kind, a reason, a clock, a program; empty for nothing.
    pub detail: String,
    /// The currency of the amount; empty for none.
    pub currency: String,
    /// How many.
    pub count: i64,
    /// What they come to: money in the currency; without one, points.
    pub amount: Decimal,
}

/// The whole answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Daily {
    /// By day, figure, detail and currency.
    pub days: Vec<Line>,
    /// Over all days.
    pub sums: Vec<Line>,
}

impl<'a> FromSql<'a> for Figure {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        let name = <&str>::from_sql(ty, raw)?;
        Self::from_name(name).ok_or_else(|| format!("{name:?} is no figure").into())
    }

    fn accepts(ty: &Type) -> bool {
        <&str as FromSql>::accepts(ty)
    }
}

impl Reader<'_> {
    /// The figures of these days; what came to nothing has no line.
    ///
    /// # Errors
    /// What Postgres says.
    pub async fn daily(&self, query: &DailyQuery) -> Result<Daily, Error> {
        let figures: Vec<&str> = query.figures.iter().map(|figure| figure.name()).collect();
        let zone = zone_name(&query.zone);
        let limit = i64::from(query.limit);
        let params: [&(dyn ToSql + Sync); 9] = [
            &self.tenant,
            &query.first,
            &query.last,
            &query.from,
            &query.until,
            &query.owners,
            &figures,
            &zone,
            &limit,
        ];
        let mut daily = Daily::default();
        for row in self.rows(include_str!("../sql/daily.sql"), &params).await? {
            let line = line(&row)?;
            match line.day {
                Some(_) => daily.days.push(line),
                None => daily.sums.push(line),
            }
        }
        Ok(daily)
    }
}

fn line(row: &Row) -> Result<Line, Error> {
    Ok(Line {
        day: row.try_get("day")?,
        figure: row.try_get("figure")?,
        detail: row.try_get("detail")?,
        currency: row.try_get("currency")?,
        count: row.try_get("count")?,
        amount: row.try_get("amount")?,
    })
}
