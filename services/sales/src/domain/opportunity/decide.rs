//! What follows from each command to an opportunity.

use guanxi_decider::{Context, Decision, Refusal};
use guanxi_events::{
    Money, PersonId,
    customers::CustomerId,
    sales::{
        OpportunityAssigned, OpportunityChanged, OpportunityDetails, OpportunityEvent,
        OpportunityLinesSet, OpportunityLost, OpportunityOpened, OpportunityReopened,
        OpportunityStageChanged, OpportunityWon, ProductId, StageEntry, StageKey,
    },
};
use jiff::Timestamp;

use super::{
    Command, Deal, LineInput, Open, Patch, Status,
    checks::{agreed, currencies_differ, each_once, rules},
    lines,
    requirements::Parts,
};
use crate::domain::{known, pipeline::Rules};

type Decided = Result<Decision<OpportunityEvent>, Refusal>;

/// A new opportunity.
pub(super) fn open(open: &Open, context: &Context) -> Decided {
    let at = context.occurred_at()?;
    let rules = rules(open.pipeline, context)?;
    let stage = match &open.stage {
        Some(key) => rules.open_stage(key)?,
        None => rules.first_stage()?,
    };
    customer_known(open.details.customer, context)?;
    known::products_sold(products(&open.lines), [], context)?;
    let (lines, sum) = lines::priced(&open.lines)?;
    let details = OpportunityDetails {
        amount: agreed(open.details.amount, sum)?,
        competitors: each_once(&open.details.competitors),
        ..open.details.clone()
    };
    let parts = Parts {
        details: &details,
        team: open.team.as_deref(),
        lines: &lines,
    };
    parts.may_enter(stage)?;
    let opened = OpportunityOpened {
        pipeline: rules.named(open.pipeline),
        entry: StageEntry {
            stage: stage.key.clone(),
            probability: stage.probability,
            at,
            by: context.actor.person.clone(),
        },
        owner: open
            .owner
            .clone()
            .unwrap_or_else(|| context.actor.person.clone()),
        team: open.team.clone(),
        details,
        lines,
    };
    Ok(Decision::event(opened).occurred_at(Some(at)))
}

fn products(lines: &[LineInput]) -> impl Iterator<Item = ProductId> {
    lines.iter().map(|line| line.product)
}

/// An opportunity may be without a customer.
fn customer_known(customer: Option<CustomerId>, context: &Context) -> Result<(), Refusal> {
    customer.map_or(Ok(()), |id| known::customer(id, context))
}

/// A command to an opportunity that exists.
pub(super) fn existing(deal: &Deal, command: &Command, context: &Context) -> Decided {
    let at = deal.dated(context)?;
    let decision = match command {
        Command::Open(_) => return Err(Refusal::internal("it is opened already")),
        Command::Reopen { stage, reason } => deal.reopen(stage.as_ref(), reason, at, context)?,
        _ if deal.status != Status::Open => return Err(deal.closed()),
        Command::Change(patch) => deal.change(patch, context)?,
        Command::Move { stage } => deal.move_to(stage, at, context)?,
        Command::Assign { owner, team } => deal.assign(owner.as_ref(), team.as_ref(), context)?,
        Command::SetLines(lines) => deal.set_lines(lines, context)?,
        Command::Win { amount, reason } => deal.win(*amount, reason, at, context)?,
        Command::Lose { reason } => Decision::event(OpportunityLost {
            pipeline: rules(deal.pipeline.id, context)?.named(deal.pipeline.id),
            entry: deal.still(0, at, context),
            reason: reason.clone(),
        }),
    };
    Ok(decision.occurred_at(Some(at)))
}

impl Deal {
    /// When the command happened, which is not before the step that brought the deal to where it
    /// stands: steps are told in the order in which they happened, or times in a stage would come
    /// out negative.
    fn dated(&self, context: &Context) -> Result<Timestamp, Refusal> {
        let at = context.occurred_at()?;
        let before = self.entry.at;
        if at >= before {
            return Ok(at);
        }
        if context.requested_at.is_none() {
            // The step before was dated by a client whose clock is ahead (`occurred` allows a
            // minute): that must not block who says nothing of time.
            return Ok(before);
        }
        Err(Refusal::precondition(
            "DATED_BEFORE_THE_LAST_STEP",
            format!(
                "it cannot have happened at {at}: it came to stage {} at {before}",
                self.entry.stage
            ),
        )
        .figure("occurred_at", at)
        .figure("last_step_at", before))
    }

    fn closed(&self) -> Refusal {
        let status = match self.status {
            Status::Open => "open",
            Status::Won { .. } => "won",
            Status::Lost { .. } => "lost",
        };
        let at = self.entry.at;
        Refusal::precondition(
            "OPPORTUNITY_CLOSED",
            format!("it is {status} since {at}; only an open opportunity can be worked on"),
        )
        .figure("status", status)
        .figure("closed_at", at)
    }

