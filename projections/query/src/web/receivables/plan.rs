//! Plan against received (回款计划, S-21, S-29), by month.

use guanxi_proto::{
    google_type::Money,
    query::v1::{GetPlanAgainstReceivedRequest, GetPlanAgainstReceivedResponse, PlanMonth},
};
use guanxi_runtime::Fields;
use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use super::{Dates, Texts, set};
use crate::web::{
    ask::answer,
    chart::{Chart, Series, Shape},
    failure::Failure,
    format,
    frame::Section,
    language::Language,
    list::{Chunk, List},
    parameters::{self, Parameter, days, text},
    session::Visitor,
    table::{Cell, Column, Kind, Value, date_of},
};

/// A row for each month and currency.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Plan {
    #[serde(flatten)]
    dates: Dates,
    from: Parameter,
    to: Parameter,
}

impl Plan {
    /// The year up to a day, and the half year after it.
    pub(super) fn around(dates: &Dates, day: Date) -> Self {
        let month = day.first_of_month();
        let last = month.saturating_add(5.months()).last_of_month();
        Self {
            dates: dates.clone(),
            from: set(month.saturating_sub(11.months()).to_string()),
            to: set(last.to_string()),
        }
    }

    /// Asks for it.
    pub(super) async fn ask(
        &self,
        visitor: &Visitor,
    ) -> Result<GetPlanAgainstReceivedResponse, Failure> {
        let mut fields = Fields::default();
        let (as_of, as_known_at) = self.dates.wire(&mut fields);
        let due = days(&mut fields, ("from", &self.from), ("to", &self.to));
        parameters::finish(fields)?;
        let request = visitor.request(GetPlanAgainstReceivedRequest {
            as_of,
            as_known_at,
            due,
            ..GetPlanAgainstReceivedRequest::default()
        })?;
        answer(
            visitor
                .receivables()
                .get_plan_against_received(request)
                .await,
        )
    }

    /// A chart for each currency.
    pub(super) fn charts(
        &self,
        plan: &GetPlanAgainstReceivedResponse,
        texts: &Texts,
        language: Language,
    ) -> Result<Vec<Chart>, Failure> {
        let currency = |month: &PlanMonth| {
            let due = month.due.as_ref();
            due.map(|due| due.currency_code.clone()).unwrap_or_default()
        };
        let mut currencies: Vec<String> = plan.months.iter().map(currency).collect();
        currencies.sort();
        currencies.dedup();
        let mut charts = Vec::new();
        for code in currencies {
            let months = plan.months.iter().filter(|month| currency(month) == code);
            let months: Vec<&PlanMonth> = months.collect();
            let names = months.iter().map(|month| date_of(month.month.as_ref()));
            let names =
                names.map(|day| day.map_or_else(String::new, |d| format::month(d, language)));
            type Sum = fn(&PlanMonth) -> Option<&Money>;
            let series = |name: &str, colour, of: Sum| {
                let sums = months.iter().map(|month| (of(month), self.address()));
                Series::of_amounts(name, colour, sums)
            };
            charts.push(Chart {
                title: format!("{} · {code}", texts.plan),
                shape: Shape::Bar,
                stacked: false,
                unit: code,
                categories: names.collect(),
                series: vec![
                    series(texts.due_sum, "1", |month| month.due.as_ref())?,
                    series(texts.received, "good", |month| month.received.as_ref())?,
                    series(texts.still_open, "3", |month| month.open.as_ref())?,
                ],
            });
        }
        Ok(charts)
    }

    /// The table.
    pub(super) fn table(
        &self,
        plan: &GetPlanAgainstReceivedResponse,
        texts: &Texts,
    ) -> Result<Chunk, Failure> {
        let amounts = [
            texts.billed,
            texts.planned,
            texts.due_sum,
            texts.received,
            texts.settled,
            texts.still_open,
        ];
        let mut columns = vec![Column::new(texts.month, Kind::Month)];
        columns.extend(amounts.map(|name| Column::new(name, Kind::Money)));
        let rows = plan.months.iter().map(|month| {
            let name = date_of(month.month.as_ref()).map_or(Value::None, Value::Month);
            Ok(vec![
                name.into(),
                Cell::money(month.billed.as_ref())?,
                Cell::money(month.planned.as_ref())?,
                Cell::money(month.due.as_ref())?,
                Cell::money(month.received.as_ref())?,
                Cell::money(month.settled_otherwise.as_ref())?,
                Cell::money(month.open.as_ref())?,
            ])
        });
        let rows = rows.collect::<Result<_, Failure>>()?;
        Ok(Chunk::whole(columns, rows))
    }
}

impl List for Plan {
    const PATH: &'static str = "/receivables/plan";
    const SECTION: Section = Section::Receivables;

    fn title(&self, language: Language) -> String {
        Texts::of(language).plan.to_owned()
    }

    fn filters(&self, visitor: &Visitor) -> Vec<(&'static str, String)> {
        let texts = Texts::of(visitor.language());
        let mut filters = self.dates.filters(visitor);
        let span = [(texts.from, &self.from), (texts.to, &self.to)];
        let span = span
            .into_iter()
            .filter_map(|(name, day)| Some((name, text(day)?)));
        filters.extend(span.map(|(name, day)| (name, day.to_owned())));
        filters
    }

    async fn chunk(
        &self,
        visitor: &Visitor,
        _size: i32,
        _after: Option<&str>,
    ) -> Result<Chunk, Failure> {
        let plan = self.ask(visitor).await?;
        self.table(&plan, Texts::of(visitor.language()))
    }
}
