//! What can happen to a card (L-04).

use serde::{Deserialize, Serialize};

use super::{CardBatchId, CardId, MemberId, ProgramId};
use crate::domain_events;

/// A card was given to a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardAssigned {
    /// The program.
    pub program: ProgramId,
    /// Whose it is.
    pub member: MemberId,
    /// Its number; absent where it is the member's telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The batch of the number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<CardBatchId>,
    /// The card in whose place it comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<CardId>,
}

/// A card was reported lost (挂失): it neither earns nor spends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardReportedLost {
    /// What the member says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A lost card was found (解挂).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardFound {}

/// Another card stands in its place: it stands for nobody any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardReplaced {
    /// The new card.
    pub by: CardId,
    /// Why.
    pub reason: String,
}

/// A card was cancelled (注销).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardCancelled {
    /// Why.
    pub reason: String,
}

domain_events! {
    /// What can happen to a card.
    CardEvent in Loyalty, "card" {
        /// It was given to a member.
        Assigned(CardAssigned) = "loyalty.card_assigned" / 1,
        /// It was reported lost.
        ReportedLost(CardReportedLost) = "loyalty.card_reported_lost" / 1,
        /// It was found.
        Found(CardFound) = "loyalty.card_found" / 1,
        /// Another one stands in its place.
        Replaced(CardReplaced) = "loyalty.card_replaced" / 1,
        /// It was cancelled.
        Cancelled(CardCancelled) = "loyalty.card_cancelled" / 1,
    }
}
