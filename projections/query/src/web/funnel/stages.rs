//! The stages of one pipeline.

use std::collections::BTreeSet;

use guanxi_proto::{
    query::v1::{FunnelStage, GetFunnelRequest},
    types::v1::CountAndSums,
};
use guanxi_runtime::Fields;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Asked, Opportunities, Texts};
use crate::web::{
    ask::answer,
    failure::Failure,
    format::{Amount, rounded},
    frame::Section,
    language::Language,
    list::{Chunk, List},
    parameters::{self, Parameter, date},
    session::Visitor,
    table::{Cell, Column, Kind, Row, Value},
};

/// A pipeline to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web) struct Pipeline {
    pub(in crate::web) id: String,
    pub(in crate::web) name: String,
}

/// The stages of the pipeline that was chosen, and which others there are.
pub(in crate::web) struct Funnel {
    pub(in crate::web) pipelines: Vec<Pipeline>,
    /// `None` when there is none.
    pub(in crate::web) chosen: Option<String>,
    pub(in crate::web) stages: Vec<FunnelStage>,
}

fn count(tally: Option<&CountAndSums>) -> i64 {
    tally.map_or(0, |tally| tally.count)
}

impl Funnel {
    /// The funnel of the pipeline that is asked for, else of the one with the most in it.
    pub(in crate::web) async fn ask(visitor: &Visitor, asked: &Asked) -> Result<Self, Failure> {
        let mut fields = Fields::default();
        let as_of = date(&mut fields, "as_of", &asked.as_of);
        parameters::finish(fields)?;
        let request = visitor.request(GetFunnelRequest {
            as_of,
            ..GetFunnelRequest::default()
        })?;
        let funnel = answer(visitor.funnels().get_funnel(request).await)?;
        let stages = funnel.groups.into_iter().flat_map(|group| group.stages);
        let mut stages: Vec<FunnelStage> = stages.collect();
        let mut pipelines: Vec<(Pipeline, i64)> = Vec::new();
        for stage in &stages {
            let all = [&stage.open, &stage.won, &stage.lost];
            let all: i64 = all.map(|tally| count(tally.as_ref())).iter().sum();
            match pipelines.last_mut() {
                Some((last, sum)) if last.id == stage.pipeline_id => *sum += all,
                _ => pipelines.push((
                    Pipeline {
                        id: stage.pipeline_id.clone(),
                        name: stage.pipeline_name.clone(),
                    },
                    all,
                )),
            }
        }
        let chosen = match parameters::text(&asked.pipeline_id) {
            Some(id) if pipelines.iter().any(|(pipeline, _)| pipeline.id == id) => {
                Some(id.to_owned())
            }
            Some(_) => {
                let problem = (
                    "pipeline_id".to_owned(),
                    "is no pipeline of yours".to_owned(),
                );
                return Err(Failure::Bad(vec![problem]));
            }
            None => {
                let fullest = pipelines.iter().rev().max_by_key(|(_, sum)| *sum);
                fullest.map(|(pipeline, _)| pipeline.id.clone())
            }
        };
        stages.retain(|stage| Some(&stage.pipeline_id) == chosen.as_ref());
        Ok(Self {
            pipelines: pipelines
                .into_iter()
                .map(|(pipeline, _)| pipeline)
                .collect(),
            chosen,
            stages,
        })
    }

    /// How many of all stages, and how much in each currency.
    pub(in crate::web) fn total(
        &self,
        of: impl Fn(&FunnelStage) -> Option<&CountAndSums>,
    ) -> Result<(i64, Vec<Amount>), Failure> {
        let (mut sum, mut amounts): (i64, Vec<Amount>) = (0, Vec::new());
        for tally in self.stages.iter().filter_map(of) {
            sum += tally.count;
            for money in &tally.sums {
                let amount = Amount::of(money)?;
                let same = |known: &&mut Amount| known.currency == amount.currency;
                match amounts.iter_mut().find(same) {
                    Some(known) => known.value += amount.value,
                    None => amounts.push(amount),
                }
            }
        }
        Ok((sum, amounts))
    }