    fn parts(&self) -> Parts<'_> {
        Parts {
            details: &self.details,
            team: self.team.as_deref(),
            lines: &self.lines,
        }
    }

    /// An entry in the stage that the deal stands in already.
    fn still(&self, probability: u8, at: Timestamp, context: &Context) -> StageEntry {
        StageEntry {
            stage: self.entry.stage.clone(),
            probability,
            at,
            by: context.actor.person.clone(),
        }
    }

    /// What the current stage requires stays, whatever changes.
    fn keeps(&self, parts: Parts<'_>, context: &Context) -> Result<(), Refusal> {
        let rules = rules(self.pipeline.id, context)?;
        match rules.stage(&self.entry.stage) {
            Some(stage) => parts.may_follow(self.parts(), stage),
            None => Ok(()),
        }
    }

    fn change(&self, patch: &Patch, context: &Context) -> Decided {
        let mut details = patch.applied_to(&self.details);
        details.competitors = each_once(&details.competitors);
        if details == self.details {
            return Ok(Decision::nothing());
        }
        if details.customer != self.details.customer {
            customer_known(details.customer, context)?;
        }
        let sum = if self.lines.is_empty() {
            None
        } else {
            self.details.amount
        };
        details.amount = agreed(details.amount, sum)?;
        let parts = Parts {
            details: &details,
            ..self.parts()
        };
        self.keeps(parts, context)?;
        if details == self.details {
            return Ok(Decision::nothing());
        }
        Ok(Decision::event(OpportunityChanged { details }))
    }

    fn move_to(&self, key: &StageKey, at: Timestamp, context: &Context) -> Decided {
        if *key == self.entry.stage {
            return Ok(Decision::nothing());
        }
        let rules = rules(self.pipeline.id, context)?;
        let stage = rules.open_stage(key)?;
        self.order_allows(key, &rules)?;
        self.parts().may_enter(stage)?;
        Ok(Decision::event(OpportunityStageChanged {
            pipeline: rules.named(self.pipeline.id),
            from: self.entry.stage.clone(),
            entry: StageEntry {
                stage: stage.key.clone(),
                probability: stage.probability,
                at,
                by: context.actor.person.clone(),
            },
        }))
    }

    /// Back only where the pipeline allows it.
    fn order_allows(&self, key: &StageKey, rules: &Rules) -> Result<(), Refusal> {
        let back = rules.order(key) < rules.order(&self.entry.stage);
        if !back || rules.definition.may_move_back {
            return Ok(());
        }
        Err(Refusal::precondition(
            "MOVE_BACK_NOT_ALLOWED",
            format!(
                "{key} comes before {}, and version {} of the pipeline does not allow to move back",
                self.entry.stage, rules.version
            ),
        )
        .figure("from", &self.entry.stage)
        .figure("to", key)
        .figure("pipeline_version", rules.version))
    }

    fn assign(
        &self,
        owner: Option<&PersonId>,
        team: Option<&Option<String>>,
        context: &Context,
    ) -> Decided {
        let assigned = OpportunityAssigned {
            owner: owner.unwrap_or(&self.owner).clone(),
            team: team.unwrap_or(&self.team).clone(),
            from_owner: self.owner.clone(),
            from_team: self.team.clone(),
        };
        if assigned.owner == self.owner && assigned.team == self.team {
            return Ok(Decision::nothing());
        }
        let actor = &context.actor;
        if !actor.manages && actor.person != self.owner {
            return Err(Refusal::forbidden(
                "NOT_THE_OWNER",
                format!(
                    "only its owner {} or a manager may give it away",
                    self.owner
                ),
            )
            .figure("owner", &self.owner));
        }
        if assigned.team.is_none() && self.team.is_some() {
            let parts = Parts {
                team: None,
                ..self.parts()
            };
            self.keeps(parts, context)?;
        }
        Ok(Decision::event(assigned))
    }

    fn set_lines(&self, input: &[LineInput], context: &Context) -> Decided {
        let (lines, sum) = lines::priced(input)?;
        if lines == self.lines {
            return Ok(Decision::nothing());
        }
        let before = self.lines.iter().map(|line| line.product);
        known::products_sold(products(input), before, context)?;
        let parts = Parts {
            lines: &lines,
            ..self.parts()
        };
        self.keeps(parts, context)?;
        let amount = sum.or(self.details.amount);
        Ok(Decision::event(OpportunityLinesSet { lines, amount }))
    }

    fn win(
        &self,
        amount: Option<Money>,
        reason: &str,
        at: Timestamp,
        context: &Context,
    ) -> Decided {
        let Some(won) = amount.or(self.details.amount) else {
            return Err(Refusal::precondition(
                "WON_WITHOUT_AMOUNT",
                "a won opportunity brings something: it has no amount, and none is given",
            ));
        };
        if let Some(expected) = self.details.amount
            && expected.currency != won.currency
        {
            return Err(currencies_differ(won, expected));
        }
        Ok(Decision::event(OpportunityWon {
            pipeline: rules(self.pipeline.id, context)?.named(self.pipeline.id),
            entry: self.still(100, at, context),
            amount: won,
            reason: reason.to_owned(),
        }))
    }

    fn reopen(
        &self,
        key: Option<&StageKey>,
        reason: &str,
        at: Timestamp,
        context: &Context,
    ) -> Decided {
        if self.status == Status::Open {
            return Err(Refusal::precondition(
                "OPPORTUNITY_OPEN",
                "it is open: only a closed opportunity can be opened again",
            ));
        }
        let rules = rules(self.pipeline.id, context)?;
        if !rules.definition.may_reopen {
            return Err(Refusal::precondition(
                "REOPEN_NOT_ALLOWED",
                format!(
                    "version {} of the pipeline does not allow to open a closed deal again",
                    rules.version
                ),
            )
            .figure("pipeline_version", rules.version));
        }
        let stage = rules.open_stage(key.unwrap_or(&self.entry.stage))?;
        self.order_allows(&stage.key, &rules)?;
        self.parts().may_enter(stage)?;
        Ok(Decision::event(OpportunityReopened {
            pipeline: rules.named(self.pipeline.id),
            entry: StageEntry {
                stage: stage.key.clone(),
                probability: stage.probability,
                at,
                by: context.actor.person.clone(),
            },
            reason: reason.to_owned(),
        }))
    }
}
