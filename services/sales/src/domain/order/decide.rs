//! What follows from each command to an order.

use guanxi_decider::{Context, Decider, Decision, Refusal};
use guanxi_events::sales::{
    AccountEvent, LineQuantity, OrderConfirmed, OrderDelivered, OrderEvent, OrderHeld, OrderId,
    OrderLinesChanged, OrderPlaced, OrderReleased, OrderReopened, OrderRestCancelled, ProductId,
    ReceivablePlanEvent, SaleLine,
};
use rust_decimal::Decimal;

use super::{
    Command, Order, Place,
    parts::cancelled,
    sale::{Sale, Status},
};
use crate::domain::{
    account::Account,
    known, payment_terms,
    receivable_plan::ReceivablePlan,
    sale_lines::{self, Pricing, SaleLineInput},
};

type Decided = Result<Decision<OrderEvent>, Refusal>;

/// A new order.
pub(super) fn place(place: &Place, context: &Context) -> Decided {
    known::customer(place.customer, context)?;
    known::products_sold(products(&place.lines), [], context)?;
    if let Some(terms) = place.terms {
        payment_terms::known(terms, context)?;
    }
    let pricing = Pricing {
        currency: place.currency,
        includes_tax: place.prices_include_tax,
    };
    let placed = OrderEvent::from(OrderPlaced {
        customer: place.customer,
        currency: place.currency,
        prices_include_tax: place.prices_include_tax,
        lines: pricing.priced(&place.lines)?,
        owner: place
            .owner
            .clone()
            .unwrap_or_else(|| context.actor.person.clone()),
        team: place.team.clone(),
        terms: place.terms,
        over_delivery_percent: place.over_delivery_percent,
        reference: place.reference.clone(),
    });
    sale_lines::fits(&placed)?;
    let year = context.date_of(context.occurred_at()?).year();
    let decision = Decision::event(placed).numbered(format!("{}-{year:04}", Order::SERIES));
    Ok(decision.and_if(place.confirm.then_some(OrderConfirmed {})))
}

/// A command to an order that exists.
pub(super) fn existing(sale: &Sale, command: &Command, context: &Context) -> Decided {
    match command {
        Command::Place(_) => Err(Refusal::internal("it is placed already")),
        Command::ChangeLines { lines, .. } => sale.change_lines(lines, context),
        Command::Confirm { .. } => sale.confirm(),
        Command::Hold { reason } => sale.hold(reason),
        Command::Release => Ok(match sale.held {
            Some(_) => Decision::event(OrderReleased {}),
            None => Decision::nothing(),
        }),
        Command::Deliver { lines, reference } => sale.deliver(lines.as_deref(), reference.as_ref()),
        Command::CancelRest { lines, reason } => sale.cancel_rest(lines, reason),
        Command::Reopen { reason, .. } => sale.reopen(reason),
    }
}

/// The decision with what it commits the customer to. Goods that were delivered beyond what was
/// ordered commit without asking: they are a fact.
pub(super) fn committed(
    state: &Option<Sale>,
    command: &Command,
    decision: Decision<OrderEvent>,
    context: &Context,
) -> Decided {
    let grant = match command {
        Command::Place(place) if place.confirm => Some(place.grant.as_ref()),
        Command::ChangeLines { grant, .. }
        | Command::Confirm { grant }
        | Command::Reopen { grant, .. } => Some(grant.as_ref()),
        // Without a line that takes something off, the rest may come to more.
        Command::CancelRest { .. } => Some(None),
        Command::Deliver { .. } => None,
        Command::Place(_) | Command::Hold { .. } | Command::Release => return Ok(decision),
    };
    let events = decision.events.iter().map(|(event, _)| event);
    let Some(after) = events.fold(state.clone(), Order::evolve) else {
        return Ok(decision);
    };
    let order = OrderId(context.id);
    let set = match grant {
        Some(grant) => after.asks_credit(order, grant, context)?,
        None => after.flags_credit(order, context)?,
    };
    Ok(match set {
        Some(set) => decision.elsewhere::<AccountEvent>(after.customer, set),
        None => decision,
    })
}

