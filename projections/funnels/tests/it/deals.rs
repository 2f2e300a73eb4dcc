//! Events of opportunities, short to write; and random ones.

use guanxi_events::{
    Money, PersonId, TenantId,
    sales::{
        OpportunityAssigned, OpportunityChanged, OpportunityDetails, OpportunityEvent,
        OpportunityLost, OpportunityOpened, OpportunityReopened, OpportunityStageChanged,
        OpportunityWon, PipelineCreated, PipelineDefinition, PipelineEvent, PipelineId,
        PipelineVersion, Stage, StageEntry, StageKey,
    },
};
use iso_currency::Currency;
use jiff::Timestamp;
use rand::{RngExt, rngs::StdRng};
use uuid::Uuid;

use crate::world::World;

pub(crate) const STAGES: [&str; 4] = ["prospecting", "engaging", "offer", "closing"];
/// After how many days a deal rots in each.
pub(crate) const ROTTING_DAYS: [Option<u16>; 4] = [Some(7), None, Some(30), Some(1)];
const OWNERS: [&str; 3] = ["ann", "bob", "cid"];
const TEAMS: [Option<&str>; 3] = [None, Some("east"), Some("west")];
const SOURCES: [Option<&str>; 3] = [None, Some("web"), Some("fair")];

/// One event of one opportunity, in log order.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) tenant: TenantId,
    pub(crate) id: Uuid,
    pub(crate) at: Timestamp,
    pub(crate) event: OpportunityEvent,
}

pub(crate) fn key(stage: &str) -> StageKey {
    stage.parse().unwrap()
}

pub(crate) fn person(name: &str) -> PersonId {
    name.parse().unwrap()
}

pub(crate) fn pipeline(id: Uuid) -> PipelineVersion {
    PipelineVersion {
        id: PipelineId(id),
        version: 1,
    }
}

pub(crate) fn entry(stage: &str, probability: u8, at: Timestamp) -> StageEntry {
    StageEntry {
        stage: key(stage),
        probability,
        at,
        by: person("ann"),
    }
}

pub(crate) fn eur(amount: &str) -> Money {
    Money {
        amount: amount.parse().unwrap(),
        currency: Currency::EUR,
    }
}

pub(crate) fn opened(
    pipeline_id: Uuid,
    details: OpportunityDetails,
    owner: &str,
    team: Option<&str>,
    at: Timestamp,
) -> OpportunityEvent {
    OpportunityOpened {
        pipeline: pipeline(pipeline_id),
        entry: entry(STAGES[0], 10, at),
        details,
        owner: person(owner),
        team: team.map(str::to_owned),
        lines: vec![],
    }
    .into()
}

pub(crate) fn moved(pipeline_id: Uuid, stage: &str, at: Timestamp) -> OpportunityEvent {
    OpportunityStageChanged {
        pipeline: pipeline(pipeline_id),
        from: key(STAGES[0]),
        entry: entry(stage, 50, at),
    }
    .into()
}

pub(crate) fn assigned(owner: &str, team: Option<&str>) -> OpportunityEvent {
    OpportunityAssigned {
        owner: person(owner),
        team: team.map(str::to_owned),
        from_owner: person("ann"),
        from_team: None,
    }
    .into()
}

pub(crate) fn won(
    pipeline_id: Uuid,
    stage: &str,
    amount: Money,
    at: Timestamp,
) -> OpportunityEvent {
    OpportunityWon {
        pipeline: pipeline(pipeline_id),
        entry: entry(stage, 100, at),
        amount,
        reason: "price".into(),
    }
    .into()
}

pub(crate) fn lost(pipeline_id: Uuid, stage: &str, at: Timestamp) -> OpportunityEvent {
    OpportunityLost {
        pipeline: pipeline(pipeline_id),
        entry: entry(stage, 0, at),
        reason: "price".into(),
    }
    .into()
}

