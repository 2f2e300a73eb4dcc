//! The opportunities behind a figure of the funnel.

use guanxi_proto::query::v1::{
    FunnelStage, ListOpportunitiesRequest, Opportunity, OpportunityFilter, OpportunityStatus,
};
use guanxi_runtime::Fields;
use serde::{Deserialize, Serialize};

use super::{Asked, Texts};
use crate::web::{
    ask::answer,
    failure::Failure,
    frame::Section,
    language::Language,
    list::{Chunk, List},
    parameters::{self, Parameter, date, listed, plain, text, word},
    session::Visitor,
    table::{Cell, Column, Kind, Row, Tone, Value},
};

/// Opportunities as they stood at the end of a day, newest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::web) struct Opportunities {
    as_of: Parameter,
    pipeline_id: Parameter,
    stage: Parameter,
    status: Parameter,
    owner: Parameter,
    customer_id: Parameter,
    rotting: Parameter,
}

impl Opportunities {
    /// Those that stand in a stage with an outcome; an empty one is any.
    pub(super) fn in_stage(stage: &FunnelStage, status: &str, asked: &Asked) -> Self {
        Self {
            pipeline_id: Some(stage.pipeline_id.clone()),
            stage: Some(stage.stage.clone()),
            ..Self::with(status, asked)
        }
    }

    /// Those of the pipeline that is asked for, with an outcome.
    pub(super) fn with(status: &str, asked: &Asked) -> Self {
        Self {
            as_of: asked.as_of.clone().filter(|day| !day.is_empty()),
            pipeline_id: asked.pipeline_id.clone(),
            status: Some(status.to_owned()).filter(|status| !status.is_empty()),
            ..Self::default()
        }
    }

    /// A customer's.
    pub(super) fn of_customer(id: &str) -> Self {
        Self {
            customer_id: Some(id.to_owned()),
            ..Self::default()
        }
    }

    fn message(&self) -> Result<ListOpportunitiesRequest, Failure> {
        let mut fields = Fields::default();
        let as_of = date(&mut fields, "as_of", &self.as_of);
        let status = word(&mut fields, "status", &self.status, status_of);
        let rotting = word(&mut fields, "rotting", &self.rotting, |word| {
            matches!(word, "true").then_some(true)
        });
        parameters::finish(fields)?;
        let filter = OpportunityFilter {
            pipeline_id: plain(&self.pipeline_id),
            owners: listed(&self.owner),
            ..OpportunityFilter::default()
        };
        Ok(ListOpportunitiesRequest {
            as_of,
            filter: Some(filter),
            stages: listed(&self.stage),
            statuses: status.map(i32::from).into_iter().collect(),
            customer_id: plain(&self.customer_id),
            rotting: rotting.unwrap_or_default(),
            ..ListOpportunitiesRequest::default()
        })
    }
}

fn status_of(word: &str) -> Option<OpportunityStatus> {
    match word {
        "open" => Some(OpportunityStatus::Open),
        "won" => Some(OpportunityStatus::Won),
        "lost" => Some(OpportunityStatus::Lost),
        _ => None,
    }
}

impl List for Opportunities {
    const PATH: &'static str = "/funnel/opportunities";
    const SECTION: Section = Section::Funnel;

    fn title(&self, language: Language) -> String {
        Texts::of(language).opportunities.to_owned()
    }

    fn filters(&self, visitor: &Visitor) -> Vec<(&'static str, String)> {
        let texts = Texts::of(visitor.language());
        let status = text(&self.status).and_then(status_of);
        let status = status.map(|status| mark(status, texts).1.to_owned());
        let own = |parameter| text(parameter).map(str::to_owned);
        let rotting = text(&self.rotting).map(|_| String::new());
        let all = [
            (texts.as_of, own(&self.as_of)),
            (texts.stage, own(&self.stage)),
            (texts.status, status),
            (texts.owner, own(&self.owner)),
            (texts.rotting_only, rotting),
        ];
        let given = all
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        given.collect()
    }

    async fn chunk(
        &self,
        visitor: &Visitor,
        size: i32,
        after: Option<&str>,
    ) -> Result<Chunk, Failure> {
        let texts = Texts::of(visitor.language());
        let mut message = self.message()?;
        message.page = Some(parameters::page(size, after));
        let request = visitor.request(message)?;
        let page = answer(visitor.funnels().list_opportunities(request).await)?;
        let columns = [
            (texts.title_of, Kind::Text),
            (texts.stage, Kind::Text),
            (texts.status, Kind::Text),
            (texts.amount, Kind::Money),
            (texts.owner, Kind::Text),
            (texts.team, Kind::Text),
            (texts.source, Kind::Text),
            (texts.created, Kind::Moment),
            (texts.stage_since, Kind::Moment),
            (texts.expected, Kind::Day),
            (texts.closed, Kind::Moment),
            (texts.reason, Kind::Text),
            (texts.rotting, Kind::Moment),
        ];
        let columns = columns.map(|(name, kind)| Column::new(name, kind));
        let rows = page.opportunities.iter().map(|one| self.row(one, texts));
        let rows = rows.collect::<Result<_, _>>()?;
        Ok(Chunk::of(columns.into(), rows, page.next_page_token))
    }
}

impl Opportunities {
    fn row(&self, one: &Opportunity, texts: &Texts) -> Result<Row, Failure> {
        let status = mark(one.status(), texts);
        let narrowed = |change: &dyn Fn(&mut Self)| {
            let mut list = self.clone();
            change(&mut list);
            list.address()
        };
        let of_owner = narrowed(&|list| list.owner = Some(one.owner.clone()));
        Ok(vec![
            Cell::text(&one.title),
            Cell::text(&one.stage),
            Value::Mark(status.0, status.1).into(),
            Cell::money(one.amount.as_ref())?,
            Cell::text(&one.owner).to(of_owner),
            Cell::text(&one.team),
            Cell::text(&one.source),
            Cell::moment(one.created_at.as_ref()),
            Cell::moment(one.stage_since.as_ref()),
            Cell::day(one.expected_close.as_ref()),
            Cell::moment(one.closed_at.as_ref()),
            Cell::text(&one.close_reason),
            Cell::moment(one.rotting_since.as_ref()),
        ])
    }
}

fn mark(status: OpportunityStatus, texts: &Texts) -> (Tone, &'static str) {
    match status {
        OpportunityStatus::Won => (Tone::Good, texts.won),
        OpportunityStatus::Lost => (Tone::Bad, texts.lost),
        OpportunityStatus::Open | OpportunityStatus::Unspecified => (Tone::Calm, texts.open),
    }
}
