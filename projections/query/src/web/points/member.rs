//! One member: the balance, the statement of each account, the lots.

use askama::Template;
use axum::{extract::Query, response::Html};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Dates, Lots, Members, Statement, Texts, balance};
use crate::web::{
    failure::Failure,
    figure::{Figure, Figures},
    format::grouped,
    frame::{Frame, Section},
    list::{List, Table, render},
    parameters::{self, Parameter},
    session::Visitor,
    table::Tone,
};

/// Which member, at which dates.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::web) struct Member {
    #[serde(flatten)]
    dates: Dates,
    member_id: Parameter,
}

impl Member {
    /// One at these dates.
    pub(super) fn of(dates: &Dates, id: &str) -> Self {
        Self {
            dates: dates.clone(),
            member_id: parameters::set(id),
        }
    }

    /// The address of the page.
    pub(in crate::web) fn address(&self) -> String {
        parameters::address("/points/member", self)
    }
}

#[derive(Template)]
#[template(path = "points_member.html")]
struct Page {
    frame: Frame,
    texts: &'static Texts,
    name: String,
    filters: Vec<(&'static str, String)>,
    figures: Figures,
    conserves: bool,
    tables: Vec<Table>,
}

/// Rows of a table that goes on elsewhere.
const SOME: i32 = 25;

pub(super) async fn page(
    visitor: Visitor,
    Query(asked): Query<Member>,
) -> Result<Html<String>, Failure> {
    let texts = Texts::of(visitor.language());
    let Some(id) = parameters::text(&asked.member_id) else {
        let problem = ("member_id".to_owned(), "is required".to_owned());
        return Err(Failure::Bad(vec![problem]));
    };
    let dates = &asked.dates;
    let own = Members {
        member_id: parameters::set(id),
        ..Members::of(dates)
    };
    let (statement, tier) = (Statement::of(dates, id), Statement::of_tier(dates, id));
    let lots = Lots::of(dates, id);
    let (own, lines, lot_rows, tier_lines) = tokio::try_join!(
        own.ask(&visitor, 1, None),
        Table::of(&visitor, &statement, SOME),
        Table::of(&visitor, &lots, SOME),
        Table::of(&visitor, &tier, SOME),
    )?;
    let own = own.balances.first().cloned().unwrap_or_default();
    let points = own.points.clone().unwrap_or_default();
    let number = |text: &str| {
        let number: Decimal = text.parse().unwrap_or_default();
        vec![grouped(number).into()]
    };
    let below = points
        .debt
        .parse()
        .is_ok_and(|debt: Decimal| !debt.is_zero());
    let state = |state: &str| {
        let lots = Lots {
            state: parameters::set(state),
            ..lots.clone()
        };
        Some(lots.address())
    };
    let line = Some(statement.address());
    let tier_points = own.tier_points.clone().unwrap_or_default();
    let tier_name = match own.tier.as_str() {
        "" => texts.no_tier,
        tier => tier,
    };
    let mut filters = dates.filters(&visitor);
    let others = [
        (texts.number, &own.member_number),
        (texts.program, &own.program_name),
    ];
    let others = others.into_iter().filter(|(_, value)| !value.is_empty());
    filters.extend(others.map(|(name, value)| (name, value.clone())));
    let name = balance::member(&own.customer_name, &own.member_number, texts).to_owned();
    render(&Page {
        frame: Frame::of(&visitor, Section::Points),
        texts,
        name,
        filters,
        figures: Figures(vec![
            Figure::new(texts.active, number(&points.active), state("active"))
                .with_tone(below.then_some(Tone::Bad)),
            Figure::new(texts.pending, number(&points.pending), state("pending")),
            Figure::new(texts.earned, number(&points.earned), line.clone()),
            Figure::new(texts.spent, number(&points.spent), line),
            Figure::new(
                texts.tier_points,
                number(&tier_points.points),
                Some(tier.address()),
            )
            .with_note(format!("{}: {tier_name}", texts.tier)),
        ]),
        // Nothing is known of a member to whose points nothing happened, so nothing is wrong.
        conserves: own.conserves || own.member_id.is_empty(),
        tables: vec![lines, lot_rows, tier_lines],
    })
}
