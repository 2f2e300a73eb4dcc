//! Pipelines: the stages of a sale and what may happen between them, as a versioned rule (S-02).

use std::collections::BTreeSet;

use guanxi_decider::{Context, Decider, Decision, FieldViolation, Refusal};
use guanxi_events::sales::{
    PipelineChanged, PipelineCreated, PipelineDefinition, PipelineEvent, PipelineId,
    PipelineVersion, Stage, StageKey,
};
use serde::{Deserialize, Serialize};

#[cfg(test)]
mod tests;

/// The decider of a pipeline.
#[derive(Debug)]
pub struct Pipeline;

/// The rules of a pipeline that exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// 1 when it was created, one more with each change.
    pub version: u32,
    /// What holds now.
    pub definition: PipelineDefinition,
}

/// What can be asked of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Create it.
    Create(PipelineDefinition),
    /// Replace its rules. A stage once defined must be there again, archived if need be, because
    /// deals may stand in it.
    Change(PipelineDefinition),
}

/// A pipeline has at most this many stages, archived ones included.
pub const MAX_STAGES: usize = 50;

impl Decider for Pipeline {
    type State = Option<Rules>;
    type Command = Command;
    type Event = PipelineEvent;

    const SNAPSHOT: u16 = 1;

    fn decide(
        state: &Self::State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<PipelineEvent>, Refusal> {
        let decision = match (command, state) {
            (Command::Create(_), Some(rules)) => return Err(exists(rules, context)),
            (Command::Change(_), None) => return Err(Refusal::not_found("pipeline", context.id)),
            (Command::Create(definition), None) => Decision::event(PipelineCreated {
                definition: checked(definition)?,
            }),
            (Command::Change(definition), Some(rules)) => {
                let definition = checked(definition)?;
                if definition == rules.definition {
                    return Ok(Decision::nothing());
                }
                rules.keeps_its_stages(&definition)?;
                Decision::event(PipelineChanged {
                    version: rules.version.saturating_add(1),
                    definition,
                })
            }
        };
        Ok(decision.occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(_state: Self::State, event: &PipelineEvent) -> Self::State {
        let (version, definition) = match event {
            PipelineEvent::Created(created) => (1, &created.definition),
            PipelineEvent::Changed(changed) => (changed.version, &changed.definition),
        };
        Some(Rules {
            version,
            definition: definition.clone(),
        })
    }
}

impl Rules {
    /// These rules as events name them.
    pub fn named(&self, id: PipelineId) -> PipelineVersion {
        PipelineVersion {
            id,
            version: self.version,
        }
    }

    /// Where new deals begin: the first stage that is not archived.
    ///
    /// # Errors
    /// Never for a definition that was accepted, which has one.
    pub fn first_stage(&self) -> Result<&Stage, Refusal> {
        let first = self.definition.stages.iter().find(|stage| !stage.archived);
        first.ok_or_else(|| Refusal::internal("the pipeline has no stage that is not archived"))
    }

    /// A stage that a deal may enter.
    ///
    /// # Errors
    /// `STAGE_UNKNOWN`, `STAGE_ARCHIVED`.
    pub fn open_stage(&self, key: &StageKey) -> Result<&Stage, Refusal> {
        let Some(stage) = self.stage(key) else {
            let open = self.definition.stages.iter().filter(|s| !s.archived);
            let known: Vec<&str> = open.map(|stage| stage.key.as_str()).collect();
            return Err(Refusal::precondition(
                "STAGE_UNKNOWN",
                format!(
                    "version {} of the pipeline has no stage {key}; it has {}",
                    self.version,
                    known.join(", ")
                ),
            )
            .figure("stage", key)
            .figure("pipeline_version", self.version));
        };
        if stage.archived {
            return Err(Refusal::precondition(
                "STAGE_ARCHIVED",
                format!(
                    "stage {key} is archived since version {} of the pipeline or earlier",
                    self.version
                ),
            )
            .figure("stage", key)
            .figure("pipeline_version", self.version));
        }
        Ok(stage)
    }

    /// A stage, archived or not.
    pub fn stage(&self, key: &StageKey) -> Option<&Stage> {
        self.definition.stages.iter().find(|s| s.key == *key)
    }

    /// How far along a stage is: 0 for the first.
    pub fn order(&self, key: &StageKey) -> Option<usize> {
        self.definition.stages.iter().position(|s| s.key == *key)
    }

    fn keeps_its_stages(&self, new: &PipelineDefinition) -> Result<(), Refusal> {
        let kept: BTreeSet<&StageKey> = new.stages.iter().map(|stage| &stage.key).collect();
        let stages = self.definition.stages.iter().map(|stage| &stage.key);
        let missing: Vec<&str> = stages
            .filter(|key| !kept.contains(key))
            .map(StageKey::as_str)
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let missing = missing.join(", ");
        Err(Refusal::precondition(
            "STAGE_MISSING",
            format!(
                "deals may stand in {missing}: a stage is never removed, but it can be archived"
            ),
        )
        .figure("missing", missing)
        .figure("pipeline_version", self.version))
    }
}

fn exists(rules: &Rules, context: &Context) -> Refusal {
    Refusal::already_exists(
        "PIPELINE_EXISTS",
        format!(
            "pipeline {} is there already, {:?}",
            context.id, rules.definition.name
        ),
    )
}

/// The definition with its required fields in order, each once.
fn checked(definition: &PipelineDefinition) -> Result<PipelineDefinition, Refusal> {
    let mut violations = Vec::new();
    let mut bad = |field: String, description: String| {
        violations.push(FieldViolation { field, description });
    };
    let stages = &definition.stages;
    if stages.len() > MAX_STAGES {
        let count = stages.len();
        bad(
            "rules.stages".into(),
            format!("has {count} items; {MAX_STAGES} are allowed"),
        );
    }
    if stages.iter().all(|stage| stage.archived) {
        bad(
            "rules.stages".into(),
            "must have a stage that is not archived".into(),
        );
    }
    let mut seen = BTreeSet::new();
    for (index, stage) in stages.iter().enumerate() {
        if !seen.insert(&stage.key) {
            let key = &stage.key;
            bad(
                format!("rules.stages[{index}].key"),
                format!("{key} is there twice"),
            );
        }
        if stage.probability > 100 {
            let probability = stage.probability;
            bad(
                format!("rules.stages[{index}].probability"),
                format!("{probability} is not between 0 and 100"),
            );
        }
        if stage.rotting_days == Some(0) {
            bad(
                format!("rules.stages[{index}].rotting_days"),
                "must be 1 or more".into(),
            );
        }
    }
    if !violations.is_empty() {
        return Err(Refusal::invalid(violations));
    }
    let mut definition = definition.clone();
    for stage in &mut definition.stages {
        stage.required.sort_unstable();
        stage.required.dedup();
    }
    Ok(definition)
}
