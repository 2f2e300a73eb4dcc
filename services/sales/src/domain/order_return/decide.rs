//! What follows from each command to a return.

use std::sync::Arc;

use guanxi_decider::{Actor, Context, Decision, Refusal};
use guanxi_events::sales::{
    AccountEvent, LineQuantity, OrderEvent, OrderGoodsReturned, OrderId, OrderReturnAsked,
    OrderReturnDropped, ReturnApproved, ReturnEvent, ReturnId, ReturnReceived, ReturnRefunded,
    ReturnRejected, ReturnRequested, ReturnWithdrawn,
};
use rust_decimal::Decimal;

use super::{Command, GoodsReturn, OrderReturn, Request, Status};
use crate::domain::{
    order::{Order, Sale},
    sale_lines::fits,
};

type Decided = Result<Decision<ReturnEvent>, Refusal>;

/// A new return. One whose goods are on the counter is received at once.
pub(super) fn request(request: &Request, context: &Context) -> Decided {
    let sale = order(request.order, context)?;
    let asked: Vec<LineQuantity> = request.lines.iter().map(quantity).collect();
    let lines = sale.may_come_back(&asked)?;
    if lines.len() < asked.len() {
        return Err(Refusal::precondition(
            "LINE_TWICE",
            "each order line is named once, with one reason",
        ));
    }
    if request.at_once {
        may_approve(&context.actor)?;
    }
    let year = context.date_of(context.occurred_at()?).year();
    let requested = ReturnEvent::from(ReturnRequested {
        order: request.order,
        customer: sale.customer,
        lines: request.lines.clone(),
        refund: request.refund,
        by: context.actor.person.clone(),
    });
    fits(&requested)?;
    let requested =
        Decision::event(requested).numbered(format!("{}-{year:04}", OrderReturn::SERIES));
    if request.at_once {
        let approved = requested.and(ReturnApproved {});
        return received(approved, request.order, &sale, lines, context);
    }
    let asked = OrderReturnAsked {
        returned: ReturnId(context.id),
        lines,
    };
    Ok(requested.elsewhere::<OrderEvent>(request.order, asked))
}

/// A command to a return that exists.
pub(super) fn existing(returned: &GoodsReturn, command: &Command, context: &Context) -> Decided {
    let status = &returned.status;
    match command {
        Command::Request(_) => Err(Refusal::internal("it is requested already")),
        Command::Approve => match status {
            Status::Requested => {
                if context.actor.person == returned.by {
                    may_approve(&context.actor)?;
                }
                Ok(Decision::event(ReturnApproved {}))
            }
            Status::Approved | Status::Received | Status::Refunded { .. } => {
                Ok(Decision::nothing())
            }
            Status::Rejected { .. } | Status::Withdrawn { .. } => Err(returned.refused()),
        },
        Command::Reject { reason } => match status {
            Status::Requested => Ok(returned.drop(
                ReturnRejected {
                    reason: reason.clone(),
                },
                context,
            )),
            Status::Rejected { .. } => Ok(Decision::nothing()),
            _ => Err(returned.refused()),
        },
        Command::Withdraw { reason } => match status {
            Status::Requested | Status::Approved => Ok(returned.drop(
                ReturnWithdrawn {
                    reason: reason.clone(),
                },
                context,
            )),
            Status::Withdrawn { .. } => Ok(Decision::nothing()),
            _ => Err(returned.refused()),
        },
        Command::Receive { lines } => match status {
            Status::Approved => returned.receive(lines.as_deref(), context),
            Status::Requested => Err(Refusal::precondition(
                "RETURN_NOT_APPROVED",
                "it is not approved: nothing is taken back before somebody approved it",
            )),
            _ => Err(returned.refused()),
        },
        Command::Close => match status {
            Status::Received => returned.close(context),
            Status::Refunded { .. } => Ok(Decision::nothing()),
            Status::Requested | Status::Approved => Err(Refusal::precondition(
                "RETURN_NOT_RECEIVED",
                "nothing came back yet: withdraw it when nothing will",
            )),
            _ => Err(returned.refused()),
        },
    }
}

impl GoodsReturn {
    /// It will not happen: another return may ask for the same goods.
    fn drop(&self, event: impl Into<ReturnEvent>, context: &Context) -> Decision<ReturnEvent> {
        let dropped = OrderReturnDropped {
            returned: ReturnId(context.id),
        };
        Decision::event(event).elsewhere::<OrderEvent>(self.order, dropped)
    }

