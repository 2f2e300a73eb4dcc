//! Opportunities (销售机会): from the first stage of a pipeline to won or lost (S-02).

use guanxi_decider::{Context, Decider, Decision, Reads, Refusal};
use guanxi_events::{
    Money, PersonId,
    customers::CustomerId,
    sales::{
        OpportunityDetails, OpportunityEvent, OpportunityLinesSet, PipelineId, PipelineVersion,
        ProductLine, StageEntry, StageKey,
    },
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::{customer_copy::CustomerCopy, known::and_products, pipeline::Pipeline};

mod checks;
mod decide;
mod lines;
#[cfg(test)]
mod properties;
mod requirements;
#[cfg(test)]
mod tests;

pub use lines::{LineInput, MAX_LINES};

/// The decider of an opportunity.
#[derive(Debug)]
pub struct Opportunity;

/// An opportunity that exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deal {
    /// The rules by which it came to stand where it stands.
    pub pipeline: PipelineVersion,
    /// Where it stands, since when and by whom; a closed one stands in the stage it was closed in.
    pub entry: StageEntry,
    /// Whether it is open, and how it ended.
    pub status: Status,
    /// What is told about it.
    pub details: OpportunityDetails,
    /// Who works on it.
    pub owner: PersonId,
    /// The team that it counts for.
    pub team: Option<String>,
    /// The products.
    pub lines: Vec<ProductLine>,
}

/// Whether an opportunity is open, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Being worked on.
    Open,
    /// Won; its probability is 100.
    Won {
        /// What it brought.
        amount: Money,
        /// Why.
        reason: String,
    },
    /// Lost; its probability is 0.
    Lost {
        /// Why.
        reason: String,
    },
}

/// What can be asked of an opportunity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Open it.
    Open(Box<Open>),
    /// Change what is told about it.
    Change(Box<Patch>),
    /// Move it to another stage: forward, and back where the pipeline allows it.
    Move {
        /// The stage to enter.
        stage: StageKey,
    },
    /// Give it to another person or team; what is not said stays.
    Assign {
        /// Who works on it from now on.
        owner: Option<PersonId>,
        /// The team that it counts for from now on; `Some(None)` is no team.
        team: Option<Option<String>>,
    },
    /// Replace its product lines.
    SetLines(Vec<LineInput>),
    /// Close it as won.
    Win {
        /// What it brought; the opportunity's amount when absent.
        amount: Option<Money>,
        /// Why.
        reason: String,
    },
    /// Close it as lost.
    Lose {
        /// Why.
        reason: String,
    },
    /// Open it again, where the pipeline allows it.
    Reopen {
        /// The stage to stand in; the one that it was closed in when absent.
        stage: Option<StageKey>,
        /// Why.
        reason: String,
    },
}

/// What a new opportunity is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// The pipeline that it follows.
    pub pipeline: PipelineId,
    /// Where it begins; the pipeline's first stage when absent.
    pub stage: Option<StageKey>,
    /// What is told about it.
    pub details: OpportunityDetails,
    /// Who works on it; the actor when absent.
    pub owner: Option<PersonId>,
    /// The team that it counts for.
    pub team: Option<String>,
    /// The products.
    pub lines: Vec<LineInput>,
}

/// A change of what is told about an opportunity; what is not said stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patch {
    /// What the deal is about.
    pub title: Option<String>,
    /// Whom it is with.
    pub customer: Option<Option<CustomerId>>,
    /// What it is expected to bring.
    pub amount: Option<Option<Money>>,
    /// When it is expected to close.
    pub expected_close: Option<Option<Date>>,
    /// Where it came from.
    pub source: Option<Option<String>>,
    /// Who else bids.
    pub competitors: Option<Vec<String>>,
    /// The priority mark.
    pub priority: Option<bool>,
}

impl Decider for Opportunity {
    type State = Option<Deal>;
    type Command = Command;
    type Event = OpportunityEvent;

    const SNAPSHOT: u16 = 1;

