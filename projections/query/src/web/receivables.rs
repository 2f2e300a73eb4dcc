//! Receivables (应收账款, R-02) as of one day, as they were known on another: ageing, customers, the
//! control account, plan against received, cash flow.

mod ageing;
mod bad_debts;
mod cash_flow;
mod control;
mod customer;
mod customers;
mod items;
mod plan;
mod statement;
mod texts;

use askama::Template;
use axum::{Router, extract::Query, response::Html, routing::get};
use guanxi_proto::google_type;
use guanxi_runtime::Fields;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    chart::Chart,
    failure::Failure,
    figure::{Figure, Figures},
    frame::{Frame, Section},
    list::{self, Table, render},
    parameters::{self, Parameter, date, text},
    session::Visitor,
    site::Site,
};
use crate::days::today;

pub(super) use ageing::Ageing;
pub(super) use cash_flow::CashFlow;
pub(super) use texts::Texts;
use {
    bad_debts::BadDebts, control::Control, customers::Customers, items::Items, plan::Plan,
    statement::Statement,
};

/// The pages and the lists.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/receivables", get(page))
        .route("/receivables/customer", get(customer::page))
        .merge(list::routes::<Ageing>())
        .merge(list::routes::<BadDebts>())
        .merge(list::routes::<CashFlow>())
        .merge(list::routes::<Control>())
        .merge(list::routes::<Customers>())
        .merge(list::routes::<Items>())
        .merge(list::routes::<Plan>())
        .merge(list::routes::<Statement>())
}

/// The two dates of everything about receivables.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Dates {
    pub(super) as_of: Parameter,
    pub(super) as_known_at: Parameter,
}

impl Dates {
    /// As messages hold them.
    fn wire(&self, fields: &mut Fields) -> (Option<google_type::Date>, Option<google_type::Date>) {
        (
            date(fields, "as_of", &self.as_of),
            date(fields, "as_known_at", &self.as_known_at),
        )
    }

    /// The business date; today when none is given.
    fn day(&self, visitor: &Visitor) -> Result<Date, Failure> {
        let mut fields = Fields::default();
        let day = parameters::day(&mut fields, "as_of", &self.as_of);
        parameters::finish(fields)?;
        Ok(day.unwrap_or_else(|| today(&visitor.home.zone)))
    }

    /// What they narrow a list down to.
    fn filters(&self, texts: &Texts) -> Vec<(&'static str, String)> {
        let (as_of, known) = (text(&self.as_of), text(&self.as_known_at));
        let as_of = as_of.map(|day| (texts.as_of, day.to_owned()));
        let known = known.map(|day| (texts.as_known_at, day.to_owned()));
        as_of.into_iter().chain(known).collect()
    }
}

/// A parameter that is set.
fn set(value: impl Into<String>) -> Parameter {
    Some(value.into())
}

#[derive(Template)]
#[template(path = "receivables.html")]
struct Page {
    frame: Frame,
    texts: &'static Texts,
    as_of: Date,
    as_known_at: String,
    figures: Figures,
    agrees: bool,
    nothing: bool,
    charts: Vec<Chart>,
    ageing: Table,
    customers: Table,
    control: Table,
    plan: Table,
    flow: Table,
    bad_debts: Table,
}

/// Rows of a table that goes on elsewhere.
const FEW: i32 = 10;

async fn page(visitor: Visitor, Query(dates): Query<Dates>) -> Result<Html<String>, Failure> {
    let texts = Texts::of(visitor.language());
    let as_of = dates.day(&visitor)?;
    let ageing = Ageing::of(&dates);
    let (control, plan) = (Control::of(&dates), Plan::around(&dates, as_of));
    let flow = CashFlow::of(&dates);
    let customers = Customers::of(&dates);
    let bad_debts = BadDebts::of(&dates);
    let (aged, controlled, planned, flowed, customers, bad_debts) = tokio::try_join!(
        ageing.ask(&visitor),
        control.ask(&visitor),
        plan.ask(&visitor),
        flow.ask(&visitor),
        Table::of(&visitor, &customers, FEW),
        Table::of(&visitor, &bad_debts, FEW),
    )?;
    let mut figures = ageing.figures(&aged, texts)?;
    figures.extend(control.figure(&controlled, texts)?);
    let mut charts = ageing.charts(&aged, texts)?;
    charts.extend(plan.charts(&planned, texts, visitor.language())?);
    charts.extend(flow.charts(&flowed, texts, visitor.language())?);
    charts.retain(|chart| !chart.is_blank());
    render(&Page {
        frame: Frame::of(&visitor, Section::Receivables),
        texts,
        as_of,
        as_known_at: parameters::plain(&dates.as_known_at),
        figures: Figures(figures),
        agrees: controlled.agrees,
        nothing: aged.totals.is_empty(),
        charts,
        ageing: Table::showing(&visitor, &ageing, ageing.table(&aged, texts)?),
        customers,
        control: Table::showing(&visitor, &control, control.table(&controlled, texts)?),
        plan: Table::showing(&visitor, &plan, plan.table(&planned, texts)?),
        flow: Table::showing(&visitor, &flow, flow.table(&flowed, texts)?),
        bad_debts,
    })
}

/// Figures of the overview: what is outstanding, what of it is overdue.
pub(super) async fn overview(visitor: &Visitor) -> Result<(Vec<Figure>, Vec<Chart>), Failure> {
    let texts = Texts::of(visitor.language());
    let ageing = Ageing::of(&Dates::default());
    let flow = CashFlow::of(&Dates::default());
    let (aged, flowed) = tokio::try_join!(ageing.ask(visitor), flow.ask(visitor))?;
    let mut figures = ageing.figures(&aged, texts)?;
    figures.extend(flow.figure(&flowed, texts));
    let mut charts = ageing.charts(&aged, texts)?;
    charts.extend(flow.charts(&flowed, texts, visitor.language())?);
    charts.retain(|chart| !chart.is_blank());
    Ok((figures, charts))
}
