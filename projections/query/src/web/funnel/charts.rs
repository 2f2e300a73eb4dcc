//! The funnel's charts.

use guanxi_proto::{query::v1::FunnelStage, types::v1::CountAndSums};
use rust_decimal::Decimal;

use super::{Asked, Funnel, Opportunities, Texts, stages::in_days};
use crate::web::{
    chart::{Chart, Point, Series, Shape},
    failure::Failure,
    format::{Amount, grouped},
    list::List,
};

/// What is open in each stage.
pub(in crate::web) fn open(
    funnel: &Funnel,
    texts: &Texts,
    asked: &Asked,
) -> Result<Chart, Failure> {
    let point = |stage: &FunnelStage| {
        let tally = stage.open.clone().unwrap_or_default();
        let point = Point {
            value: tally.count.into(),
            text: counted(&tally)?,
            leads_to: Some(Opportunities::in_stage(stage, "open", asked).address()),
        };
        Ok(Some(point))
    };
    let series = Series {
        name: texts.open.to_owned(),
        colour: "1",
        points: funnel
            .stages
            .iter()
            .map(point)
            .collect::<Result<_, Failure>>()?,
    };
    let (title, unit) = (texts.chart_open, texts.count);
    Ok(chart(funnel, Shape::Row, (title, unit), vec![series]))
}

/// How many, and how much.
fn counted(tally: &CountAndSums) -> Result<String, Failure> {
    let mut text = grouped(tally.count.into());
    for sum in &tally.sums {
        text.push_str(" · ");
        text.push_str(&Amount::of(sum)?.text());
    }
    Ok(text)
}

/// What became of what came to each stage.
pub(super) fn course(funnel: &Funnel, texts: &Texts, asked: &Asked) -> Chart {
    let series = |name: &str, colour, of: fn(&FunnelStage) -> i64| Series {
        name: name.to_owned(),
        colour,
        points: funnel
            .stages
            .iter()
            .map(|stage| {
                Some(Point {
                    value: of(stage).into(),
                    text: grouped(of(stage).into()),
                    leads_to: Some(Opportunities::in_stage(stage, "", asked).address()),
                })
            })
            .collect(),
    };
    let all = vec![
        series(texts.entered, "1", |stage| stage.entered),
        series(texts.went_on, "2", |stage| stage.advanced),
        series(texts.won, "good", |stage| stage.entered_won),
        series(texts.lost, "bad", |stage| stage.dropped),
    ];
    chart(funnel, Shape::Bar, (texts.chart_course, texts.count), all)
}

/// How long stays last.
pub(super) fn time(funnel: &Funnel, texts: &Texts, asked: &Asked) -> Chart {
    type Length = fn(&FunnelStage) -> Option<&prost_types::Duration>;
    let series = |name: &str, colour, of: Length| Series {
        name: name.to_owned(),
        colour,
        points: funnel
            .stages
            .iter()
            .map(|stage| {
                let days: Decimal = of(stage).map(in_days)?;
                Some(Point {
                    value: days,
                    text: format!("{} {}", grouped(days), texts.days),
                    leads_to: Some(Opportunities::in_stage(stage, "", asked).address()),
                })
            })
            .collect(),
    };
    let all = vec![
        series(texts.typical, "3", |stage| stage.median_time.as_ref()),
        series(texts.slow, "4", |stage| stage.p90_time.as_ref()),
    ];
    chart(funnel, Shape::Bar, (texts.chart_time, texts.days), all)
}

fn chart(funnel: &Funnel, shape: Shape, (title, unit): (&str, &str), series: Vec<Series>) -> Chart {
    Chart {
        title: title.to_owned(),
        shape,
        stacked: false,
        unit: unit.to_owned(),
        categories: funnel
            .stages
            .iter()
            .map(|stage| stage.name.clone())
            .collect(),
        series,
    }
}
