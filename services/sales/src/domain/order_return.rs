//! Returns (退货): requested, approved, received, refunded (S-09).
//!
//! A return asks for goods of one order, never for more than was delivered, is not returned and no
//! other open return asks for: the order keeps the count, and the return writes to it. What each
//! state allows (`yes`: accepted; `nothing`: accepted, changes nothing; a code: refused):
//!
#![doc = include_str!("order_return/transitions.md")]
//!
//! Goods that came back lower what can be billed of the order. As far as more is billed than the
//! customer kept, credit notes give the value back, in the way that the return asks for; the one
//! that gives the last of it back closes the return. A return that needs none
//! ([`GoodsReturn::to_credit`]) is closed by itself.

use guanxi_decider::{Context, Decider, Decision, Numbered, Reads, Refusal};
use guanxi_events::{
    PersonId,
    customers::CustomerId,
    document_number,
    sales::{
        CreditNoteId, LineQuantity, OrderId, RefundAs, RefundId, ReturnEvent, ReturnLine,
        ReturnRequested,
    },
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::order::{Order, Sale, and_account};

mod decide;
#[cfg(test)]
mod tests;

/// The decider of a return.
#[derive(Debug)]
pub struct OrderReturn;

/// A return that exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoodsReturn {
    /// Its number as people read it, `RT-2026-00017`; absent until the log dealt it.
    pub number: Option<String>,
    /// The order.
    pub order: OrderId,
    /// Who bought.
    pub customer: CustomerId,
    /// What is to come back, and why.
    pub lines: Vec<ReturnLine>,
    /// How the customer wants the value.
    pub refund: RefundAs,
    /// Who asked.
    pub by: PersonId,
    /// How far it is.
    pub status: Status,
    /// What came back.
    pub received: Vec<LineQuantity>,
    /// The credit notes that gave of its value back, in order, less those that were voided.
    pub given_back: Vec<GivenBack>,
}

/// What one credit note gave back of a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenBack {
    /// The credit note.
    pub credit_note: CreditNoteId,
    /// The payment to the customer, when it was given back as money.
    pub refund: Option<RefundId>,
    /// What it credits of the return.
    pub lines: Vec<LineQuantity>,
}

/// How far a return is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Somebody asked for it.
    Requested,
    /// The goods may come back.
    Approved,
    /// They may not.
    Rejected {
        /// Why.
        reason: String,
    },
    /// They will not.
    Withdrawn {
        /// Why.
        reason: String,
    },
    /// They came back; their value is not, or not all, given back yet.
    Received,
    /// Their value was given back, or nothing of them had been billed.
    Refunded {
        /// The credit note.
        credit_note: Option<CreditNoteId>,
        /// The payment to the customer.
        refund: Option<RefundId>,
    },
}

/// What can be asked of a return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Ask for it.
    Request(Request),
    /// Let the goods come back.
    Approve,
    /// Do not.
    Reject {
        /// Why.
        reason: String,
    },
    /// It will not happen.
    Withdraw {
        /// Why.
        reason: String,
    },
    /// The goods came back.
    Receive {
        /// Which; all that was asked for when absent.
        lines: Option<Vec<LineQuantity>>,
    },
    /// Nothing of it is to be credited: it is done.
    Close,
}

/// What is to come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The order.
    pub order: OrderId,
    /// At least one; each order line once.
    pub lines: Vec<ReturnLine>,
    /// How the customer wants the value.
    pub refund: RefundAs,
    /// Whether the goods are on the counter: it is approved and received as it is asked for.
    pub at_once: bool,
}

impl OrderReturn {
    /// The series of returns' numbers begins with this; the year of the business date follows.
    pub const SERIES: &'static str = "RT";
}

impl Decider for OrderReturn {
    type State = Option<GoodsReturn>;
    type Command = Command;
    type Event = ReturnEvent;

    const SNAPSHOT: u16 = 2;

    fn reads(state: &Self::State, command: &Command) -> Reads {
        match (command, state) {
            (Command::Request(request), _) => Reads::none().and::<Order>(request.order),
            (Command::Approve, _) | (_, None) => Reads::none(),
            (_, Some(returned)) => Reads::none().and::<Order>(returned.order),
        }
    }