/// The decision with the version of the order's plan that follows what the order comes to (S-21).
pub(super) fn planned(
    state: &Option<Sale>,
    command: &Command,
    decision: Decision<OrderEvent>,
    context: &Context,
) -> Decided {
    if matches!(
        command,
        Command::Place(_) | Command::Hold { .. } | Command::Release
    ) {
        return Ok(decision);
    }
    let plan = context.read::<ReceivablePlan>(context.id)?;
    let (Some(before), Some(plan)) = (state, plan.as_ref()) else {
        return Ok(decision);
    };
    let events = decision.events.iter().map(|(event, _)| event);
    let Some(after) = events.fold(state.clone(), Order::evolve) else {
        return Ok(decision);
    };
    if after.gross() == before.gross() {
        return Ok(decision);
    }
    let ledger = context.read::<Account>(after.customer)?;
    Ok(match plan.following(&after, &ledger, context.id.into()) {
        Some(set) => decision.elsewhere::<ReceivablePlanEvent>(context.id, set),
        None => decision,
    })
}

impl Sale {
    fn change_lines(&self, input: &[SaleLineInput], context: &Context) -> Decided {
        let lines = self.pricing().priced(input)?;
        self.may_change(&lines)?;
        if self.sale_lines().eq(&lines) {
            return Ok(Decision::nothing());
        }
        let before = self.sale_lines().filter_map(|line: &SaleLine| line.product);
        known::products_sold(products(input), before, context)?;
        let changed = OrderEvent::from(OrderLinesChanged { lines });
        sale_lines::fits(&changed)?;
        Ok(Decision::event(changed))
    }

    fn confirm(&self) -> Decided {
        if self.status() == Status::Cancelled {
            return Err(cancelled());
        }
        if self.confirmed {
            return Ok(Decision::nothing());
        }
        Ok(Decision::event(OrderConfirmed {}))
    }

    fn hold(&self, reason: &str) -> Decided {
        match self.status() {
            Status::Draft => Err(Refusal::precondition(
                "ORDER_NOT_CONFIRMED",
                "it is a draft: nothing of it is delivered or billed anyway",
            )),
            Status::Cancelled => Err(cancelled()),
            Status::Completed => Err(Refusal::precondition(
                "ORDER_COMPLETED",
                "it is completed: nothing is left to be held",
            )),
            _ if self.held.is_some() => Ok(Decision::nothing()),
            _ => Ok(Decision::event(OrderHeld {
                reason: reason.to_owned(),
            })),
        }
    }

    fn deliver(&self, asked: Option<&[LineQuantity]>, reference: Option<&String>) -> Decided {
        Ok(Decision::event(OrderDelivered {
            lines: self.deliverable(asked)?,
            reference: reference.cloned(),
        }))
    }

    fn cancel_rest(&self, lines: &[u32], reason: &str) -> Decided {
        if !self.confirmed && !lines.is_empty() {
            return Err(Refusal::precondition(
                "ORDER_NOT_CONFIRMED",
                "it is a draft: it is cancelled as a whole, and its lines are changed freely",
            ));
        }
        Ok(Decision::event(OrderRestCancelled {
            lines: self.cancellable(lines)?,
            reason: reason.to_owned(),
        }))
    }

    fn reopen(&self, reason: &str) -> Decided {
        if self
            .lines
            .iter()
            .all(|line| line.cancelled <= Decimal::ZERO)
        {
            return Err(Refusal::precondition(
                "NOTHING_CANCELLED",
                "nothing of it is cancelled that could be opened again",
            ));
        }
        Ok(Decision::event(OrderReopened {
            reason: reason.to_owned(),
        }))
    }
}

fn products(lines: &[SaleLineInput]) -> impl Iterator<Item = ProductId> {
    lines.iter().filter_map(|line| line.product)
}
