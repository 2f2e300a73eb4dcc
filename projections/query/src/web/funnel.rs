//! The funnel (漏斗, R-01) as of any day: what stands in each stage, what became of what came there,
//! and how long it took.

mod charts;
mod day;
mod opportunities;
mod stages;
mod texts;

use askama::Template;
use axum::{Router, extract::Query, response::Html, routing::get};
use guanxi_proto::query::v1::{FunnelGrouping, GetFunnelRequest};
use guanxi_runtime::Fields;
use jiff::{Unit, civil::Date};
use serde::{Deserialize, Serialize};

use super::{
    ask::answer,
    chart::Chart,
    failure::Failure,
    figure::Figure,
    frame::{Frame, Section},
    list::{self, List, render},
    parameters::{self, Parameter},
    session::Visitor,
    site::Site,
};
use crate::days::today;

use day::Day;
use opportunities::Opportunities;
pub(super) use stages::Funnel;
use stages::{Pipeline, Stages};
use texts::Texts;

/// The page, the part of it that a day changes, and the lists.
pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/funnel", get(page))
        .route("/funnel/day", get(day))
        .merge(list::routes::<Stages>())
        .merge(list::routes::<Opportunities>())
}

/// What a funnel is asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Asked {
    pub(super) as_of: Parameter,
    pub(super) pipeline_id: Parameter,
}

#[derive(Template)]
#[template(path = "funnel.html")]
struct Page {
    frame: Frame,
    texts: &'static Texts,
    pipelines: Vec<Pipeline>,
    /// The pipeline that is shown.
    chosen: String,
    slider: Slider,
    day: Day,
}

/// Every day that the funnel can be asked for, counted from the first.
struct Slider {
    first: Date,
    last: Date,
    days: i32,
    chosen: Date,
    place: i32,
}

async fn page(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Html<String>, Failure> {
    let mut fields = Fields::default();
    let as_of = parameters::day(&mut fields, "as_of", &asked.as_of);
    parameters::finish(fields)?;
    let (funnel, slider) =
        tokio::try_join!(Funnel::ask(&visitor, &asked), slider(&visitor, as_of))?;
    render(&Page {
        frame: Frame::of(&visitor, Section::Funnel),
        texts: Texts::of(visitor.language()),
        pipelines: funnel.pipelines.clone(),
        chosen: funnel.chosen.clone().unwrap_or_default(),
        slider,
        day: Day::of(&visitor, &asked, &funnel)?,
    })
}

/// What another day changes.
async fn day(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Html<String>, Failure> {
    let funnel = Funnel::ask(&visitor, &asked).await?;
    render(&Day::of(&visitor, &asked, &funnel)?)
}

/// From the month of the first opportunity to today.
async fn slider(visitor: &Visitor, as_of: Option<Date>) -> Result<Slider, Failure> {
    let request = visitor.request(GetFunnelRequest {
        group_by: FunnelGrouping::Month.into(),
        ..GetFunnelRequest::default()
    })?;
    let months = answer(visitor.funnels().get_funnel(request).await)?;
    let last = today(&visitor.home.zone);
    let months = months
        .groups
        .iter()
        .map(|group| format!("{}-01", group.key));
    let first: Option<Date> = months.filter_map(|month| month.parse().ok()).min();
    let first = first.unwrap_or(last).min(last);
    let chosen = as_of.unwrap_or(last);
    let since = |day: Date| {
        let days = first.until((Unit::Day, day));
        days.map_or(0, |days| days.get_days())
    };
    Ok(Slider {
        first,
        last,
        days: since(last),
        chosen,
        place: since(chosen.clamp(first, last)),
    })
}

/// Where a customer's opportunities are shown.
pub(super) fn of_customer(id: &str) -> String {
    Opportunities::of_customer(id).address()
}

/// Figures and charts of the overview.
pub(super) fn overview(
    visitor: &Visitor,
    funnel: &Funnel,
) -> Result<(Vec<Figure>, Vec<Chart>), Failure> {
    let texts = Texts::of(visitor.language());
    let asked = Asked {
        as_of: None,
        pipeline_id: funnel.chosen.clone(),
    };
    let figures = day::figures(funnel, texts, &asked)?;
    let mut charts = Vec::new();
    if !funnel.stages.is_empty() {
        charts.push(charts::open(funnel, texts, &asked)?);
        charts.push(charts::course(funnel, texts, &asked));
    }
    Ok((figures, charts))
}
