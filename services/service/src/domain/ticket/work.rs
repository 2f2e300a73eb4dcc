//! Opening a ticket, what is told about it, and whose work it is (V-01, V-03).

use std::{collections::BTreeSet, sync::Arc};

use guanxi_decider::{Context, Decision, Refusal};
use guanxi_events::{
    PersonId,
    customers::CustomerId,
    service::{
        Priority, QueueId, TicketEvent,
        ticket::{
            Given, TicketAssigned, TicketChanged, TicketOpened, TicketPriorityChanged,
            TicketStarted, TicketTransferred, TicketUnassigned, TicketWatchersChanged,
        },
    },
};
use jiff::Timestamp;

use super::{
    Open, Patch, Status, Ticket, Work, clocks,
    decide::{Decided, with_load},
};
use crate::domain::{
    customer_copy::CustomerCopy,
    queue::{Desk, Queue},
};

/// A ticket has at most this many watchers.
pub const MAX_WATCHERS: usize = 100;

/// A new ticket, and whom it is given to at once.
pub(super) fn open(open: &Open, context: &Context) -> Decided {
    let at = context.occurred_at()?;
    if open.replay && !context.actor.may_backdate {
        return Err(Refusal::forbidden(
            "NOT_IMPORTER",
            "only the importer's role tells history from elsewhere again",
        ));
    }
    let desk = desk(open.queue, context)?;
    known(open.details.customer, context)?;
    let opened = TicketOpened {
        at,
        details: open.details.clone(),
        priority: open.priority,
        queue: desk.named(open.queue),
        text: open.text.clone(),
        attachments: open.attachments.clone(),
        follow_up_of: open.follow_up_of,
        replay: open.replay,
    };
    let work = Work::opened(&opened);
    let decision = Decision::event(opened).numbered(Ticket::SERIES);
    let decision = match choice(&desk, open.assignee.as_ref(), open.replay)? {
        Some((person, given)) => work.given(decision, person, given, &desk, at),
        None => decision,
    };
    let decision = clocks::follow(None, decision, context)?;
    Ok(with_load(decision, None, context)?.occurred_at(Some(at)))
}

impl Work {
    pub(super) fn change(&self, patch: &Patch, at: Timestamp, context: &Context) -> Decided {
        self.is_not_closed()?;
        known(patch.customer.flatten(), context)?;
        let details = patch.applied_to(&self.details);
        if details == self.details {
            return Ok(Decision::nothing());
        }
        Ok(Decision::event(TicketChanged { at, details }))
    }

    pub(super) fn prioritise(
        &self,
        to: Priority,
        reason: Option<&String>,
        at: Timestamp,
    ) -> Decided {
        self.is_live()?;
        if to == self.priority {
            return Ok(Decision::nothing());
        }
        Ok(Decision::event(TicketPriorityChanged {
            at,
            from: self.priority,
            to,
            reason: reason.cloned(),
        }))
    }

    /// By hand to whom is named, else to whom the queue chooses.
    pub(super) fn assign(
        &self,
        to: Option<&PersonId>,
        at: Timestamp,
        context: &Context,
    ) -> Decided {
        self.is_live()?;
        let desk = desk(self.queue, context)?;
        let (person, given) = match to {
            Some(person) => {
                desk.may_take(person)?;
                (person.clone(), Given::ByHand)
            }
            None => {
                let (person, given) = desk.must_give()?;
                (person.clone(), given)
            }
        };
        if self.assignee.as_ref() == Some(&person) {
            return Ok(Decision::nothing());
        }
        Ok(self.given(Decision::nothing(), person, given, &desk, at))
    }

    pub(super) fn unassign(&self, reason: Option<&String>, at: Timestamp) -> Decided {
        self.is_live()?;
        let Some(from) = &self.assignee else {
            return Ok(Decision::nothing());
        };
        Ok(Decision::event(TicketUnassigned {
            at,
            from: from.clone(),
            reason: reason.cloned(),
        }))
    }

