//! How soon and how well tickets are dealt with (V-14): times, targets, reopenings, satisfaction.

use guanxi_proto::query::v1::{
    GetServiceFiguresRequest, GetServiceFiguresResponse, ServiceFigures, ServiceGrouping,
    ServiceTimes,
};
use guanxi_runtime::Fields;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    Span, Texts, Tickets,
    grouping::{self, Groups},
};
use crate::web::{
    ask::answer,
    failure::Failure,
    figure::{Figure, Line},
    format::{grouped, share, span},
    frame::Section,
    language::Language,
    list::{Chunk, List},
    parameters::{self, Parameter},
    session::Visitor,
    table::{Cell, Column, Kind, Row, Value},
};

/// A row for each group.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Desk {
    #[serde(flatten)]
    span: Span,
    group_by: Parameter,
}

impl Desk {
    /// Of these days.
    pub(super) fn of(span: &Span, group_by: &str) -> Self {
        Self {
            span: span.clone(),
            group_by: parameters::set(group_by),
        }
    }

    /// Asks for the figures of each group.
    pub(super) async fn ask(
        &self,
        visitor: &Visitor,
    ) -> Result<GetServiceFiguresResponse, Failure> {
        self.by(visitor, self.grouping()?).await
    }

    /// Asks for those of all together.
    pub(super) async fn total(&self, visitor: &Visitor) -> Result<ServiceFigures, Failure> {
        let all = self.by(visitor, ServiceGrouping::Unspecified).await?;
        Ok(all.groups.into_iter().next().unwrap_or_default())
    }

    async fn by(
        &self,
        visitor: &Visitor,
        grouping: ServiceGrouping,
    ) -> Result<GetServiceFiguresResponse, Failure> {
        let request = visitor.request(GetServiceFiguresRequest {
            days: self.span.wire()?,
            group_by: grouping.into(),
            ..GetServiceFiguresRequest::default()
        })?;
        answer(visitor.desk().get_service_figures(request).await)
    }

    fn grouping(&self) -> Result<ServiceGrouping, Failure> {
        let mut fields = Fields::default();
        let grouping = grouping::chosen(&mut fields, &self.group_by);
        parameters::finish(fields)?;
        Ok(grouping)
    }

    /// Tickets opened on these days.
    fn tickets(&self) -> Tickets {
        Tickets {
            from: self.span.from.clone(),
            to: self.span.to.clone(),
            ..Tickets::default()
        }
    }

    /// The key figures; each leads to the groups that it is made of.
    pub(super) fn figures(
        &self,
        total: &ServiceFigures,
        texts: &Texts,
        language: Language,
    ) -> Vec<Figure> {
        let long = |seconds: Option<i64>| -> Vec<Line> {
            let text = seconds.map(|seconds| span(seconds, language));
            text.map(Line::from).into_iter().collect()
        };
        let part = |text: &str| -> Vec<Line> {
            let share = text.parse().ok().map(|value: Decimal| share(value));
            share.map(Line::from).into_iter().collect()
        };
        let groups = Some(self.address());
        let timed = |name, times: Option<&ServiceTimes>| {
            let (median, p90) = (median(times), p90(times));
            let figure = Figure::new(name, long(median), groups.clone());
            match p90 {
                Some(p90) => figure.with_note(format!("{} {}", texts.p90, span(p90, language))),
                None => figure,
            }
        };
        let targets = total.targets.clone().unwrap_or_default();
        let satisfaction = total.satisfaction.clone().unwrap_or_default();
        vec![
            timed(texts.first_response, total.first_response.as_ref()),
            timed(texts.resolution, total.resolution.as_ref()),
            Figure::new(texts.sla, part(&targets.share), groups.clone()).with_note(format!(
                "{} {} · {} {}",
                grouped(targets.met.into()),
                texts.met,
                grouped(targets.missed.into()),
                texts.missed
            )),
            Figure::new(texts.reopen_rate, part(&total.reopen_rate), groups.clone()).with_note(
                format!(
                    "{} {}",
                    grouped(total.reopened.into()),
                    texts.reopened.to_lowercase()
                ),
            ),
            Figure::new(texts.csat, part(&satisfaction.csat), groups).with_note(format!(
                "{} {}",
                grouped(satisfaction.answered.into()),
                texts.answers
            )),
        ]
    }

    /// The table.
    pub(super) async fn table(
        &self,
        visitor: &Visitor,
        figures: &GetServiceFiguresResponse,
        texts: &Texts,
    ) -> Result<Chunk, Failure> {
        let grouping = self.grouping()?;
        let keys = figures.groups.iter().map(|group| group.key.as_str());
        let groups = Groups::of(visitor, grouping, keys).await?;
        let columns = [
            (grouping::name(grouping, texts), Kind::Text),
            (texts.opened, Kind::Number),
            (texts.resolved_count, Kind::Number),
            (texts.reopened, Kind::Number),
            (texts.reopen_rate, Kind::Share),
            (texts.first_response, Kind::Number),
            (texts.first_response_p90, Kind::Number),
            (texts.resolution, Kind::Number),
            (texts.resolution_p90, Kind::Number),
            (texts.sla, Kind::Share),
            (texts.targets_missed, Kind::Number),
            (texts.csat, Kind::Share),
            (texts.answered, Kind::Number),
            (texts.mean_score, Kind::Number),
        ];
        let columns = columns.map(|(name, kind)| Column::new(name, kind));
        let rows = figures.groups.iter();
        let rows = rows.map(|group| self.row(group, &groups, texts));
        Ok(Chunk::whole(columns.into(), rows.collect()))
    }

    fn row(&self, group: &ServiceFigures, groups: &Groups, texts: &Texts) -> Row {
        let span = |seconds: Option<i64>| Cell::from(seconds.map_or(Value::None, Value::Span));
        let (first, resolution) = (group.first_response.as_ref(), group.resolution.as_ref());
        let targets = group.targets.clone().unwrap_or_default();
        let satisfaction = group.satisfaction.clone().unwrap_or_default();
        let own = groups.tickets(&group.key, &Tickets::default());
        let missed = Tickets {
            targets: parameters::set("missed"),
            ..own
        };
        let opened = groups.tickets(&group.key, &self.tickets());
        vec![
            groups.cell(&group.key, &Tickets::default(), texts),
            Cell::count(group.opened).to(opened.address()),
            Cell::count(group.resolved),
            Cell::count(group.reopened),
            Cell::decimal(&group.reopen_rate, Value::Share),
            span(median(first)),
            span(p90(first)),
            span(median(resolution)),
            span(p90(resolution)),
            Cell::decimal(&targets.share, Value::Share),
            Cell::count(targets.missed).to(missed.address()),
            Cell::decimal(&satisfaction.csat, Value::Share),
            Cell::count(satisfaction.answered),
            Cell::decimal(&satisfaction.mean_score, Value::Number),
        ]
    }
}

fn median(times: Option<&ServiceTimes>) -> Option<i64> {
    times?.median.as_ref().map(|length| length.seconds)
}

fn p90(times: Option<&ServiceTimes>) -> Option<i64> {
    times?.p90.as_ref().map(|length| length.seconds)
}

impl List for Desk {
    const PATH: &'static str = "/service/figures";
    const SECTION: Section = Section::Service;

    fn title(&self, language: Language) -> String {
        Texts::of(language).figures.to_owned()
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
        let figures = self.ask(visitor).await?;
        let texts = Texts::of(visitor.language());
        self.table(visitor, &figures, texts).await
    }
}
