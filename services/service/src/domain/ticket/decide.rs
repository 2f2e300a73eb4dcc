//! The road of every command to a ticket: what is refused at once, what follows, and what that
//! means for the queue.

use guanxi_decider::{Context, Decision, Refusal};
use guanxi_events::{
    PersonId,
    service::{
        QueueEvent, QueueId, QueueTicketLeft, QueueTicketTaken, TicketEvent, TicketId,
        ticket::{Given, TicketAssigned, TicketReplayEnded},
    },
};
use jiff::Timestamp;

use super::{Command, Status, Work, clocks};

pub(super) type Decided = Result<Decision<TicketEvent>, Refusal>;

/// A command to a ticket that exists.
pub(super) fn existing(work: &Work, command: &Command, context: &Context) -> Decided {
    let at = work.moment(command, context)?;
    let told = work.told_until(at);
    let now = told
        .iter()
        .fold(work.clone(), |work, event| work.after(event));
    now.takes(command)?;
    let decided = now.decided(command, at, context)?;
    let decided = clocks::follow(Some(&now), decided, context)?;
    let events = told.into_iter().map(|event| (event, Vec::new()));
    let decision = Decision {
        events: events.chain(decided.events).collect(),
        ..decided
    };
    Ok(with_load(decision, Some(work), context)?.occurred_at(Some(at)))
}

impl Work {
    /// A merged ticket takes nothing but its way back, and what ends its history.
    fn takes(&self, command: &Command) -> Result<(), Refusal> {
        let Some(survivor) = self.merged_into else {
            return Ok(());
        };
        match command {
            Command::Unmerge | Command::EndReplay => Ok(()),
            Command::Merge { into } if *into == survivor => Ok(()),
            _ => Err(Refusal::precondition(
                "TICKET_MERGED",
                format!("it goes on in ticket {survivor}"),
            )
            .figure("survivor", survivor)),
        }
    }

    fn decided(&self, command: &Command, at: Timestamp, context: &Context) -> Decided {
        match command {
            Command::Open(_) => Err(Refusal::internal("it is open already")),
            Command::Change(patch) => self.change(patch, at, context),
            Command::Prioritise { to, reason } => self.prioritise(*to, reason.as_ref(), at),
            Command::Assign { to } => self.assign(to.as_ref(), at, context),
            Command::Unassign { reason } => self.unassign(reason.as_ref(), at),
            Command::Transfer { queue, to, reason } => {
                self.transfer(*queue, to.as_ref(), reason.as_ref(), at, context)
            }
            Command::Watch { add, remove } => self.watch(add, remove),
            Command::Reply(say) => self.reply(say, at, context),
            Command::Note(say) => self.note(say, context),
            Command::Wait {
                pending,
                until,
                reason,
            } => self.wait(*pending, *until, reason.as_ref(), at),
            Command::Resume => self.resume(at),
            Command::Resolve { text } => self.resolve(text.as_ref(), at, context),
            Command::Close => self.close(at),
            Command::Reopen { reason } => self.reopen(reason.as_ref(), at),
            Command::SetParent { parent } => self.set_parent(*parent, context),
            Command::Link { other } => self.link(*other, context),
            Command::Unlink { other } => self.unlink(*other, context),
            Command::Merge { into } => self.merge(*into, at, context),
            Command::Unmerge => self.unmerge(at, context),
            Command::EndReplay if self.replay => Ok(Decision::event(TicketReplayEnded { at })),
            Command::EndReplay => Ok(Decision::nothing()),
        }
    }

    /// Whose work it is, as its queue counts it: what is done, merged or history is nobody's.
    pub fn holder(&self) -> Option<(QueueId, &PersonId)> {
        let live = matches!(
            self.status,
            Status::New | Status::Open | Status::Pending { .. }
        );
        let counts = live && self.merged_into.is_none() && !self.replay;
        let person = self.assignee.as_ref().filter(|_| counts)?;
        Some((self.queue, person))
    }

    /// It is worked on.
    ///
    /// # Errors
    /// `TICKET_RESOLVED`, `TICKET_CLOSED`.
    pub(super) fn is_live(&self) -> Result<(), Refusal> {
        match self.status {
            Status::New | Status::Open | Status::Pending { .. } => Ok(()),
            Status::Resolved => Err(Refusal::precondition(
                "TICKET_RESOLVED",
                "it is resolved: it must be reopened first",
            )),
            Status::Closed => Err(closed()),
        }
    }

    /// It is not closed.
    ///
    /// # Errors
    /// `TICKET_CLOSED`.
    pub(super) fn is_not_closed(&self) -> Result<(), Refusal> {
        match self.status {
            Status::Closed => Err(closed()),
            _ => Ok(()),
        }
    }
}

fn closed() -> Refusal {
    Refusal::precondition("TICKET_CLOSED", "it is closed")
}

/// What the decision means for the queues that count whose work the ticket is.
pub(super) fn with_load(
    decision: Decision<TicketEvent>,
    before: Option<&Work>,
    context: &Context,
) -> Decided {
    let after = decision.events.iter().fold(before.cloned(), |work, event| {
        super::evolved(work, &event.0)
    });
    let given = decision.events.iter().any(|(event, _)| {
        matches!(event, TicketEvent::Assigned(TicketAssigned { given, .. }) if *given != Given::ByHand)
    });
    let (left, took) = (
        before.and_then(Work::holder),
        after.as_ref().and_then(Work::holder),
    );
    if left == took {
        return Ok(decision);
    }
    let ticket = TicketId(context.id);
    let decision = match left {
        Some((queue, person)) => decision.elsewhere::<QueueEvent>(
            queue,
            QueueTicketLeft {
                ticket,
                person: person.clone(),
            },
        ),
        None => decision,
    };
    Ok(match took {
        Some((queue, person)) => decision.elsewhere::<QueueEvent>(
            queue,
            QueueTicketTaken {
                ticket,
                person: person.clone(),
                given,
            },
        ),
        None => decision,
    })
}
