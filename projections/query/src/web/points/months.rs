//! What expires in each month (L-14): what expires until its end, less what does so until the end of
//! the month before.

use std::collections::BTreeMap;

use futures::future::try_join_all;
use guanxi_proto::query::v1::ExpiringSums;
use guanxi_runtime::Fields;
use jiff::{ToSpan, Unit, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Dates, Texts, balance, expiring::Expiring};
use crate::web::{
    chart::{Chart, Point, Series, Shape},
    failure::Failure,
    format::{self, grouped},
    frame::Section,
    language::Language,
    list::{Chunk, List},
    parameters::{self, Parameter, text},
    session::Visitor,
    table::{Cell, Column, Kind, Row, Value},
};

/// How far ahead one can look.
pub(super) const CHOICES: [i32; 3] = [30, 90, 365];
/// The colours of programs, over and over.
const COLOURS: [&str; 6] = ["1", "2", "3", "5", "6", "4"];

/// A row for each month and program.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Months {
    #[serde(flatten)]
    dates: Dates,
    within: Parameter,
}

/// A month, or the part of it that is asked for.
pub(super) struct Month {
    begins: Date,
    /// From the date that is asked for to its last day.
    within: i32,
    programs: Vec<Expires>,
}

/// What expires of one program.
struct Expires {
    in_month: Decimal,
    until_then: ExpiringSums,
}

/// The last days to look at: the end of each month, and the end of all.
fn ends(as_of: Date, within: i32) -> Vec<(Date, i32)> {
    let last = as_of.saturating_add(i64::from(within).days());
    let mut ends = Vec::new();
    let mut day = as_of;
    while day <= last {
        let end = day.last_of_month().min(last);
        let ahead = as_of.until((Unit::Day, end));
        ends.push((
            day.first_of_month(),
            ahead.map_or(within, |ahead| ahead.get_days()),
        ));
        let Ok(next) = end.tomorrow() else { break };
        day = next;
    }
    ends
}

impl Months {
    /// So many days ahead.
    pub(super) fn of(dates: &Dates, within: i32) -> Self {
        Self {
            dates: dates.clone(),
            within: parameters::set(within.to_string()),
        }
    }

    /// Asks for each of them.
    pub(super) async fn ask(&self, visitor: &Visitor) -> Result<Vec<Month>, Failure> {
        let mut fields = Fields::default();
        let within = ahead(&mut fields, &self.within);
        parameters::finish(fields)?;
        let ends = ends(self.dates.day(visitor)?, within);
        let answers = ends.iter().map(|(_, within)| {
            let expiring = Expiring::of(&self.dates, *within);
            async move { expiring.ask(visitor, 1, None).await }
        });
        let answers = try_join_all(answers).await?;
        let mut before: BTreeMap<String, Decimal> = BTreeMap::new();
        let months = ends.into_iter().zip(answers);
        let months = months.map(|((begins, within), answer)| {
            let programs = answer.totals.into_iter().map(|until_then| {
                let points: Decimal = until_then.points.parse().unwrap_or_default();
                let before = before.insert(until_then.program_id.clone(), points);
                Expires {
                    in_month: points - before.unwrap_or_default(),
                    until_then,
                }
            });
            Month {
                begins,
                within,
                programs: programs.collect(),
            }
        });
        Ok(months.collect())
    }

    /// The totals until the last of these days.
    pub(super) fn totals(months: &[Month]) -> Vec<ExpiringSums> {
        let last = months.last().into_iter().flat_map(|month| &month.programs);
        last.map(|program| program.until_then.clone()).collect()
    }

