//! What can happen to an opportunity (S-02).

use iso_currency::Currency;
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{PipelineVersion, ProductId, StageKey};
use crate::{Money, PersonId, customers::CustomerId, domain_events, typed_id};

typed_id! {
    /// One opportunity.
    OpportunityId
}

/// One product that the deal is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductLine {
    /// Which product.
    pub product: ProductId,
    /// How much of it, in the product's unit; above 0, at most 4 decimal places.
    pub quantity: Decimal,
    /// The price of one unit.
    pub unit_price: Money,
    /// Quantity × unit price, rounded half-up to the currency's minor unit.
    pub amount: Money,
}

impl ProductLine {
    /// The currency of the line.
    pub fn currency(&self) -> Currency {
        self.amount.currency
    }
}

/// What is told about an opportunity, apart from its stage, its people and its lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpportunityDetails {
    /// What the deal is about.
    pub title: String,
    /// Whom it is with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// What it is expected to bring; the sum of the lines where there are lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// When it is expected to close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_close: Option<Date>,
    /// Where it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Who else bids; each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub competitors: Vec<String>,
    /// The priority mark (重点项目).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub priority: bool,
}

/// When and by whom an opportunity came to stand where it stands. The envelope says the same; it
/// is in the data because a decision needs the time of the step before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageEntry {
    /// The stage; of a closed opportunity, the one that it was closed in.
    pub stage: StageKey,
    /// How likely it is won, in per cent, from now on.
    pub probability: u8,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub by: PersonId,
}

/// An opportunity was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpportunityOpened {
    /// The rules that it follows.
    pub pipeline: PipelineVersion,
    /// Its first stage.
    pub entry: StageEntry,
    /// What is told about it.
    pub details: OpportunityDetails,
    /// Who works on it.
    pub owner: PersonId,
    /// The team that it counts for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// The products.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<ProductLine>,
}

/// What is told about an opportunity was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpportunityChanged {
    /// What is told about it from now on, whole.
    pub details: OpportunityDetails,
}

/// An opportunity moved to another stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpportunityStageChanged {
    /// The rules that allowed it.
    pub pipeline: PipelineVersion,
    /// The stage that it left.
    pub from: StageKey,
    /// The stage that it entered.
    pub entry: StageEntry,
}

/// An opportunity was given to another person or team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpportunityAssigned {
    /// Who works on it from now on.
    pub owner: PersonId,
    /// The team that it counts for from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Who worked on it before.
    pub from_owner: PersonId,
    /// The team that it counted for before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_team: Option<String>,
}

/// The product lines of an opportunity were set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpportunityLinesSet {
    /// All lines, in order.
    pub lines: Vec<ProductLine>,
    /// The opportunity's amount from now on: their sum, or what it was when there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
}

/// An opportunity was won.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpportunityWon {
    /// The rules that it followed.
    pub pipeline: PipelineVersion,
    /// The stage that it was won in; the probability is 100.
    pub entry: StageEntry,
    /// What it brought.
    pub amount: Money,
    /// Why.
    pub reason: String,
}

/// An opportunity was lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpportunityLost {
    /// The rules that it followed.
    pub pipeline: PipelineVersion,
    /// The stage that it was lost in; the probability is 0.
    pub entry: StageEntry,
    /// Why.
    pub reason: String,
}

/// A closed opportunity was opened again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpportunityReopened {
    /// The rules that allowed it.
    pub pipeline: PipelineVersion,
    /// The stage that it stands in again.
    pub entry: StageEntry,
    /// Why.
    pub reason: String,
}

domain_events! {
    /// What can happen to an opportunity.
    OpportunityEvent in Sales, "opportunity" {
        /// It was opened.
        Opened(OpportunityOpened) = "sales.opportunity_opened" / 1,
        /// What is told about it was changed.
        Changed(OpportunityChanged) = "sales.opportunity_changed" / 1,
        /// It moved to another stage.
        StageChanged(OpportunityStageChanged) = "sales.opportunity_stage_changed" / 1,
        /// It was given to another person or team.
        Assigned(OpportunityAssigned) = "sales.opportunity_assigned" / 1,
        /// Its product lines were set.
        LinesSet(OpportunityLinesSet) = "sales.opportunity_lines_set" / 1,
        /// It was won.
        Won(OpportunityWon) = "sales.opportunity_won" / 1,
        /// It was lost.
        Lost(OpportunityLost) = "sales.opportunity_lost" / 1,
        /// It was opened again.
        Reopened(OpportunityReopened) = "sales.opportunity_reopened" / 1,
    }
}
