//! The transfer of a leaver's whole desk (C-09): one command, many customers, a job that can be
//! taken back.
//!
//! Items are numbered on: 0 to n - 1 hand the customers on, n and following hand those back that
//! really changed hands. A customer that somebody else gave away in between stays where it is, and
//! is listed.

use guanxi_decider::{Actor, Context, Decider, Decision, Refusal};
use guanxi_events::{
    PersonId,
    customers::{
        CustomerId, DeskTransferAdvanced, DeskTransferEvent, DeskTransferId, DeskTransferStarted,
        DeskTransferTakenBack, RefusedItem,
    },
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The transfer of a desk.
#[derive(Debug, Clone, Copy)]
pub struct DeskTransfer;

/// What is known of a transfer; the default is one that does not exist.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The order.
    pub order: Option<DeskTransferStarted>,
    /// The order to take it back, and the customers that go back, in order.
    pub back: Option<(DeskTransferTakenBack, Vec<CustomerId>)>,
    /// The number of the next item.
    pub next: u64,
    /// The items that were refused.
    pub refused: Vec<RefusedItem>,
}

/// What can be asked of a transfer.
#[derive(Debug, Clone)]
pub enum Command {
    /// Hand these customers on.
    Start {
        /// Whose.
        from: PersonId,
        /// To whom.
        to: PersonId,
        /// Which.
        customers: Vec<CustomerId>,
        /// Why.
        reason: Option<String>,
    },
    /// Take it back.
    TakeBack {
        /// Why.
        reason: Option<String>,
    },
    /// Items are done: the runner's word, never a caller's.
    Report {
        /// The number after the last item that is done.
        next: u64,
        /// Those that were refused.
        refused: Vec<RefusedItem>,
    },
}

/// How a transfer goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The item's number.
    pub item: u64,
    /// The customer.
    pub customer: CustomerId,
    /// Who must own it, or it stays where it is.
    pub from: PersonId,
    /// Who is to own it.
    pub to: PersonId,
}

impl State {
    /// The order of a transfer that must exist.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub fn existing(&self, id: DeskTransferId) -> Result<&DeskTransferStarted, Refusal> {
        let missing = || Refusal::not_found("desk transfer", id);
        self.order.as_ref().ok_or_else(missing)
    }

    /// How many items there are, there and back.
    pub fn items(&self) -> u64 {
        let there = self.order.as_ref().map_or(0, |order| order.customers.len());
        let back = self
            .back
            .as_ref()
            .map_or(0, |(_, customers)| customers.len());
        (there + back) as u64
    }

    /// Whether all items are done.
    pub fn finished(&self) -> bool {
        self.next >= self.items()
    }

    /// The steps from the next item on, at most `limit`.
    pub fn steps(&self, limit: usize) -> Vec<Step> {
        let Some(order) = &self.order else {
            return Vec::new();
        };
        let there = order.customers.iter().map(|c| (*c, &order.from, &order.to));
        let back = self.back.iter().flat_map(|(_, customers)| customers);
        let back = back.map(|c| (*c, &order.to, &order.from));
        (0..)
            .zip(there.chain(back))
            .skip_while(|(item, _)| *item < self.next)
            .take(limit)
            .map(|(item, (customer, from, to))| Step {
                item,
                customer,
                from: from.clone(),
                to: to.clone(),
            })
            .collect()
    }

    /// In whose name the customers change hands now.
    pub fn actor(&self) -> Option<Actor> {
        let back = self.back.as_ref().map(|(back, _)| &back.ordered_by);
        let person = back
            .or(self.order.as_ref().map(|order| &order.ordered_by))?
            .clone();
        // Only a manager can order a transfer, so what follows from it is a manager's act.
        Some(Actor {
            person,
            may_backdate: false,
            manages: true,
        })
    }

    /// Those that changed hands.
    fn moved(&self) -> Vec<CustomerId> {
        let Some(order) = &self.order else {
            return Vec::new();
        };
        let stayed = |item: u64| self.refused.iter().any(|refused| refused.item == item);
        let moved = (0..)
            .zip(&order.customers)
            .filter(|(item, _)| !stayed(*item));
        moved.map(|(_, customer)| *customer).collect()
    }
}

impl Decider for DeskTransfer {
    type State = State;
    type Command = Command;
    type Event = DeskTransferEvent;
    const SNAPSHOT: u16 = 1;

    fn decide(
        state: &State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<DeskTransferEvent>, Refusal> {
        if let Command::Start {
            from,
            to,
            customers,
            reason,
        } = command
        {
            return start(state, from, to, customers, reason.as_ref(), context);
        }
        state.existing(DeskTransferId(context.id))?;
        match command {
            Command::TakeBack { reason } => take_back(state, reason.as_ref(), context),
            Command::Report { next, refused } if *next > state.next => {
                let refused = refused.iter().filter(|refused| refused.item >= state.next);
                let refused = refused.cloned().collect();
                Ok(Decision::event(DeskTransferAdvanced {
                    next: *next,
                    refused,
                }))
            }
            Command::Report { .. } | Command::Start { .. } => Ok(Decision::nothing()),
        }
    }

    fn evolve(mut state: State, event: &DeskTransferEvent) -> State {
        match event {
            DeskTransferEvent::Started(order) => state.order = Some(order.clone()),
            DeskTransferEvent::Advanced(advanced) => {
                state.next = advanced.next;
                state.refused.extend(advanced.refused.iter().cloned());
            }
            DeskTransferEvent::TakenBack(back) => {
                state.back = Some((back.clone(), state.moved()));
            }
        }
        state
    }

    fn waiting(state: &State) -> Option<Timestamp> {
        // Since ever: the runner takes it up at once.
        (!state.finished()).then_some(Timestamp::UNIX_EPOCH)
    }
}

fn start(
    state: &State,
    from: &PersonId,
    to: &PersonId,
    customers: &[CustomerId],
    reason: Option<&String>,
    context: &Context,
) -> Result<Decision<DeskTransferEvent>, Refusal> {
    if state.order.is_some() {
        let message = format!("there is a desk transfer {} already", context.id);
        return Err(Refusal::already_exists("DESK_TRANSFER_EXISTS", message));
    }
    must_manage(context)?;
    if from == to {
        let message = format!("{from} has the desk already");
        return Err(Refusal::precondition("SAME_OWNER", message));
    }
    Ok(Decision::event(DeskTransferStarted {
        from: from.clone(),
        to: to.clone(),
        customers: customers.to_vec(),
        reason: reason.cloned(),
        ordered_by: context.actor.person.clone(),
    }))
}

fn take_back(
    state: &State,
    reason: Option<&String>,
    context: &Context,
) -> Result<Decision<DeskTransferEvent>, Refusal> {
    must_manage(context)?;
    if state.back.is_some() {
        return Ok(Decision::nothing());
    }
    if !state.finished() {
        let (done, items) = (state.next, state.items());
        let message = format!("{done} of {items} customers are handed on: wait for the rest");
        return Err(Refusal::precondition("STILL_RUNNING", message)
            .figure("done", done)
            .figure("items", items));
    }
    Ok(Decision::event(DeskTransferTakenBack {
        reason: reason.cloned(),
        ordered_by: context.actor.person.clone(),
    }))
}

fn must_manage(context: &Context) -> Result<(), Refusal> {
    if context.actor.manages {
        return Ok(());
    }
    let message = "only a manager hands a whole desk on";
    Err(Refusal::forbidden("NOT_A_MANAGER", message))
}