    /// What came back changes what the customer is committed to.
    fn reads_further(state: &Self::State, command: &Command, context: &Context) -> Reads {
        let order = match (command, state) {
            (Command::Request(request), _) if request.at_once => request.order,
            (Command::Receive { .. }, Some(returned)) => returned.order,
            _ => return Reads::none(),
        };
        match context.read::<Order>(order).ok().as_deref() {
            Some(Some(sale)) => and_account(Reads::none(), sale.customer, sale.currency),
            _ => Reads::none(),
        }
    }

    fn decide(
        state: &Self::State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<ReturnEvent>, Refusal> {
        let decision = match (command, state) {
            (Command::Request(request), None) => decide::request(request, context)?,
            (Command::Request(_), Some(returned)) => return Err(exists(returned, context)),
            (_, None) => return Err(Refusal::not_found("return", context.id)),
            (command, Some(returned)) => decide::existing(returned, command, context)?,
        };
        Ok(decision.occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(state: Self::State, event: &ReturnEvent) -> Self::State {
        if let ReturnEvent::Requested(requested) = event {
            return Some(GoodsReturn::new(requested));
        }
        state.map(|returned| returned.after(event))
    }

    fn numbered(state: Self::State, number: Numbered<'_>) -> Self::State {
        state.map(|returned| GoodsReturn {
            number: Some(document_number(number.series, number.number)),
            ..returned
        })
    }
}

impl GoodsReturn {
    fn new(requested: &ReturnRequested) -> Self {
        Self {
            number: None,
            order: requested.order,
            customer: requested.customer,
            lines: requested.lines.clone(),
            refund: requested.refund,
            by: requested.by.clone(),
            status: Status::Requested,
            received: Vec::new(),
            given_back: Vec::new(),
        }
    }

    fn after(mut self, event: &ReturnEvent) -> Self {
        self.status = match event {
            ReturnEvent::Requested(_) => return self,
            ReturnEvent::Approved(_) => Status::Approved,
            ReturnEvent::Rejected(rejected) => Status::Rejected {
                reason: rejected.reason.clone(),
            },
            ReturnEvent::Withdrawn(withdrawn) => Status::Withdrawn {
                reason: withdrawn.reason.clone(),
            },
            ReturnEvent::Received(received) => {
                self.received.clone_from(&received.lines);
                Status::Received
            }
            ReturnEvent::PartlyRefunded(part) => {
                self.gave_back(part.credit_note, part.refund, &part.lines);
                Status::Received
            }
            ReturnEvent::Refunded(refunded) => {
                if let Some(credit_note) = refunded.credit_note {
                    self.gave_back(credit_note, refunded.refund, &refunded.lines);
                }
                Status::Refunded {
                    credit_note: refunded.credit_note,
                    refund: refunded.refund,
                }
            }
            ReturnEvent::RefundTakenBack(back) => {
                let gave = &mut self.given_back;
                gave.retain(|given| given.credit_note != back.credit_note);
                Status::Received
            }
        };
        self
    }

    fn gave_back(
        &mut self,
        credit_note: CreditNoteId,
        refund: Option<RefundId>,
        lines: &[LineQuantity],
    ) {
        self.given_back.push(GivenBack {
            credit_note,
            refund,
            lines: lines.to_vec(),
        });
    }

    /// What of the received goods is to be credited: as far as more of the order is billed than
    /// the customer kept, less what the return's own credit notes credit already.
    pub fn to_credit(&self, sale: &Sale) -> Vec<LineQuantity> {
        let credited = |line: u32| {
            let notes = self.given_back.iter().flat_map(|given| &given.lines);
            let of_it = notes.filter(|part| part.line == line);
            of_it.fold(Decimal::ZERO, |sum, part| sum.saturating_add(part.quantity))
        };
        self.received
            .iter()
            .filter_map(|came| {
                let left = came.quantity.saturating_sub(credited(came.line));
                let due = sale.line(came.line)?.to_credit();
                let due = due.min(left).max(Decimal::ZERO);
                (!due.is_zero()).then_some(LineQuantity {
                    line: came.line,
                    quantity: due,
                })
            })
            .collect()
    }
}

fn exists(returned: &GoodsReturn, context: &Context) -> Refusal {
    let number = returned.number.as_deref().unwrap_or_default();
    Refusal::already_exists(
        "RETURN_EXISTS",
        format!("return {} is there already, {number}", context.id),
    )
}
