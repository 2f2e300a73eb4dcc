//! The service desk (服务, R-06): what waits now, and on the days that are asked for what came in and
//! went out, how soon and how well.

mod backlog;
mod desk;
mod grouping;
mod span;
mod texts;
mod tickets;
mod volumes;
mod words;

use askama::Template;
use axum::{Router, extract::Query, response::Html, routing::get};
use guanxi_runtime::Fields;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    chart::Chart,
    failure::Failure,
    figure::Figures,
    frame::{Choice, Frame, Section},
    list::{self, Table, render},
    parameters::{self, Parameter},
    session::Visitor,
    site::Site,
};

pub(super) use texts::{Texts, kind as kind_name, priority as priority_name};
pub(super) use tickets::Tickets;
pub(super) use words::{kind as kind_of, priority as priority_of};
use {backlog::Backlog, desk::Desk, span::Span, volumes::Volumes};

/// The page and the lists.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/service", get(page))
        .merge(list::routes::<Backlog>())
        .merge(list::routes::<Desk>())
        .merge(list::routes::<Tickets>())
        .merge(list::routes::<Volumes>())
}

/// What the page is asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Asked {
    days: Parameter,
    to: Parameter,
    group_by: Parameter,
}

#[derive(Template)]
#[template(path = "service.html")]
struct Page {
    frame: Frame,
    texts: &'static Texts,
    days: i32,
    to: Date,
    groupings: Vec<Choice>,
    figures: Figures,
    nothing: bool,
    charts: Vec<Chart>,
    tables: Vec<Table>,
}

impl Page {
    /// How many days can be chosen, and whether they are.
    fn choices(&self) -> [(i32, bool); 4] {
        span::CHOICES.map(|days| (days, days == self.days))
    }
}

/// Rows of a table that goes on elsewhere.
const FEW: i32 = 10;

async fn page(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Html<String>, Failure> {
    let texts = Texts::of(visitor.language());
    let mut fields = Fields::default();
    let days = parameters::word(&mut fields, "days", &asked.days, |word| {
        let days = word.parse().ok()?;
        span::CHOICES.contains(&days).then_some(days)
    });
    let days = days.unwrap_or(span::USUAL);
    let to = parameters::day(&mut fields, "to", &asked.to);
    let chosen = grouping::chosen(&mut fields, &asked.group_by);
    parameters::finish(fields)?;
    let to = match to {
        Some(to) => to,
        None => span::last_day(&visitor).await?,
    };
    let mut groupings = Vec::new();
    let mut word = "";
    for (code, of) in grouping::CHOICES {
        let (name, current) = (grouping::name(of, texts), of == chosen);
        if current {
            word = code;
        }
        groupings.push(Choice {
            code,
            name,
            current,
        });
    }
    let span = Span::until(to, days);
    let backlog = Backlog {
        group_by: parameters::set(word),
    };
    let (desk, volumes) = (Desk::of(&span, word), Volumes::of(&span));
    let newest = Tickets::default();
    let (waiting, moved, total, by_group, newest) = tokio::try_join!(
        backlog.ask(&visitor),
        volumes.ask(&visitor),
        desk.total(&visitor),
        desk.ask(&visitor),
        Table::of(&visitor, &newest, FEW),
    )?;
    let mut figures = vec![backlog.figure(&visitor, &waiting, texts)];
    figures.extend(desk.figures(&total, texts, visitor.language()));
    let mut charts = vec![volumes.chart(&moved, texts, visitor.language())];
    charts.extend(Backlog::charts(&visitor, &waiting, texts));
    charts.retain(|chart| !chart.is_blank());
    let (waiting_rows, figure_rows) = tokio::try_join!(
        backlog.table(&visitor, &waiting, texts),
        desk.table(&visitor, &by_group, texts),
    )?;
    render(&Page {
        frame: Frame::of(&visitor, Section::Service),
        texts,
        days,
        to,
        groupings,
        figures: Figures(figures),
        nothing: newest.is_empty(),
        charts,
        tables: vec![
            Table::showing(&visitor, &desk, figure_rows),
            Table::showing(&visitor, &backlog, waiting_rows),
            newest,
            Table::showing(&visitor, &volumes, volumes.table(&moved, texts)),
        ],
    })
}