    fn receive(&self, came: Option<&[LineQuantity]>, context: &Context) -> Decided {
        let sale = order(self.order, context)?;
        let lines = match came {
            None => self.lines.iter().map(quantity).collect(),
            Some(came) => self.as_asked(came)?,
        };
        received(Decision::nothing(), self.order, &sale, lines, context)
    }

    /// What came is no more than what was asked for.
    fn as_asked(&self, came: &[LineQuantity]) -> Result<Vec<LineQuantity>, Refusal> {
        let mut lines: Vec<LineQuantity> = Vec::with_capacity(came.len());
        for part in came {
            match lines.iter_mut().find(|line| line.line == part.line) {
                Some(line) => line.quantity = line.quantity.saturating_add(part.quantity),
                None => lines.push(*part),
            }
        }
        for part in &lines {
            let asked = self.lines.iter().find(|asked| asked.line == part.line);
            let asked = asked.map_or(Decimal::ZERO, |asked| asked.quantity);
            if part.quantity > asked {
                let (line, came) = (part.line, part.quantity.normalize());
                let asked = asked.normalize();
                return Err(Refusal::precondition(
                    "RECEIVED_TOO_MUCH",
                    format!(
                        "of line {line}, {came} came back, and {asked} was asked for: what is \
                         more needs another return"
                    ),
                )
                .figure("line", line)
                .figure("received", came)
                .figure("asked", asked));
            }
        }
        Ok(lines)
    }

    fn close(&self, context: &Context) -> Decided {
        let sale = order(self.order, context)?;
        let due = self.to_credit(&sale);
        if let Some(part) = due.first() {
            return Err(Refusal::precondition(
                "RETURN_TO_BE_CREDITED",
                format!(
                    "of line {}, {} that came back is billed: a credit note gives it back and \
                     closes the return",
                    part.line,
                    part.quantity.normalize()
                ),
            )
            .figure("line", part.line)
            .figure("to_credit", part.quantity.normalize()));
        }
        Ok(Decision::event(ReturnRefunded {
            credit_note: None,
            refund: None,
            lines: Vec::new(),
        }))
    }

    /// It is past that.
    fn refused(&self) -> Refusal {
        let (code, what) = match &self.status {
            Status::Requested => ("RETURN_REQUESTED", "requested"),
            Status::Approved => ("RETURN_APPROVED", "approved: it can be withdrawn"),
            Status::Rejected { .. } => ("RETURN_REJECTED", "rejected"),
            Status::Withdrawn { .. } => ("RETURN_WITHDRAWN", "withdrawn"),
            Status::Received => ("RETURN_RECEIVED", "received"),
            Status::Refunded { .. } => ("RETURN_REFUNDED", "refunded"),
        };
        Refusal::precondition(code, format!("it is {what}"))
    }
}

/// The goods are back, and the customer is committed to what is left to be billed.
fn received(
    decision: Decision<ReturnEvent>,
    order: OrderId,
    sale: &Sale,
    lines: Vec<LineQuantity>,
    context: &Context,
) -> Decided {
    let back = OrderEvent::from(OrderGoodsReturned {
        returned: ReturnId(context.id),
        lines: lines.clone(),
    });
    let after = sale.with(&back);
    let decision = decision
        .and(ReturnReceived { lines })
        .elsewhere::<OrderEvent>(order, back);
    Ok(match after.commits(order, context)? {
        Some((set, _)) => decision.elsewhere::<AccountEvent>(after.customer, set),
        None => decision,
    })
}

/// Who asks may not approve what they asked for themselves, unless they manage, or load history.
fn may_approve(actor: &Actor) -> Result<(), Refusal> {
    if actor.manages || actor.may_backdate {
        return Ok(());
    }
    Err(Refusal::forbidden(
        "NOT_BY_WHO_ASKED",
        "somebody else must approve it, or somebody who manages",
    ))
}

fn order(id: OrderId, context: &Context) -> Result<Sale, Refusal> {
    let state: Arc<Option<Sale>> = context.read::<Order>(id)?;
    Option::clone(&state).ok_or_else(|| {
        Refusal::precondition("ORDER_UNKNOWN", format!("there is no order {id}"))
            .figure("order_id", id)
    })
}

fn quantity(line: &guanxi_events::sales::ReturnLine) -> LineQuantity {
    LineQuantity {
        line: line.line,
        quantity: line.quantity,
    }
}