    /// It is nobody's in the new queue, unless somebody is named or the queue gives it at once.
    pub(super) fn transfer(
        &self,
        queue: QueueId,
        to: Option<&PersonId>,
        reason: Option<&String>,
        at: Timestamp,
        context: &Context,
    ) -> Decided {
        self.is_live()?;
        if queue == self.queue {
            return Ok(Decision::nothing());
        }
        let desk = desk(queue, context)?;
        let moved = TicketTransferred {
            at,
            from: self.queue,
            to: desk.named(queue),
            from_assignee: self.assignee.clone(),
            reason: reason.cloned(),
        };
        let there = self.clone().after(&moved.clone().into());
        let decision = Decision::event(moved);
        Ok(match choice(&desk, to, self.replay)? {
            Some((person, given)) => there.given(decision, person, given, &desk, at),
            None => decision,
        })
    }

    pub(super) fn watch(&self, add: &BTreeSet<PersonId>, remove: &BTreeSet<PersonId>) -> Decided {
        let added: BTreeSet<PersonId> = &(add - remove) - &self.watchers;
        let removed: BTreeSet<PersonId> = &(remove - add) & &self.watchers;
        if added.is_empty() && removed.is_empty() {
            return Ok(Decision::nothing());
        }
        let watchers = self.watchers.len() + added.len() - removed.len();
        if watchers > MAX_WATCHERS {
            return Err(Refusal::precondition(
                "TOO_MANY_WATCHERS",
                format!("{watchers} would watch it; {MAX_WATCHERS} may"),
            )
            .figure("watchers", watchers)
            .figure("limit", MAX_WATCHERS));
        }
        Ok(Decision::event(TicketWatchersChanged { added, removed }))
    }

    /// It is somebody's work, and work on it begins if it had not.
    fn given(
        &self,
        decision: Decision<TicketEvent>,
        person: PersonId,
        given: Given,
        desk: &Desk,
        at: Timestamp,
    ) -> Decision<TicketEvent> {
        decision
            .and(TicketAssigned {
                at,
                to: person,
                from: self.assignee.clone(),
                given,
                queue: desk.named(self.queue),
            })
            .and_if(self.start(at))
    }

    /// Work on a new ticket begins.
    pub(super) fn start(&self, at: Timestamp) -> Option<TicketStarted> {
        (self.status == Status::New).then_some(TicketStarted { at })
    }
}

/// A queue that the command read.
///
/// # Errors
/// `QUEUE_UNKNOWN`.
pub(super) fn desk(id: QueueId, context: &Context) -> Result<Arc<Desk>, Refusal> {
    let desk = context.read::<Queue>(id)?;
    if desk.existing(id).is_ok() {
        return Ok(desk);
    }
    Err(
        Refusal::precondition("QUEUE_UNKNOWN", format!("there is no queue {id}"))
            .figure("queue_id", id),
    )
}

/// Who is named, else who the queue gives it to. History is given to whom it was given.
fn choice(
    desk: &Desk,
    named: Option<&PersonId>,
    replay: bool,
) -> Result<Option<(PersonId, Given)>, Refusal> {
    if let Some(person) = named {
        desk.may_take(person)?;
        return Ok(Some((person.clone(), Given::ByHand)));
    }
    let next = desk.next().filter(|_| !replay);
    Ok(next.map(|(person, given)| (person.clone(), given)))
}

/// The customer stands in this service's own copy.
fn known(id: Option<CustomerId>, context: &Context) -> Result<(), Refusal> {
    let Some(id) = id else { return Ok(()) };
    if context.read::<CustomerCopy>(id)?.is_some() {
        return Ok(());
    }
    Err(Refusal::precondition(
        "CUSTOMER_UNKNOWN",
        format!(
            "the service service knows no customer {id}; one registered a moment ago may still be \
             on its way"
        ),
    )
    .figure("customer_id", id))
}

/// It is there already.
pub(super) fn exists(work: &Work, context: &Context) -> Refusal {
    let number = work.number.as_deref().unwrap_or_default();
    Refusal::already_exists(
        "TICKET_EXISTS",
        format!("ticket {} is there already, {number}", context.id),
    )
}
