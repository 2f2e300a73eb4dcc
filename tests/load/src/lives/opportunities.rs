//! An opportunity: opened, moved, changed, moved again, won.

use guanxi_events::{
    Money,
    sales::{
        OpportunityChanged, OpportunityDetails, OpportunityEvent, OpportunityOpened,
        OpportunityStageChanged, OpportunityWon, PipelineCreated, PipelineDefinition,
        PipelineEvent, PipelineId, PipelineVersion, Stage, StageEntry,
    },
};
use uuid::Uuid;

use super::Tale;
use crate::EUR;

const PIPELINE: PipelineVersion = PipelineVersion {
    id: PipelineId(Uuid::from_u128(0x70_69_70_65)),
    version: 1,
};
/// The stages, with how likely an opportunity is won from there.
const STAGES: [(&str, u8); 3] = [("new", 10), ("talking", 30), ("offered", 60)];

pub(super) fn ground(tale: &mut Tale) -> anyhow::Result<()> {
    let mut stages = Vec::new();
    for (key, probability) in STAGES {
        stages.push(Stage {
            key: key.parse()?,
            name: key.to_owned(),
            probability,
            required: Vec::new(),
            rotting_days: None,
            archived: false,
        });
    }
    let definition = PipelineDefinition {
        name: "load".to_owned(),
        stages,
        may_move_back: true,
        may_reopen: true,
    };
    tale.tell::<PipelineEvent>(PIPELINE.id, PipelineCreated { definition })
}

pub(super) fn life(tale: &mut Tale) -> anyhow::Result<()> {
    let id = Uuid::now_v7();
    let amount = Money::exact("1234.50".parse()?, EUR)?;
    let details = OpportunityDetails {
        title: "Two hundred chairs for the new hall".to_owned(),
        amount: Some(amount),
        ..Default::default()
    };
    let opened = OpportunityOpened {
        pipeline: PIPELINE,
        entry: entry(tale, 0)?,
        details: details.clone(),
        owner: tale.actor(),
        team: Some("north".to_owned()),
        lines: Vec::new(),
    };
    tale.tell::<OpportunityEvent>(id, opened)?;
    tale.then_after(30);
    moved(tale, id, 1)?;
    tale.then_after(50);
    let details = OpportunityDetails {
        source: Some("fair".to_owned()),
        priority: true,
        ..details
    };
    tale.tell::<OpportunityEvent>(id, OpportunityChanged { details })?;
    tale.then_after(5);
    moved(tale, id, 2)?;
    tale.then_after(200);
    let won = OpportunityWon {
        pipeline: PIPELINE,
        entry: StageEntry {
            probability: 100,
            ..entry(tale, 2)?
        },
        amount,
        reason: "the better offer".to_owned(),
    };
    tale.tell::<OpportunityEvent>(id, won)
}

fn moved(tale: &mut Tale, id: Uuid, to: usize) -> anyhow::Result<()> {
    let moved = OpportunityStageChanged {
        pipeline: PIPELINE,
        from: STAGES[to - 1].0.parse()?,
        entry: entry(tale, to)?,
    };
    tale.tell::<OpportunityEvent>(id, moved)
}

fn entry(tale: &Tale, stage: usize) -> anyhow::Result<StageEntry> {
    let (key, probability) = STAGES[stage];
    Ok(StageEntry {
        stage: key.parse()?,
        probability,
        at: tale.at(),
        by: tale.actor(),
    })
}
