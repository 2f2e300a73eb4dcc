//! One customer: what is open, and the statement.

use askama::Template;
use axum::{extract::Query, response::Html};
use serde::{Deserialize, Serialize};

use super::{Customers, Dates, Items, Statement, Texts, ageing::Sums, set};
use crate::web::{
    ask::answer,
    failure::Failure,
    figure::{Figure, Figures},
    frame::{Frame, Section},
    list::{List, Table, render},
    parameters::{self, Parameter},
    session::Visitor,
};

/// Which customer, at which dates.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Customer {
    #[serde(flatten)]
    dates: Dates,
    customer_id: Parameter,
}

impl Customer {
    /// One at these dates.
    pub(super) fn of(dates: &Dates, id: &str) -> Self {
        Self {
            dates: dates.clone(),
            customer_id: set(id),
        }
    }

    /// The address of the page.
    pub(super) fn address(&self) -> String {
        parameters::address("/receivables/customer", self)
    }
}

#[derive(Template)]
#[template(path = "customer.html")]
struct Page {
    frame: Frame,
    texts: &'static Texts,
    name: String,
    filters: Vec<(&'static str, String)>,
    figures: Figures,
    ageing: Table,
    items: Table,
    statement: Table,
}

/// Rows of a table that goes on elsewhere.
const SOME: i32 = 25;

pub(super) async fn page(
    visitor: Visitor,
    Query(asked): Query<Customer>,
) -> Result<Html<String>, Failure> {
    let texts = Texts::of(visitor.language());
    let Some(id) = parameters::text(&asked.customer_id) else {
        let problem = ("customer_id".to_owned(), "is required".to_owned());
        return Err(Failure::Bad(vec![problem]));
    };
    let dates = asked.dates.clone();
    let ageing = Customers {
        customer_id: set(id),
        ..Customers::of(&dates)
    };
    let items = Items {
        customer_id: set(id),
        ..Items::of(&dates)
    };
    let statement = Statement::of(&dates, id);
    let request = visitor.request(ageing.message()?)?;
    let mut receivables = visitor.receivables();
    let aged = async { answer(receivables.get_ageing(request).await) };
    let (aged, ageing, open, lines) = tokio::try_join!(
        aged,
        Table::of(&visitor, &ageing, SOME),
        Table::of(&visitor, &items, SOME),
        Table::of(&visitor, &statement, SOME),
    )?;
    let sums = Sums::of(aged.groups.iter().map(|group| group.figures.as_ref()))?;
    let name = aged.groups.first().map(|group| group.name.clone());
    let name = name.filter(|name| !name.is_empty());
    let to_items = Some(items.address());
    render(&Page {
        frame: Frame::of(&visitor, Section::Receivables),
        texts,
        name: name.unwrap_or_else(|| format!("{} {id}", texts.customer)),
        filters: dates.filters(&visitor),
        figures: Figures(vec![
            Figure::new(texts.outstanding, sums.outstanding, to_items.clone()),
            Figure::new(texts.overdue, sums.overdue, to_items).with_tone(sums.late),
        ]),
        ageing,
        items: open,
        statement: lines,
    })
}
