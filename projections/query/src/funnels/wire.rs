//! From answers to messages.

use guanxi_funnels::{
    Status as Outcome,
    queries::{self, Funnel, Group, StageFigures, Tally},
};
use guanxi_proto::{
    query::v1::{FunnelGroup, FunnelStage, Opportunity, OpportunityStatus},
    types::v1::CountAndSums,
};
use guanxi_runtime::{date_to_wire, errors, instant_to_wire};
use tonic::Status;

use crate::wire::{duration, money, share};

/// More groups than anyone reads: each has every stage, and an answer must fit a message.
const MOST_GROUPS: usize = 1_000;

pub(super) fn groups(funnel: &Funnel) -> Result<Vec<FunnelGroup>, Status> {
    let count = funnel.groups.len();
    if count > MOST_GROUPS {
        let refusal = guanxi_decider::Refusal::precondition(
            "TOO_MANY_GROUPS",
            format!(
                "the funnel falls into {count} groups, at most {MOST_GROUPS}: filter, or group otherwise"
            ),
        );
        let refusal = refusal.figure("groups", count).figure("limit", MOST_GROUPS);
        return Err(errors::refused(&refusal));
    }
    funnel.groups.iter().map(group).collect()
}

fn group(group: &Group) -> Result<FunnelGroup, Status> {
    Ok(FunnelGroup {
        key: group.key.clone(),
        stages: group.stages.iter().map(stage).collect::<Result<_, _>>()?,
        open: Some(tally(&group.total(Outcome::Open))?),
        won: Some(tally(&group.total(Outcome::Won))?),
        lost: Some(tally(&group.total(Outcome::Lost))?),
    })
}

fn stage(figures: &StageFigures) -> Result<FunnelStage, Status> {
    let share = |part: i64| share(part, figures.entered);
    Ok(FunnelStage {
        pipeline_id: figures.pipeline.to_string(),
        stage: figures.stage.clone(),
        name: figures.name.clone(),
        ordinal: figures.ordinal.into(),
        open: Some(tally(&figures.open)?),
        won: Some(tally(&figures.won)?),
        lost: Some(tally(&figures.lost)?),
        entered: figures.entered,
        advanced: figures.advanced,
        entered_won: figures.entered_won,
        dropped: figures.dropped,
        conversion_to_next: share(figures.advanced),
        conversion_to_won: share(figures.entered_won),
        drop_out: share(figures.dropped),
        finished_stays: figures.finished,
        median_time: figures.median.map(duration),
        p90_time: figures.p90.map(duration),
        pipeline_name: figures.pipeline_name.clone(),
    })
}

fn tally(tally: &Tally) -> Result<CountAndSums, Status> {
    let sums = tally
        .sums
        .iter()
        .map(|(currency, sum)| money(*sum, currency));
    Ok(CountAndSums {
        count: tally.count,
        sums: sums.collect::<Result<_, _>>()?,
    })
}

pub(super) fn opportunity(row: &queries::Opportunity) -> Result<Opportunity, Status> {
    let state = &row.state;
    let details = &state.details;
    let status = match state.status {
        Outcome::Open => OpportunityStatus::Open,
        Outcome::Won => OpportunityStatus::Won,
        Outcome::Lost => OpportunityStatus::Lost,
    };
    let amount = details.amount.as_ref();
    Ok(Opportunity {
        opportunity_id: row.cursor.id.to_string(),
        pipeline_id: row.pipeline.to_string(),
        title: details.title.clone(),
        customer_id: details
            .customer
            .map(|id| id.to_string())
            .unwrap_or_default(),
        stage: state.stage.clone(),
        status: status.into(),
        probability: state.probability.into(),
        amount: amount
            .map(|amount| money(amount.value, &amount.currency))
            .transpose()?,
        owner: state.owner.clone(),
        team: state.team.clone().unwrap_or_default(),
        source: details.source.clone().unwrap_or_default(),
        expected_close: details.expected_close.map(date_to_wire),
        priority: details.priority,
        created_at: Some(instant_to_wire(row.cursor.created_at)),
        stage_since: Some(instant_to_wire(state.stage_since)),
        closed_at: state.closed_at.map(instant_to_wire),
        close_reason: state.close_reason.clone().unwrap_or_default(),
        rotting_since: row.rotting_since.map(instant_to_wire),
    })
}
