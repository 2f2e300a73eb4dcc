//! Opportunities and the stages of their pipelines.

use guanxi_events::{
    Money, PersonId, Recorded,
    sales::{OpportunityDetails, OpportunityEvent, PipelineEvent, StageEntry},
};
use guanxi_projection::{ApplyError, Write};
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::super::{ids, read};
use crate::{
    Figure,
    deltas::{Counted, Deltas, Much, When},
    kept::{Set, id, kept, part},
};

kept! {
    /// A stage of a pipeline, as its rules are today.
    Stage in "stages" {
        pipeline: Uuid = "uuid",
        stage: String = "text",
        name: String = "text",
        rotting_days: Option<i32> = "int",
    }
}

kept! {
    /// An opportunity as it stands; of a closed one, what was counted.
    Opportunity in "opportunities" {
        title: String = "text",
        customer: Option<Uuid> = "uuid",
        pipeline: Uuid = "uuid",
        stage: String = "text",
        stage_since: Timestamp = "timestamptz",
        owner: String = "text",
        amount: Option<Decimal> = "numeric",
        currency: Option<String> = "text",
        expected_close: Option<Date> = "date",
        open: bool = "boolean",
        won: bool = "boolean",
        closed_at: Option<Timestamp> = "timestamptz",
        closed_owner: Option<String> = "text",
        closed_amount: Option<Decimal> = "numeric",
        closed_currency: Option<String> = "text",
    }
}

pub(super) async fn apply(
    write: &Write<'_>,
    events: &[Recorded],
    deltas: &mut Deltas,
) -> Result<(), ApplyError> {
    let mut stages = Set::<Stage>::default();
    for (event, what) in read::<PipelineEvent>(events)? {
        let definition = match what {
            PipelineEvent::Created(created) => created.definition,
            PipelineEvent::Changed(changed) => changed.definition,
        };
        for stage in definition.stages {
            let key = stage.key.as_str().to_owned();
            let record = Stage {
                pipeline: event.stream.id,
                stage: key.clone(),
                name: stage.name,
                rotting_days: stage.rotting_days.map(i32::from),
            };
            stages.insert(part(event, &key), record);
        }
    }
    stages.store(write).await?;
    let told = read::<OpportunityEvent>(events)?;
    let mut opportunities = Set::<Opportunity>::load(write, &ids(&told)).await?;
    for (event, what) in &told {
        happened(&mut opportunities, deltas, event, what)?;
    }
    opportunities.store(write).await?;
    Ok(())
}

impl Opportunity {
    fn details(&mut self, details: &OpportunityDetails) {
        self.title.clone_from(&details.title);
        self.customer = details.customer.map(Uuid::from);
        self.expected_close = details.expected_close;
        self.brings(details.amount);
    }

    fn brings(&mut self, amount: Option<Money>) {
        self.amount = amount.map(|money| money.amount.normalize());
        self.currency = amount.map(|money| money.currency.code().to_owned());
    }

    fn entered(&mut self, entry: &StageEntry) {
        self.stage = entry.stage.as_str().to_owned();
        self.stage_since = entry.at;
    }

    fn much(&self) -> Much<'_> {
        Much {
            amount: self.amount.unwrap_or_default(),
            currency: self.currency.as_deref().unwrap_or_default(),
        }
    }

    fn close(&mut self, won: bool, at: Timestamp) {
        (self.open, self.won) = (false, won);
        self.closed_at = Some(at);
        self.closed_owner = Some(self.owner.clone());
        self.closed_amount = self.amount;
        self.closed_currency.clone_from(&self.currency);
    }

    /// What its closing counts as: so many, and so much.
    fn closing(&self, count: i64) -> Option<(Counted<'_>, Much<'_>)> {
        let figure = if self.won {
            Figure::OpportunitiesWon
        } else {
            Figure::OpportunitiesLost
        };
        let counted = Counted {
            figure,
            when: When::At(self.closed_at?),
            owner: self.closed_owner.as_deref()?,
            detail: "",
        };
        let amount = self.closed_amount.unwrap_or_default() * Decimal::from(count);
        let currency = self.closed_currency.as_deref().unwrap_or_default();
        Some((counted, Much { amount, currency }))
    }

    fn opened(event: &guanxi_events::sales::OpportunityOpened) -> Self {
        let mut opportunity = Self {
            title: String::new(),
            customer: None,
            pipeline: event.pipeline.id.into(),
            stage: String::new(),
            stage_since: event.entry.at,
            owner: owner(&event.owner),
            amount: None,
            currency: None,
            expected_close: None,
            open: true,
            won: false,
            closed_at: None,
            closed_owner: None,
            closed_amount: None,
            closed_currency: None,
        };
        opportunity.details(&event.details);
        opportunity.entered(&event.entry);
        opportunity
    }
}

fn owner(person: &PersonId) -> String {
    person.as_str().to_owned()
}

fn happened(
    opportunities: &mut Set<Opportunity>,
    deltas: &mut Deltas,
    event: &Recorded,
    what: &OpportunityEvent,
) -> Result<(), ApplyError> {
    if let OpportunityEvent::Opened(opened) = what {
        let opportunity = Opportunity::opened(opened);
        let counted = Counted {
            figure: Figure::OpportunitiesOpened,
            when: When::At(opened.entry.at),
            owner: &opportunity.owner,
            detail: "",
        };
        deltas.add(event, &counted, 1, opportunity.much());
        opportunities.insert(id(event), opportunity);
        return Ok(());
    }
    let opportunity = opportunities.of(event)?;
    let closed = match what {
        OpportunityEvent::Opened(_) => return Ok(()),
        OpportunityEvent::Changed(changed) => {
            opportunity.details(&changed.details);
            return Ok(());
        }
        OpportunityEvent::LinesSet(set) => {
            opportunity.brings(set.amount);
            return Ok(());
        }
        OpportunityEvent::Assigned(assigned) => {
            opportunity.owner = owner(&assigned.owner);
            return Ok(());
        }
        OpportunityEvent::StageChanged(changed) => {
            opportunity.entered(&changed.entry);
            return Ok(());
        }
        OpportunityEvent::Reopened(reopened) => {
            if let Some((counted, much)) = opportunity.closing(-1) {
                deltas.add(event, &counted, -1, much);
            }
            opportunity.entered(&reopened.entry);
            opportunity.open = true;
            return Ok(());
        }
        OpportunityEvent::Won(won) => {
            opportunity.brings(Some(won.amount));
            (true, won.entry.at)
        }
        OpportunityEvent::Lost(lost) => (false, lost.entry.at),
    };
    opportunity.close(closed.0, closed.1);
    if let Some((counted, much)) = opportunity.closing(1) {
        deltas.add(event, &counted, 1, much);
    }
    Ok(())
}
