//! A person's work list (我的工作台, R-04): follow-ups, opportunities, tickets by due time, approvals.

mod items;
mod texts;

use askama::Template;
use axum::{Router, extract::Query, response::Html, routing::get};
use guanxi_runtime::Fields;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    failure::Failure,
    figure::{Figure, Figures},
    format::grouped,
    frame::{Frame, Section},
    list::{self, List, Table, render},
    parameters::{self, Parameter, text},
    session::Visitor,
    site::Site,
    table::Tone,
};
use crate::days::today;
use items::{Items, Part, is_late};
use texts::Texts;

/// The page and the list.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/work", get(page))
        .merge(list::routes::<Items>())
}

/// Whose work, and up to when.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Asked {
    person: Parameter,
    until: Parameter,
}

#[derive(Template)]
#[template(path = "work.html")]
struct Page {
    frame: Frame,
    texts: &'static Texts,
    title: String,
    person: String,
    /// Whether other people's work can be asked for.
    manages: bool,
    until: Date,
    figures: Figures,
    nothing: bool,
    tables: Vec<Table>,
}

async fn page(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Html<String>, Failure> {
    let texts = Texts::of(visitor.language());
    let mut fields = Fields::default();
    let until = parameters::day(&mut fields, "until", &asked.until);
    parameters::finish(fields)?;
    let list = Items {
        person: asked.person.clone().filter(|person| !person.is_empty()),
        until: asked.until.clone().filter(|until| !until.is_empty()),
        ..Items::default()
    };
    let items = list.ask(&visitor).await?;
    let late = items.iter().filter(|item| is_late(item)).count();
    let tone = if late == 0 { Tone::Good } else { Tone::Bad };
    let count = |count: usize| vec![grouped(count.into()).into()];
    let mut figures = vec![
        Figure::new(texts.late, count(late), Some(list.late().address())).with_tone(Some(tone)),
    ];
    let mut tables = Vec::new();
    for part in Part::ALL {
        let own = list.of(part);
        let held: Vec<_> = items.iter().filter(|item| part.holds(item)).collect();
        // Only who manages approves anything.
        if held.is_empty() && part == Part::Approvals && !visitor.manages() {
            continue;
        }
        let late = held.iter().filter(|item| is_late(item)).count();
        let figure = Figure::new(part.name(texts), count(held.len()), Some(own.address()));
        figures.push(match late {
            0 => figure,
            late => figure.with_note(format!("{} {}", grouped(late.into()), texts.late_note)),
        });
        let rows = own.table(&visitor, held.into_iter())?;
        tables.push(Table::showing(&visitor, &own, rows));
    }
    let person = text(&asked.person);
    let title = person.map(|person| format!("{} {person}", texts.work_of));
    render(&Page {
        frame: Frame::of(&visitor, Section::Work),
        texts,
        title: title.unwrap_or_else(|| texts.title.to_owned()),
        person: parameters::plain(&asked.person),
        manages: visitor.manages(),
        until: until.unwrap_or_else(|| today(&visitor.home.zone)),
        figures: Figures(figures),
        nothing: items.is_empty(),
        tables,
    })
}
