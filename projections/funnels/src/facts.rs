//! From the events of the sales service to what they change.

use guanxi_events::{
    DecodeError, DomainEvent, Money, Recorded,
    sales::{OpportunityDetails, OpportunityEvent, StageEntry},
};
use uuid::Uuid;

use crate::fold::{Amount, Change, Details, State, Status, Step};

/// What one event says of its opportunity.
pub(crate) enum Fact {
    /// It was opened, in this pipeline.
    Opened(Uuid, Box<State>),
    /// Something about it changed.
    Changed(Change),
}

/// Reads an event of an opportunity.
pub(crate) fn fact(event: &Recorded) -> Result<Fact, DecodeError> {
    Ok(Fact::Changed(
        match OpportunityEvent::decode(&event.event_type, &event.data)? {
            OpportunityEvent::Opened(opened) => {
                let state = State {
                    stage: opened.entry.stage.into(),
                    stage_since: event.occurred_at,
                    status: Status::Open,
                    probability: opened.entry.probability.into(),
                    closed_at: None,
                    close_reason: None,
                    owner: opened.owner.into(),
                    team: opened.team,
                    details: details(opened.details),
                };
                return Ok(Fact::Opened(opened.pipeline.id.into(), Box::new(state)));
            }
            OpportunityEvent::Changed(changed) => Change::Details(details(changed.details)),
            OpportunityEvent::LinesSet(set) => Change::Amount(set.amount.map(amount)),
            OpportunityEvent::Assigned(assigned) => Change::People {
                owner: assigned.owner.into(),
                team: assigned.team,
            },
            OpportunityEvent::StageChanged(changed) => step(Step::Entered, changed.entry),
            OpportunityEvent::Reopened(reopened) => step(Step::Entered, reopened.entry),
            OpportunityEvent::Won(won) => step(
                Step::Won {
                    amount: amount(won.amount),
                    reason: won.reason,
                },
                won.entry,
            ),
            OpportunityEvent::Lost(lost) => step(
                Step::Lost {
                    reason: lost.reason,
                },
                lost.entry,
            ),
        },
    ))
}

fn step(step: Step, entry: StageEntry) -> Change {
    Change::Step {
        step,
        stage: entry.stage.into(),
        probability: entry.probability.into(),
    }
}

fn details(details: OpportunityDetails) -> Details {
    Details {
        title: details.title,
        customer: details.customer.map(Uuid::from),
        amount: details.amount.map(amount),
        expected_close: details.expected_close,
        source: details.source,
        priority: details.priority,
    }
}

fn amount(money: Money) -> Amount {
    // 10.5 and 10.50 are one amount, and must be one row.
    Amount {
        value: money.amount.normalize(),
        currency: money.currency.code().to_owned(),
    }
}
