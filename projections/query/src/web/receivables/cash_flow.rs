//! Cash flow, days sales outstanding, collection rate (S-29), by month.

use guanxi_proto::query::v1::{
    CashFlowFigures, CashFlowMonth, GetCashFlowRequest, GetCashFlowResponse,
};
use guanxi_runtime::Fields;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Dates, Items, Texts, set};
use crate::web::{
    ask::answer,
    chart::{Chart, Point, Series, Shape},
    failure::Failure,
    figure::Figure,
    format::{self, grouped, share},
    frame::Section,
    language::Language,
    list::{Chunk, List},
    parameters::{self, Parameter, days},
    session::Visitor,
    table::{Cell, Column, Kind, Row, Value, date_of},
};

/// A row for each month and currency.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::web) struct CashFlow {
    #[serde(flatten)]
    dates: Dates,
    from: Parameter,
    to: Parameter,
}

impl CashFlow {
    /// The year up to the date.
    pub(in crate::web) fn of(dates: &Dates) -> Self {
        Self {
            dates: dates.clone(),
            ..Self::default()
        }
    }

    /// Asks for it.
    pub(in crate::web) async fn ask(
        &self,
        visitor: &Visitor,
    ) -> Result<GetCashFlowResponse, Failure> {
        let mut fields = Fields::default();
        let (as_of, as_known_at) = self.dates.wire(&mut fields);
        let days = days(&mut fields, ("from", &self.from), ("to", &self.to));
        parameters::finish(fields)?;
        let request = visitor.request(GetCashFlowRequest {
            as_of,
            as_known_at,
            days,
            ..GetCashFlowRequest::default()
        })?;
        answer(visitor.receivables().get_cash_flow(request).await)
    }

    /// The last month's days sales outstanding and collection rate.
    pub(in crate::web) fn figure(
        &self,
        flow: &GetCashFlowResponse,
        texts: &Texts,
    ) -> Option<Figure> {
        let total = flow.months.last()?.total.as_ref()?;
        let days: Option<Decimal> = total.days_sales_outstanding.parse().ok();
        let days = days.map_or_else(|| "–".to_owned(), grouped);
        let rate: Option<Decimal> = total.collection_rate.parse().ok();
        let note = rate.map(|rate| format!("{} {}", texts.rate, share(rate)));
        let figure = Figure::new(texts.dso_long, vec![days.into()], Some(self.address()));
        Some(figure.with_note(note.unwrap_or_default()))
    }

    /// Money that came and was invoiced, in the base currency as it was booked; and days sales
    /// outstanding.
    pub(in crate::web) fn charts(
        &self,
        flow: &GetCashFlowResponse,
        texts: &Texts,
        language: Language,
    ) -> Result<Vec<Chart>, Failure> {
        let months: Vec<(Date, &CashFlowFigures)> = flow
            .months
            .iter()
            .filter_map(|month| Some((date_of(month.month.as_ref())?, month.total.as_ref()?)))
            .collect();
        let names = months
            .iter()
            .map(|(month, _)| format::month(*month, language));
        let names: Vec<String> = names.collect();
        let base = months
            .first()
            .and_then(|(_, total)| total.received.as_ref());
        let base = base
            .map(|money| money.currency_code.clone())
            .unwrap_or_default();
        type Sum = fn(&CashFlowFigures) -> Option<&guanxi_proto::google_type::Money>;
        let sums = |name: &str, colour, of: Sum| {
            let sums = months.iter().map(|(_, total)| (of(total), self.address()));
            Series::of_amounts(name, colour, sums)
        };
        let lengths = months.iter().map(|(month, total)| {
            let days: Decimal = total.days_sales_outstanding.parse().ok()?;
            Some(Point {
                value: days,
                text: format!("{} {}", grouped(days), texts.days),
                leads_to: Some(self.at_the_end_of(*month).address()),
            })
        });
        let chart = |title: String, shape, unit: &str, series| Chart {
            title,
            shape,
            stacked: false,
            unit: unit.to_owned(),
            categories: names.clone(),
            series,
        };
        let lengths = Series {
            name: texts.dso_long.to_owned(),
            colour: "3",
            points: lengths.collect(),
        };
        Ok(vec![
            chart(
                format!("{} · {base}", texts.flow),
                Shape::Bar,
                &base,
                vec![
                    sums(texts.invoiced, "1", |total| total.invoiced.as_ref())?,
                    sums(texts.received, "good", |total| total.received.as_ref())?,
                ],
            ),
            chart(
                texts.dso_long.to_owned(),
                Shape::Line,
                texts.days,
                vec![lengths],
            ),
        ])
    }

