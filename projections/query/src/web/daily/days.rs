//! What every day came to, the latest first.

use std::collections::BTreeMap;

use guanxi_proto::query::v1::{
    DailyFigure, DailyFigureKind, GetDailyFiguresRequest, GetDailyFiguresResponse,
};
use guanxi_runtime::Fields;
use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use super::{LENGTH, Texts, texts};
use crate::{
    days::today,
    web::{
        ask::answer,
        failure::Failure,
        frame::Section,
        language::Language,
        list::{Chunk, List},
        parameters::{self, Parameter, days, listed, text, word},
        points, service,
        session::Visitor,
        table::{Cell, Column, Kind, Row, Value, date_of},
    },
};

/// A row for each day, figure and detail.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::web) struct Days {
    from: Parameter,
    to: Parameter,
    figure: Parameter,
    owner: Parameter,
}

const PREFIX: &str = "DAILY_FIGURE_KIND_";

fn kind_of(word: &str) -> Option<DailyFigureKind> {
    let name = format!("{PREFIX}{}", word.to_ascii_uppercase());
    let kind = DailyFigureKind::from_str_name(&name);
    kind.filter(|kind| *kind != DailyFigureKind::Unspecified)
}

impl Days {
    /// From one to another.
    pub(super) fn between(first: Date, last: Date) -> Self {
        Self {
            from: parameters::set(first.to_string()),
            to: parameters::set(last.to_string()),
            ..Self::default()
        }
    }

    /// Of these, what one figure came to.
    pub(super) fn of_kind(&self, kind: DailyFigureKind) -> Self {
        let word = kind.as_str_name().trim_start_matches(PREFIX);
        Self {
            figure: parameters::set(word.to_ascii_lowercase()),
            ..self.clone()
        }
    }

    /// Asks for them; for the usual ones where no day is given.
    pub(super) async fn ask(&self, visitor: &Visitor) -> Result<GetDailyFiguresResponse, Failure> {
        let last = today(&visitor.home.zone);
        let usual = Self::between(last.saturating_sub((LENGTH - 1).days()), last);
        let given = text(&self.from).is_some() || text(&self.to).is_some();
        let Self { from, to, .. } = if given { self } else { &usual };
        let mut fields = Fields::default();
        let days = days(&mut fields, ("from", from), ("to", to));
        let kind = word(&mut fields, "figure", &self.figure, kind_of);
        parameters::finish(fields)?;
        let request = visitor.request(GetDailyFiguresRequest {
            days,
            owners: listed(&self.owner),
            figures: kind.map(i32::from).into_iter().collect(),
            ..GetDailyFiguresRequest::default()
        })?;
        answer(visitor.dashboards().get_daily_figures(request).await)
    }
}

/// Whether the detail of a figure is a program.
fn is_of_program(kind: DailyFigureKind) -> bool {
    matches!(
        kind,
        DailyFigureKind::MembersEnrolled
            | DailyFigureKind::PointsEarned
            | DailyFigureKind::PointsSpent
            | DailyFigureKind::PointsReturned
            | DailyFigureKind::PointsReversed
            | DailyFigureKind::PointsExpired
    )
}

/// What a figure is told apart by, as a person reads it.
fn detail(figure: &DailyFigure, programs: &BTreeMap<String, String>, language: Language) -> String {
    let texts = Texts::of(language);
    let known = match figure.figure() {
        kind if is_of_program(kind) => programs.get(&figure.detail).map(String::as_str),
        DailyFigureKind::TicketsOpened
        | DailyFigureKind::TicketsResolved
        | DailyFigureKind::TicketsReopened => service::kind_of(&figure.detail)
            .map(|kind| service::kind_name(kind, service::Texts::of(language))),
        DailyFigureKind::TicketsBreached => match figure.detail.as_str() {
            "first_response" => Some(texts.first_response),
            "next_response" => Some(texts.next_response),
            "resolution" => Some(texts.resolution),
            _ => None,
        },
        _ => None,
    };
    known.unwrap_or(&figure.detail).to_owned()
}

impl List for Days {
    const PATH: &'static str = "/days";
    const SECTION: Section = Section::Overview;

    fn title(&self, language: Language) -> String {
        let texts = Texts::of(language);
        let kind = text(&self.figure).and_then(kind_of);
        let name = kind.map(|kind| texts::name(kind, texts));
        name.unwrap_or(texts.title).to_owned()
    }

    fn filters(&self, visitor: &Visitor) -> Vec<(&'static str, String)> {
        let texts = Texts::of(visitor.language());
        parameters::given([
            (texts.from, &self.from),
            (texts.to, &self.to),
            (texts.owner, &self.owner),
        ])
    }

    async fn chunk(
        &self,
        visitor: &Visitor,
        _size: i32,
        _after: Option<&str>,
    ) -> Result<Chunk, Failure> {
        let language = visitor.language();
        let texts = Texts::of(language);
        let answer = self.ask(visitor).await?;
        let programs = match answer.sum.iter().any(|sum| is_of_program(sum.figure())) {
            true => points::program_names(visitor).await?,
            false => BTreeMap::new(),
        };
        let columns = [
            (texts.day, Kind::Day),
            (texts.figure, Kind::Text),
            (texts.detail, Kind::Text),
            (texts.count, Kind::Number),
            (texts.amount, Kind::Money),
            (texts.points, Kind::Number),
        ];
        let columns = columns.map(|(name, kind)| Column::new(name, kind));
        let days = answer.days.iter().rev();
        let rows = days.flat_map(|day| {
            let date = date_of(day.day.as_ref());
            let figures = day.figures.iter();
            figures
                .map(|figure| self.row(date, figure, (&programs, language)))
                .collect::<Vec<_>>()
        });
        let rows = rows.collect::<Result<_, Failure>>()?;
        Ok(Chunk::whole(columns.into(), rows))
    }
}

impl Days {
    fn row(
        &self,
        date: Option<Date>,
        figure: &DailyFigure,
        (programs, language): (&BTreeMap<String, String>, Language),
    ) -> Result<Row, Failure> {
        let kind = figure.figure();
        let name = texts::name(kind, Texts::of(language));
        Ok(vec![
            date.map_or(Value::None, Value::Day).into(),
            Cell::text(name).to(self.of_kind(kind).address()),
            Cell::text(detail(figure, programs, language)),
            Cell::count(figure.count),
            Cell::money(figure.amount.as_ref())?,
            Cell::decimal(&figure.points, Value::Number),
        ])
    }
}
