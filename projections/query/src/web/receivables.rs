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
use jiff::civil::Date;

use super::{
    chart::Chart,
    dates::Dates,
    failure::Failure,
    figure::{Figure, Figures},
    frame::{Frame, Section},
    list::{self, Table, render},
    parameters::{self, set},
    session::Visitor,
    site::Site,
};
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

/// Where a customer's account is shown.
pub(super) fn customer(id: &str) -> String {
    customer::Customer::of(&Dates::default(), id).address()
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
