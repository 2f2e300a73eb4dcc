//! What comes in and goes out, day by day (V-14).

use std::collections::BTreeMap;

use guanxi_proto::query::v1::{GetTicketVolumesRequest, GetTicketVolumesResponse, TicketVolume};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Desk, Span, Texts, Tickets};
use crate::web::{
    ask::answer,
    chart::{Chart, Point, Series, Shape},
    failure::Failure,
    format::{self, grouped},
    frame::Section,
    language::Language,
    list::{Chunk, List},
    session::Visitor,
    table::{Cell, Column, Kind, Row, Value, date_of},
};

/// A row for each day on which something happened.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Volumes {
    #[serde(flatten)]
    span: Span,
}

/// Tickets opened on days.
fn opened(span: &Span) -> String {
    let tickets = Tickets {
        from: span.from.clone(),
        to: span.to.clone(),
        ..Tickets::default()
    };
    tickets.address()
}

impl Volumes {
    /// Of these days.
    pub(super) fn of(span: &Span) -> Self {
        Self { span: span.clone() }
    }

    /// Asks for them.
    pub(super) async fn ask(&self, visitor: &Visitor) -> Result<GetTicketVolumesResponse, Failure> {
        let request = visitor.request(GetTicketVolumesRequest {
            days: self.span.wire()?,
            ..GetTicketVolumesRequest::default()
        })?;
        answer(visitor.desk().get_ticket_volumes(request).await)
    }

    /// Lines over all days, also those on which nothing happened.
    pub(super) fn chart(
        &self,
        volumes: &GetTicketVolumesResponse,
        texts: &Texts,
        language: Language,
    ) -> Chart {
        let by_day: BTreeMap<Date, &TicketVolume> = volumes
            .volumes
            .iter()
            .filter_map(|volume| Some((date_of(volume.day.as_ref())?, volume)))
            .collect();
        let days = self.span.days();
        type Count = fn(&TicketVolume) -> i64;
        type Address = fn(&Span) -> String;
        let figures: Address = |span| Desk::of(span, "agent").address();
        let all: [(&str, &'static str, Count, Address); 3] = [
            (texts.opened, "1", |volume| volume.opened, opened),
            (texts.resolved_count, "3", |volume| volume.resolved, figures),
            (texts.reopened, "bad", |volume| volume.reopened, figures),
        ];
        let series = all.map(|(name, colour, count, address)| Series {
            name: name.to_owned(),
            colour,
            points: days
                .iter()
                .map(|day| {
                    let count = by_day.get(day).map_or(0, |volume| count(volume));
                    Some(Point {
                        value: count.into(),
                        text: grouped(count.into()),
                        leads_to: Some(address(&Span::on(*day))),
                    })
                })
                .collect(),
        });
        Chart {
            title: texts.volumes.to_owned(),
            shape: Shape::Line,
            stacked: false,
            unit: texts.tickets_count.to_owned(),
            categories: days.iter().map(|day| format::day(*day, language)).collect(),
            series: series.into(),
        }
    }

    /// The table.
    pub(super) fn table(&self, volumes: &GetTicketVolumesResponse, texts: &Texts) -> Chunk {
        let columns = [
            (texts.day, Kind::Day),
            (texts.opened, Kind::Number),
            (texts.resolved_count, Kind::Number),
            (texts.reopened, Kind::Number),
        ];
        let columns = columns.map(|(name, kind)| Column::new(name, kind));
        // The latest first, as lists are.
        let rows = volumes.volumes.iter().rev().filter_map(row);
        Chunk::whole(columns.into(), rows.collect())
    }
}

fn row(volume: &TicketVolume) -> Option<Row> {
    let day = date_of(volume.day.as_ref())?;
    let span = Span::on(day);
    let figures = Desk::of(&span, "agent").address();
    Some(vec![
        Value::Day(day).into(),
        Cell::count(volume.opened).to(opened(&span)),
        Cell::count(volume.resolved).to(figures.clone()),
        Cell::count(volume.reopened).to(figures),
    ])
}

impl List for Volumes {
    const PATH: &'static str = "/service/volumes";
    const SECTION: Section = Section::Service;

    fn title(&self, language: Language) -> String {
        Texts::of(language).volumes.to_owned()
    }

    fn filters(&self, visitor: &Visitor) -> Vec<(&'static str, String)> {
        self.span.filters(Texts::of(visitor.language()))
    }

    async fn chunk(
        &self,
        visitor: &Visitor,
        _size: i32,
        _after: Option<&str>,
    ) -> Result<Chunk, Failure> {
        let volumes = self.ask(visitor).await?;
        Ok(self.table(&volumes, Texts::of(visitor.language())))
    }
}
