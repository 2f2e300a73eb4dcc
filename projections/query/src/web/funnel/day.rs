//! What a funnel shows of one day: the part of the page that the slider changes.

use askama::Template;
use rust_decimal::Decimal;

use super::{Asked, Funnel, Opportunities, Stages, Texts, charts};
use crate::web::{
    chart::Chart,
    failure::Failure,
    figure::{Figure, Figures},
    format::{Amount, grouped, share},
    list::{List, Table},
    session::Visitor,
};

/// Figures, charts and the table of the stages.
#[derive(Template)]
#[template(path = "funnel_day.html")]
pub(in crate::web) struct Day {
    texts: &'static Texts,
    figures: Figures,
    charts: Vec<Chart>,
    stages: Table,
    empty: bool,
}

impl Day {
    /// Of a funnel.
    pub(super) fn of(visitor: &Visitor, asked: &Asked, funnel: &Funnel) -> Result<Self, Failure> {
        let texts = Texts::of(visitor.language());
        let asked = Asked {
            as_of: asked.as_of.clone(),
            pipeline_id: funnel.chosen.clone(),
        };
        let stages = Stages {
            as_of: asked.as_of.clone(),
            pipeline_id: asked.pipeline_id.clone(),
        };
        let table = funnel.table(texts, &asked)?;
        Ok(Self {
            texts,
            figures: Figures(figures(funnel, texts, &asked)?),
            charts: vec![
                charts::open(funnel, texts, &asked)?,
                charts::course(funnel, texts, &asked),
                charts::time(funnel, texts, &asked),
            ],
            stages: Table::showing(visitor, &stages, table),
            empty: funnel.stages.is_empty(),
        })
    }
}

/// The totals of all stages.
pub(in crate::web) fn figures(
    funnel: &Funnel,
    texts: &Texts,
    asked: &Asked,
) -> Result<Vec<Figure>, Failure> {
    let (open, open_sums) = funnel.total(|stage| stage.open.as_ref())?;
    let (won, won_sums) = funnel.total(|stage| stage.won.as_ref())?;
    let (lost, lost_sums) = funnel.total(|stage| stage.lost.as_ref())?;
    let figure = |name, count: i64, sums: &[Amount], status| {
        let list = Opportunities::with(status, asked);
        let sums: Vec<String> = sums.iter().map(|sum| sum.text()).collect();
        let count = grouped(count.into());
        Figure::new(name, vec![count.into()], Some(list.address())).with_note(sums.join(" · "))
    };
    let rate = Decimal::from(won).checked_div(Decimal::from(won + lost));
    let rate = rate.map_or_else(|| "–".to_owned(), share);
    Ok(vec![
        figure(texts.open, open, &open_sums, "open"),
        figure(texts.won, won, &won_sums, "won"),
        figure(texts.lost, lost, &lost_sums, "lost"),
        Figure::new(texts.win_rate, vec![rate.into()], None),
    ])
}