    /// Bars of months, with a part for each program.
    pub(super) fn chart(&self, months: &[Month], texts: &Texts, language: Language) -> Chart {
        let totals = Self::totals(months);
        let series = totals.iter().zip(COLOURS.into_iter().cycle());
        let series = series.map(|(program, colour)| {
            let points = months.iter().map(|month| {
                let mut programs = month.programs.iter();
                let found =
                    programs.find(|other| other.until_then.program_id == program.program_id);
                found.map(|found| Point {
                    value: found.in_month,
                    text: grouped(found.in_month),
                    leads_to: Some(self.expiring(month, &program.program_id)),
                })
            });
            Series {
                name: balance::program(&program.program_name, &program.program_id).to_owned(),
                colour,
                points: points.collect(),
            }
        });
        let categories = months
            .iter()
            .map(|month| format::month(month.begins, language));
        Chart {
            title: texts.expiring_by_month.to_owned(),
            shape: Shape::Bar,
            stacked: true,
            unit: texts.points.to_owned(),
            categories: categories.collect(),
            series: series.collect(),
        }
    }

    fn expiring(&self, month: &Month, program: &str) -> String {
        let expiring = Expiring {
            program_id: parameters::set(program),
            ..Expiring::of(&self.dates, month.within)
        };
        expiring.address()
    }

    /// The table.
    pub(super) fn table(&self, months: &[Month], texts: &Texts) -> Result<Chunk, Failure> {
        let columns = [
            (texts.month, Kind::Month),
            (texts.program, Kind::Text),
            (texts.in_month, Kind::Number),
            (texts.until_then, Kind::Number),
            (texts.members, Kind::Number),
            (texts.worth, Kind::Money),
        ];
        let columns = columns.map(|(name, kind)| Column::new(name, kind));
        let rows = months.iter().flat_map(|month| {
            let programs = month.programs.iter();
            programs.map(|program| self.row(month, program))
        });
        let rows = rows.collect::<Result<_, Failure>>()?;
        Ok(Chunk::whole(columns.into(), rows))
    }

    fn row(&self, month: &Month, program: &Expires) -> Result<Row, Failure> {
        let sums = &program.until_then;
        let members = self.expiring(month, &sums.program_id);
        Ok(vec![
            Value::Month(month.begins).into(),
            Cell::text(balance::program(&sums.program_name, &sums.program_id)),
            Value::Number(program.in_month).into(),
            Cell::decimal(&sums.points, Value::Number).to(members.clone()),
            Cell::count(sums.members).to(members),
            Cell::money(sums.worth.as_ref())?,
        ])
    }
}

/// One of the [`CHOICES`].
pub(super) fn ahead(fields: &mut Fields, within: &Parameter) -> i32 {
    let chosen = parameters::word(fields, "within", within, |word| {
        let days = word.parse().ok()?;
        CHOICES.contains(&days).then_some(days)
    });
    chosen.unwrap_or(super::expiring::AHEAD)
}

impl List for Months {
    const PATH: &'static str = "/points/months";
    const SECTION: Section = Section::Points;

    fn title(&self, language: Language) -> String {
        Texts::of(language).expiring_by_month.to_owned()
    }

    fn filters(&self, visitor: &Visitor) -> Vec<(&'static str, String)> {
        let texts = Texts::of(visitor.language());
        let mut filters = self.dates.filters(visitor);
        let within = text(&self.within).map(|days| format!("{days} {}", texts.days));
        filters.extend(within.map(|days| (texts.within, days)));
        filters
    }

    async fn chunk(
        &self,
        visitor: &Visitor,
        _size: i32,
        _after: Option<&str>,
    ) -> Result<Chunk, Failure> {
        let months = self.ask(visitor).await?;
        self.table(&months, Texts::of(visitor.language()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn months_end_with_the_last_day_that_is_asked_for() {
        let ends = ends(date(2024, 1, 31), 30);
        let wanted = [
            (date(2024, 1, 1), 0),
            (date(2024, 2, 1), 29),
            (date(2024, 3, 1), 30),
        ];
        assert_eq!(ends, wanted);
        assert_eq!(super::ends(date(2024, 1, 1), 0), [(date(2024, 1, 1), 0)]);
        assert_eq!(super::ends(date(2024, 1, 1), 365).len(), 12);
    }
}
