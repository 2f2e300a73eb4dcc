//! What a command is answered, and what is stored of it for when it comes again.

use guanxi_decider::Refusal;
use guanxi_eventlog::Receipt;
use guanxi_events::StreamVersion;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::ExecuteError;

/// What a command is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The aggregate's id.
    pub id: Uuid,
    /// Its version after the command.
    pub version: StreamVersion,
    /// What the log said.
    pub receipt: Receipt,
}

/// Stored beside the command id and given again to a repeat. Ids only.
#[derive(Debug, Serialize, Deserialize)]
struct StoredResult {
    id: Uuid,
    version: StreamVersion,
}

pub(super) fn stored_result(id: Uuid, version: StreamVersion) -> Result<Vec<u8>, Refusal> {
    let stored = StoredResult { id, version };
    serde_json::to_vec(&stored).map_err(|error| Refusal::internal(error.to_string()))
}

pub(super) fn answer_again(receipt: Receipt) -> Result<Answer, ExecuteError> {
    let stored: StoredResult = serde_json::from_slice(&receipt.result)
        .map_err(|error| Refusal::internal(format!("a stored result: {error}")))?;
    Ok(Answer {
        id: stored.id,
        version: stored.version,
        receipt,
    })
}
