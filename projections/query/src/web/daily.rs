//! The figures of days: key figures of the overview, and what they were day by day.

mod days;
mod texts;

use std::collections::BTreeMap;

use axum::Router;
use guanxi_proto::query::v1::{DailyFigure, DailyFigureKind, GetDailyFiguresResponse};
use jiff::{ToSpan, civil::Date};

use super::{
    chart::{Chart, Point, Series, Shape},
    failure::Failure,
    figure::{Figure, Line},
    format::{self, Amount, grouped, sums},
    language::Language,
    list::{self, List},
    session::Visitor,
    site::Site,
    table::date_of,
};
use crate::days::today;
pub(super) use days::Days;
use texts::Texts;

/// The list.
pub(super) fn routes() -> Router<Site> {
    list::routes::<Days>()
}

/// How many days, with today.
const LENGTH: i64 = 30;

/// What the overview shows of all four services.
const SHOWN: [DailyFigureKind; 10] = [
    DailyFigureKind::CustomersRegistered,
    DailyFigureKind::Interactions,
    DailyFigureKind::OpportunitiesWon,
    DailyFigureKind::OrdersConfirmed,
    DailyFigureKind::Invoiced,
    DailyFigureKind::Received,
    DailyFigureKind::TicketsOpened,
    DailyFigureKind::TicketsResolved,
    DailyFigureKind::MembersEnrolled,
    DailyFigureKind::PointsEarned,
];

/// What the chart draws, a line for each service.
const DRAWN: [(DailyFigureKind, &str); 4] = [
    (DailyFigureKind::CustomersRegistered, "2"),
    (DailyFigureKind::OrdersConfirmed, "1"),
    (DailyFigureKind::TicketsOpened, "bad"),
    (DailyFigureKind::MembersEnrolled, "3"),
];

/// Today and the last thirty days: figures and a chart.
pub(super) async fn overview(
    visitor: &Visitor,
) -> Result<(String, Vec<Figure>, Vec<Chart>), Failure> {
    let texts = Texts::of(visitor.language());
    let last = today(&visitor.home.zone);
    let first = last.saturating_sub((LENGTH - 1).days());
    let all = Days::between(first, last);
    let answer = all.ask(visitor).await?;
    let now = answer.days.iter();
    let now: Vec<DailyFigure> = now
        .filter(|day| date_of(day.day.as_ref()) == Some(last))
        .flat_map(|day| day.figures.clone())
        .collect();
    let figures = SHOWN
        .into_iter()
        .map(|kind| figure(kind, &all, &answer.sum, &now, texts));
    let figures = figures.collect::<Result<_, _>>()?;
    let mut charts = vec![chart(&answer, (first, last), texts, visitor.language())];
    charts.retain(|chart| !chart.is_blank());
    Ok((all.address(), figures, charts))
}

/// How often, over all details.
fn count(figures: &[DailyFigure], kind: DailyFigureKind) -> i64 {
    let same = figures.iter().filter(|figure| figure.figure() == kind);
    same.map(|figure| figure.count).sum()
}

/// How much, in each currency.
fn amounts(figures: &[DailyFigure], kind: DailyFigureKind) -> Result<Vec<Amount>, Failure> {
    let same = figures.iter().filter(|figure| figure.figure() == kind);
    sums(same.filter_map(|figure| figure.amount.as_ref()))
}

/// What a kind comes to in all these days, and what of it today.
fn figure(
    kind: DailyFigureKind,
    days: &Days,
    all: &[DailyFigure],
    now: &[DailyFigure],
    texts: &Texts,
) -> Result<Figure, Failure> {
    let of_today = grouped(count(now, kind).into());
    let (sums, sums_today) = (amounts(all, kind)?, amounts(now, kind)?);
    let lines: Vec<Line> = match sums.is_empty() {
        true => vec![grouped(count(all, kind).into()).into()],
        false => sums.into_iter().map(Line::from).collect(),
    };
    let mut note = format!("{}: {of_today}", texts.today);
    for amount in sums_today {
        note.push_str(" · ");
        note.push_str(&amount.text());
    }
    let address = days.of_kind(kind).address();
    Ok(Figure::new(texts::name(kind, texts), lines, Some(address)).with_note(note))
}

/// How often some things happened each day.
fn chart(
    answer: &GetDailyFiguresResponse,
    (first, last): (Date, Date),
    texts: &Texts,
    language: Language,
) -> Chart {
    let days: Vec<Date> = first
        .series(1.day())
        .take_while(|day| *day <= last)
        .collect();
    let found = answer.days.iter();
    let by_day: BTreeMap<Date, &[DailyFigure]> = found
        .filter_map(|day| Some((date_of(day.day.as_ref())?, &day.figures[..])))
        .collect();
    let series = DRAWN.map(|(kind, colour)| Series {
        name: texts::name(kind, texts).to_owned(),
        colour,
        points: days
            .iter()
            .map(|day| {
                let count = by_day.get(day).map_or(0, |figures| count(figures, kind));
                Some(Point {
                    value: count.into(),
                    text: grouped(count.into()),
                    leads_to: Some(Days::between(*day, *day).of_kind(kind).address()),
                })
            })
            .collect(),
    });
    Chart {
        title: texts.chart.to_owned(),
        shape: Shape::Line,
        stacked: false,
        unit: String::new(),
        categories: days.iter().map(|day| format::day(*day, language)).collect(),
        series: series.into(),
    }
}