    fn reads(state: &Self::State, command: &Command) -> Reads {
        // An owner without a team says nothing that a pipeline could require.
        if matches!(command, Command::Assign { team: None, .. }) {
            return Reads::none();
        }
        match (command, state) {
            (Command::Open(open), _) => {
                let reads = Reads::none()
                    .and::<Pipeline>(open.pipeline)
                    .and_if::<CustomerCopy>(open.details.customer);
                and_products(reads, open.lines.iter().map(|line| line.product))
            }
            (_, None) => Reads::none(),
            (Command::Change(patch), Some(deal)) => Reads::none()
                .and::<Pipeline>(deal.pipeline.id)
                .and_if::<CustomerCopy>(patch.customer.flatten()),
            (Command::SetLines(lines), Some(deal)) => {
                let reads = Reads::none().and::<Pipeline>(deal.pipeline.id);
                and_products(reads, lines.iter().map(|line| line.product))
            }
            (_, Some(deal)) => Reads::none().and::<Pipeline>(deal.pipeline.id),
        }
    }

    fn decide(
        state: &Self::State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<OpportunityEvent>, Refusal> {
        match (command, state) {
            (Command::Open(open), None) => decide::open(open, context),
            (Command::Open(_), Some(deal)) => Err(Refusal::already_exists(
                "OPPORTUNITY_EXISTS",
                format!(
                    "opportunity {} is there already, {:?}",
                    context.id, deal.details.title
                ),
            )),
            (_, None) => Err(Refusal::not_found("opportunity", context.id)),
            (command, Some(deal)) => decide::existing(deal, command, context),
        }
    }

    fn evolve(state: Self::State, event: &OpportunityEvent) -> Self::State {
        match event {
            OpportunityEvent::Opened(opened) => Some(Deal {
                pipeline: opened.pipeline,
                entry: opened.entry.clone(),
                status: Status::Open,
                details: opened.details.clone(),
                owner: opened.owner.clone(),
                team: opened.team.clone(),
                lines: opened.lines.clone(),
            }),
            // Nothing can happen before it was opened; a log that says so is folded all the same.
            later => state.map(|deal| deal.after(later)),
        }
    }
}

impl Deal {
    fn after(mut self, event: &OpportunityEvent) -> Self {
        match event {
            OpportunityEvent::Opened(_) => {}
            OpportunityEvent::Changed(changed) => self.details = changed.details.clone(),
            OpportunityEvent::StageChanged(moved) => {
                self.pipeline = moved.pipeline;
                self.entry = moved.entry.clone();
            }
            OpportunityEvent::Assigned(assigned) => {
                self.owner = assigned.owner.clone();
                self.team = assigned.team.clone();
            }
            OpportunityEvent::LinesSet(OpportunityLinesSet { lines, amount }) => {
                self.lines = lines.clone();
                self.details.amount = *amount;
            }
            OpportunityEvent::Won(won) => {
                self.pipeline = won.pipeline;
                self.entry = won.entry.clone();
                self.status = Status::Won {
                    amount: won.amount,
                    reason: won.reason.clone(),
                };
            }
            OpportunityEvent::Lost(lost) => {
                self.pipeline = lost.pipeline;
                self.entry = lost.entry.clone();
                self.status = Status::Lost {
                    reason: lost.reason.clone(),
                };
            }
            OpportunityEvent::Reopened(reopened) => {
                self.pipeline = reopened.pipeline;
                self.entry = reopened.entry.clone();
                self.status = Status::Open;
            }
        }
        self
    }
}

impl Patch {
    /// The details with what is said put in.
    fn applied_to(&self, details: &OpportunityDetails) -> OpportunityDetails {
        let old = details.clone();
        OpportunityDetails {
            title: self.title.clone().unwrap_or(old.title),
            customer: self.customer.unwrap_or(old.customer),
            amount: self.amount.unwrap_or(old.amount),
            expected_close: self.expected_close.unwrap_or(old.expected_close),
            source: self.source.clone().unwrap_or(old.source),
            competitors: self.competitors.clone().unwrap_or(old.competitors),
            priority: self.priority.unwrap_or(old.priority),
        }
    }
}
