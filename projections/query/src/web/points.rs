//! Points (积分, R-03) as of any day: where those of each program are, what they come to in money,
//! what expires, and the statement of each member.

mod balance;
mod expiring;
mod liability;
mod lots;
mod member;
mod members;
mod months;
mod programs;
mod statement;
mod texts;

use std::collections::BTreeMap;

use askama::Template;
use axum::{Router, extract::Query, response::Html, routing::get};
use guanxi_runtime::Fields;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    chart::Chart,
    dates::Dates,
    failure::Failure,
    figure::Figures,
    frame::{Frame, Section},
    list::{self, Table, render},
    parameters::{self, Parameter},
    session::Visitor,
    site::Site,
};

use {
    expiring::Expiring, liability::Liability, lots::Lots, members::Members, months::Months,
    programs::Programs, statement::Statement, texts::Texts,
};

/// The pages and the lists.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/points", get(page))
        .route("/points/member", get(member::page))
        .merge(list::routes::<Expiring>())
        .merge(list::routes::<Liability>())
        .merge(list::routes::<Lots>())
        .merge(list::routes::<Members>())
        .merge(list::routes::<Months>())
        .merge(list::routes::<Programs>())
        .merge(list::routes::<Statement>())
}

/// What the page is asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Asked {
    #[serde(flatten)]
    dates: Dates,
    within: Parameter,
}

#[derive(Template)]
#[template(path = "points.html")]
struct Page {
    frame: Frame,
    texts: &'static Texts,
    as_of: Date,
    as_known_at: String,
    within: i32,
    figures: Figures,
    conserves: bool,
    nothing: bool,
    charts: Vec<Chart>,
    tables: Vec<Table>,
}

impl Page {
    /// How far ahead one can look, and whether that is how far one looks.
    fn choices(&self) -> [(i32, bool); 3] {
        months::CHOICES.map(|days| (days, days == self.within))
    }
}

/// Where a member's points are shown.
pub(super) fn member(id: &str) -> String {
    member::Member::of(&Dates::default(), id).address()
}

/// What programs are called whose members have had points, by their ids.
pub(super) async fn program_names(visitor: &Visitor) -> Result<BTreeMap<String, String>, Failure> {
    let programs = Programs::of(&Dates::default()).ask(visitor).await?;
    let named = programs.totals.into_iter();
    let named = named.filter(|program| !program.program_name.is_empty());
    Ok(named
        .map(|one| (one.program_id, one.program_name))
        .collect())
}

/// Rows of a table that goes on elsewhere.
const FEW: i32 = 10;

async fn page(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Html<String>, Failure> {
    let texts = Texts::of(visitor.language());
    let dates = &asked.dates;
    let mut fields = Fields::default();
    let within = months::ahead(&mut fields, &asked.within);
    dates.wire(&mut fields);
    parameters::finish(fields)?;
    let as_of = dates.day(&visitor)?;
    let (programs, liability) = (Programs::of(dates), Liability::of(dates));
    let (months, expiring) = (Months::of(dates, within), Expiring::of(dates, within));
    let members = Members::of(dates);
    let (balances, owed, ending, members, soon) = tokio::try_join!(
        programs.ask(&visitor),
        liability.ask(&visitor),
        months.ask(&visitor),
        Table::of(&visitor, &members, FEW),
        Table::of(&visitor, &expiring, FEW),
    )?;
    let totals = Months::totals(&ending);
    let mut figures = vec![
        liability.figure(&owed, texts)?,
        expiring.figure(texts.expiring_points, &totals, texts)?,
    ];
    figures.extend(programs.figures(&balances, texts));
    let mut charts = vec![
        programs.chart(&balances, texts)?,
        months.chart(&ending, texts, visitor.language()),
    ];
    charts.retain(|chart| !chart.is_blank());
    render(&Page {
        frame: Frame::of(&visitor, Section::Points),
        texts,
        as_of,
        as_known_at: parameters::plain(&dates.as_known_at),
        within,
        figures: Figures(figures),
        conserves: balances.conserves,
        nothing: balances.totals.is_empty(),
        charts,
        tables: vec![
            Table::showing(&visitor, &programs, programs.table(&balances, texts)?),
            Table::showing(&visitor, &liability, liability.table(&owed, texts)?),
            members,
            soon,
            Table::showing(&visitor, &months, months.table(&ending, texts)?),
        ],
    })
}