    /// The table of the stages, with links to the opportunities in each.
    pub(in crate::web) fn table(&self, texts: &Texts, asked: &Asked) -> Result<Chunk, Failure> {
        let currencies: BTreeSet<&str> = self
            .stages
            .iter()
            .flat_map(|stage| stage.open.iter().flat_map(|tally| &tally.sums))
            .map(|sum| sum.currency_code.as_str())
            .collect();
        let mut columns = vec![
            Column::new(texts.stage, Kind::Text),
            Column::new(texts.open, Kind::Number),
        ];
        for currency in &currencies {
            let name = match currencies.len() {
                1 => texts.open_amount.to_owned(),
                _ => format!("{} {currency}", texts.open_amount),
            };
            columns.push(Column::new(name, Kind::Money));
        }
        columns.extend([
            Column::new(texts.won, Kind::Number),
            Column::new(texts.lost, Kind::Number),
            Column::new(texts.entered, Kind::Number),
            Column::new(texts.to_next, Kind::Share),
            Column::new(texts.to_won, Kind::Share),
            Column::new(texts.drop_out, Kind::Share),
            Column::new(texts.median, Kind::Number),
            Column::new(texts.p90, Kind::Number),
        ]);
        let rows = self
            .stages
            .iter()
            .map(|stage| row(stage, &currencies, asked));
        let rows = rows.collect::<Result<_, _>>()?;
        Ok(Chunk::whole(columns, rows))
    }
}

fn row(stage: &FunnelStage, currencies: &BTreeSet<&str>, asked: &Asked) -> Result<Row, Failure> {
    let tally = |tally: Option<&CountAndSums>, status| {
        let list = Opportunities::in_stage(stage, status, asked);
        Cell::count(count(tally)).to(list.address())
    };
    let list = Opportunities::in_stage(stage, "", asked);
    let mut row = vec![
        Cell::text(&stage.name).to(list.address()),
        tally(stage.open.as_ref(), "open"),
    ];
    for currency in currencies {
        let sums = stage.open.iter().flat_map(|tally| &tally.sums);
        let sum = sums.clone().find(|sum| sum.currency_code == *currency);
        row.push(Cell::money(sum)?);
    }
    let days = |length: Option<&prost_types::Duration>| {
        length.map_or(Value::None, |length| Value::Number(in_days(length)))
    };
    row.extend([
        tally(stage.won.as_ref(), "won"),
        tally(stage.lost.as_ref(), "lost"),
        Cell::count(stage.entered),
        Cell::decimal(&stage.conversion_to_next, Value::Share),
        Cell::decimal(&stage.conversion_to_won, Value::Share),
        Cell::decimal(&stage.drop_out, Value::Share),
        days(stage.median_time.as_ref()).into(),
        days(stage.p90_time.as_ref()).into(),
    ]);
    Ok(row)
}

/// A length of time in days, with one place.
pub(super) fn in_days(length: &prost_types::Duration) -> Decimal {
    rounded(Decimal::from(length.seconds) / Decimal::from(86_400), 1)
}

/// The stages as a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::web) struct Stages {
    pub(in crate::web) as_of: Parameter,
    pub(in crate::web) pipeline_id: Parameter,
}

impl Stages {
    fn asked(&self) -> Asked {
        Asked {
            as_of: self.as_of.clone(),
            pipeline_id: self.pipeline_id.clone(),
        }
    }
}

impl List for Stages {
    const PATH: &'static str = "/funnel/stages";
    const SECTION: Section = Section::Funnel;

    fn title(&self, language: Language) -> String {
        Texts::of(language).stages.to_owned()
    }

    fn filters(&self, visitor: &Visitor) -> Vec<(&'static str, String)> {
        let texts = Texts::of(visitor.language());
        let as_of = parameters::text(&self.as_of);
        as_of
            .map(|day| (texts.as_of, day.to_owned()))
            .into_iter()
            .collect()
    }

    async fn chunk(
        &self,
        visitor: &Visitor,
        _size: i32,
        _after: Option<&str>,
    ) -> Result<Chunk, Failure> {
        let asked = self.asked();
        let funnel = Funnel::ask(visitor, &asked).await?;
        funnel.table(Texts::of(visitor.language()), &asked)
    }
}
