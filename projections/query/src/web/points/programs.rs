//! Programs, and where the points of each are (L-19).

use guanxi_proto::query::v1::{
    GetPointsBalancesRequest, GetPointsBalancesResponse, PointsBalance, PointsFigures,
    PointsGrouping,
};
use guanxi_runtime::Fields;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Dates, Members, Texts, balance};
use crate::web::{
    ask::answer,
    chart::{Chart, Point, Series, Shape},
    failure::Failure,
    figure::Figure,
    format::grouped,
    frame::Section,
    language::Language,
    list::{Chunk, List},
    parameters,
    session::Visitor,
    table::{Cell, Column, Kind, Row},
};

/// A row for each program.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::web) struct Programs {
    #[serde(flatten)]
    dates: Dates,
}

impl Programs {
    /// At these dates.
    pub(super) fn of(dates: &Dates) -> Self {
        Self {
            dates: dates.clone(),
        }
    }

    /// Asks for them.
    pub(in crate::web) async fn ask(
        &self,
        visitor: &Visitor,
    ) -> Result<GetPointsBalancesResponse, Failure> {
        let mut fields = Fields::default();
        let (as_of, as_known_at) = self.dates.wire(&mut fields);
        parameters::finish(fields)?;
        let request = visitor.request(GetPointsBalancesRequest {
            as_of,
            as_known_at,
            group_by: PointsGrouping::Program.into(),
            page: Some(parameters::page(1, None)),
            ..GetPointsBalancesRequest::default()
        })?;
        answer(visitor.points().get_points_balances(request).await)
    }

    fn members(&self, program: &PointsBalance) -> String {
        Members {
            program_id: parameters::set(&program.program_id),
            ..Members::of(&self.dates)
        }
        .address()
    }

    /// How many members, and whether their balances add up.
    pub(super) fn figures(&self, all: &GetPointsBalancesResponse, texts: &Texts) -> Vec<Figure> {
        let members: i64 = all.totals.iter().map(|total| total.members).sum();
        let list = Members::of(&self.dates).address();
        let (tone, word) = balance::conserves(all.conserves, texts);
        let members = grouped(members.into()).into();
        vec![
            Figure::new(texts.members, vec![members], Some(list)),
            Figure::new(
                texts.conserves,
                vec![word.to_owned().into()],
                Some(self.address()),
            )
            .with_tone(Some(tone)),
        ]
    }

    /// Of what each program gave, where it is: a bar for each, for points of different ones are
    /// never added.
    pub(super) fn chart(
        &self,
        all: &GetPointsBalancesResponse,
        texts: &Texts,
    ) -> Result<Chart, Failure> {
        type Part = fn(&PointsFigures) -> &String;
        let parts: [(&str, &'static str, Part); 7] = [
            (texts.active, "1", |points| &points.active),
            (texts.pending, "2", |points| &points.pending),
            (texts.spent, "3", |points| &points.spent),
            (texts.settled, "4", |points| &points.settled),
            (texts.sent, "5", |points| &points.transferred_out),
            (texts.expired, "6", |points| &points.expired),
            (texts.reversed, "bad", |points| &points.reversed),
        ];
        let series = parts.map(|(name, colour, part)| {
            let points = all.totals.iter().map(|total| {
                let value: Decimal = part(balance::figures(total)?).parse().unwrap_or_default();
                Ok(Some(Point {
                    value,
                    text: grouped(value),
                    leads_to: Some(self.members(total)),
                }))
            });
            Ok(Series {
                name: name.to_owned(),
                colour,
                points: points.collect::<Result<_, Failure>>()?,
            })
        });
        let names = all
            .totals
            .iter()
            .map(|total| balance::program(&total.program_name, &total.program_id).to_owned());
        Ok(Chart {
            title: texts.where_they_are.to_owned(),
            shape: Shape::Row,
            stacked: true,
            unit: texts.points.to_owned(),
            categories: names.collect(),
            series: series.into_iter().collect::<Result<_, Failure>>()?,
        })
    }

    /// The table.
    pub(super) fn table(
        &self,
        all: &GetPointsBalancesResponse,
        texts: &Texts,
    ) -> Result<Chunk, Failure> {
        let mut columns = vec![
            Column::new(texts.program, Kind::Text),
            Column::new(texts.shop, Kind::Text),
            Column::new(texts.members, Kind::Number),
        ];
        columns.extend(balance::columns(texts));
        let rows = all.totals.iter().map(|total| {
            let name = balance::program(&total.program_name, &total.program_id);
            let members = self.members(total);
            let mut row: Row = vec![
                Cell::text(name).to(members.clone()),
                Cell::text(&total.shop),
                Cell::count(total.members).to(members),
            ];
            row.extend(balance::cells(total, texts)?);
            Ok(row)
        });
        let rows = rows.collect::<Result<_, Failure>>()?;
        Ok(Chunk::whole(columns, rows))
    }
}

impl List for Programs {
    const PATH: &'static str = "/points/programs";
    const SECTION: Section = Section::Points;

    fn title(&self, language: Language) -> String {
        Texts::of(language).programs.to_owned()
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
        let all = self.ask(visitor).await?;
        self.table(&all, Texts::of(visitor.language()))
    }
}