    /// What was open at the end of a month.
    fn at_the_end_of(&self, month: Date) -> Items {
        Items {
            dates: Dates {
                as_of: set(month.last_of_month().to_string()),
                ..self.dates.clone()
            },
            ..Items::default()
        }
    }

    /// The table.
    pub(super) fn table(
        &self,
        flow: &GetCashFlowResponse,
        texts: &Texts,
    ) -> Result<Chunk, Failure> {
        let columns = [
            (texts.month, Kind::Month),
            (texts.invoiced, Kind::Money),
            (texts.received, Kind::Money),
            (texts.bounced, Kind::Money),
            (texts.refunded, Kind::Money),
            (texts.returned, Kind::Money),
            (texts.net_flow, Kind::Money),
            (texts.outstanding, Kind::Money),
            (texts.dso, Kind::Number),
            (texts.fell_due, Kind::Money),
            (texts.collected, Kind::Money),
            (texts.rate, Kind::Share),
        ];
        let columns = columns.map(|(name, kind)| Column::new(name, kind));
        let rows = flow.months.iter().map(|month| self.rows(month));
        let rows: Vec<Vec<Row>> = rows.collect::<Result<_, Failure>>()?;
        Ok(Chunk::whole(
            columns.into(),
            rows.into_iter().flatten().collect(),
        ))
    }

    fn rows(&self, month: &CashFlowMonth) -> Result<Vec<Row>, Failure> {
        let first = date_of(month.month.as_ref());
        let name = first.map_or(Value::None, Value::Month);
        let figures = month.currencies.iter().filter_map(|of| of.figures.as_ref());
        let row = |figures: &CashFlowFigures| {
            let mut outstanding = Cell::money(figures.outstanding.as_ref())?;
            if let (Some(first), Some(money)) = (first, &figures.outstanding) {
                let mut items = self.at_the_end_of(first);
                items.currency = set(&money.currency_code);
                outstanding = outstanding.to(items.address());
            }
            Ok(vec![
                name.clone().into(),
                Cell::money(figures.invoiced.as_ref())?,
                Cell::money(figures.received.as_ref())?,
                Cell::money(figures.bounced.as_ref())?,
                Cell::money(figures.refunded.as_ref())?,
                Cell::money(figures.returned.as_ref())?,
                Cell::money(figures.net_flow.as_ref())?,
                outstanding,
                Cell::decimal(&figures.days_sales_outstanding, Value::Number),
                Cell::money(figures.due.as_ref())?,
                Cell::money(figures.collected.as_ref())?,
                Cell::decimal(&figures.collection_rate, Value::Share),
            ])
        };
        figures.map(row).collect()
    }
}

impl List for CashFlow {
    const PATH: &'static str = "/receivables/cash-flow";
    const SECTION: Section = Section::Receivables;

    fn title(&self, language: Language) -> String {
        Texts::of(language).flow.to_owned()
    }

    fn filters(&self, visitor: &Visitor) -> Vec<(&'static str, String)> {
        self.dates.filters(visitor)
    }

    async fn chunk(
        &self,
        visitor: &Visitor,
        _size: i32,
        _after: Option<&str>,
    ) -> Result<Chunk, Failure> {
        let flow = self.ask(visitor).await?;
        self.table(&flow, Texts::of(visitor.language()))
    }
}