impl World {
    pub(crate) async fn pipeline(&mut self, tenant: &TenantId, id: Uuid) {
        let stage = |(name, rotting_days): (&&str, &Option<u16>)| Stage {
            key: key(name),
            name: name.to_uppercase(),
            probability: 50,
            required: vec![],
            rotting_days: *rotting_days,
            archived: false,
        };
        let definition = PipelineDefinition {
            name: format!("Hardware of {tenant}"),
            stages: STAGES.iter().zip(&ROTTING_DAYS).map(stage).collect(),
            may_move_back: true,
            may_reopen: true,
        };
        let at = Timestamp::UNIX_EPOCH;
        self.append::<PipelineEvent>(tenant, id, PipelineCreated { definition }, at)
            .await;
    }

    pub(crate) async fn tell(&mut self, told: &Told) -> guanxi_eventlog::Receipt {
        self.append::<OpportunityEvent>(&told.tenant, told.id, told.event.clone(), told.at)
            .await
    }
}

fn one<T: Copy>(rng: &mut StdRng, of: &[T]) -> T {
    of[rng.random_range(0..of.len())]
}

fn details(rng: &mut StdRng) -> OpportunityDetails {
    let currency = one(rng, &[Currency::EUR, Currency::USD]);
    let amount = rng.random_bool(0.8).then(|| rng.random_range(0..100_000));
    OpportunityDetails {
        title: format!("deal {}", rng.random_range(0..1_000)),
        amount: amount.map(|cents| Money {
            amount: rust_decimal::Decimal::new(cents, 2),
            currency,
        }),
        source: one(rng, &SOURCES).map(str::to_owned),
        ..OpportunityDetails::default()
    }
}

/// Something that happens to an open or closed opportunity: mostly in the order of time, at times
/// dated back beyond what happened before.
fn next(rng: &mut StdRng, pipeline_id: Uuid, closed: bool, at: Timestamp) -> OpportunityEvent {
    let stage = one(rng, &STAGES);
    if closed {
        return OpportunityReopened {
            pipeline: pipeline(pipeline_id),
            entry: entry(stage, 50, at),
            reason: "again".into(),
        }
        .into();
    }
    match rng.random_range(0..10) {
        0..4 => moved(pipeline_id, stage, at),
        4 | 5 => assigned(one(rng, &OWNERS), one(rng, &TEAMS)),
        6 => OpportunityChanged {
            details: details(rng),
        }
        .into(),
        7 | 8 => won(pipeline_id, stage, eur("12.50"), at),
        _ => lost(pipeline_id, stage, at),
    }
}

/// A random history of many opportunities of one tenant, mixed with one another; `minutes` is when
/// things happen: within so many minutes from the epoch.
pub(crate) fn history(
    rng: &mut StdRng,
    tenant: &TenantId,
    pipeline_id: Uuid,
    opportunities: u128,
    minutes: i64,
) -> Vec<Told> {
    let mut told: Vec<Told> = Vec::new();
    let mut running: Vec<(Uuid, i64, bool)> = Vec::new();
    for n in 0..opportunities {
        let minute = rng.random_range(0..minutes);
        let id = Uuid::from_u128(1 + n);
        let at = Timestamp::from_second(minute * 60).unwrap();
        let (owner, team, details) = (one(rng, &OWNERS), one(rng, &TEAMS), details(rng));
        let event = opened(pipeline_id, details, owner, team, at);
        told.push(Told {
            tenant: tenant.clone(),
            id,
            at,
            event,
        });
        running.push((id, minute, false));
        for _ in 0..rng.random_range(0..6) {
            let which = rng.random_range(0..running.len());
            let (id, last, closed) = running[which];
            let minute = match rng.random_range(0..10) {
                0 | 1 => last,
                2 | 3 => rng.random_range(0..minutes),
                _ => last + rng.random_range(0..minutes / 4),
            };
            let at = Timestamp::from_second(minute * 60).unwrap();
            let event = next(rng, pipeline_id, closed, at);
            let closed = match event {
                OpportunityEvent::Won(_) | OpportunityEvent::Lost(_) => true,
                OpportunityEvent::Reopened(_) => false,
                _ => closed,
            };
            running[which] = (id, last.max(minute), closed);
            told.push(Told {
                tenant: tenant.clone(),
                id,
                at,
                event,
            });
        }
    }
    told
}
