//! What can happen to a pipeline: the stages of a sale, as a versioned rule (S-02).

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{domain_events, typed_id};

typed_id! {
    /// One pipeline.
    PipelineId
}

/// The name by which programs know a stage; it stays when the stage is renamed. 1 to 40 of
/// `a-z 0-9 _`, beginning with a letter.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StageKey(Arc<str>);

/// The text is no stage key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a stage key is 1 to 40 of a-z, 0-9 and _, beginning with a letter")]
pub struct InvalidStageKey;

impl StageKey {
    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for StageKey {
    type Err = InvalidStageKey;

    fn from_str(key: &str) -> Result<Self, InvalidStageKey> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        let valid = (1..=40).contains(&key.len())
            && key.as_bytes()[0].is_ascii_lowercase()
            && key.bytes().all(allowed);
        if valid {
            Ok(Self(key.into()))
        } else {
            Err(InvalidStageKey)
        }
    }
}

impl TryFrom<String> for StageKey {
    type Error = InvalidStageKey;

    fn try_from(key: String) -> Result<Self, InvalidStageKey> {
        key.parse()
    }
}

impl From<StageKey> for String {
    fn from(key: StageKey) -> Self {
        key.0.as_ref().to_owned()
    }
}

impl fmt::Display for StageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The version of a pipeline's rules by which something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PipelineVersion {
    /// The pipeline.
    pub id: PipelineId,
    /// 1 when it was created, one more with each change.
    pub version: u32,
}

/// What an opportunity must have to stand in a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequiredField {
    /// An amount.
    Amount,
    /// A day on which it is expected to close.
    ExpectedClose,
    /// A customer.
    Customer,
    /// At least one product line.
    ProductLines,
    /// At least one competitor.
    Competitors,
    /// A team.
    Team,
    /// A source.
    Source,
}

/// One stage of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// For programs.
    pub key: StageKey,
    /// For people.
    pub name: String,
    /// How likely a deal in it is won, in per cent: 0 to 100.
    pub probability: u8,
    /// What an opportunity must have to enter it; each at most once, in the enum's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<RequiredField>,
    /// After how many days in it a deal counts as rotting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotting_days: Option<u16>,
    /// Whether it is closed to new entries; deals that stand in it may leave it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
}

/// The rules of a pipeline, whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineDefinition {
    /// For people.
    pub name: String,
    /// In order; keys are unique, and a key once used stays.
    pub stages: Vec<Stage>,
    /// Whether a deal may move to an earlier stage.
    pub may_move_back: bool,
    /// Whether a closed deal may be opened again.
    pub may_reopen: bool,
}

/// A pipeline was created; this is its version 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineCreated {
    /// Its rules.
    pub definition: PipelineDefinition,
}

/// The rules of a pipeline were changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineChanged {
    /// The version that this change made.
    pub version: u32,
    /// The rules from now on, whole.
    pub definition: PipelineDefinition,
}

domain_events! {
    /// What can happen to a pipeline.
    PipelineEvent in Sales, "pipeline" {
        /// It was created.
        Created(PipelineCreated) = "sales.pipeline_created" / 1,
        /// Its rules were changed.
        Changed(PipelineChanged) = "sales.pipeline_changed" / 1,
    }
}
