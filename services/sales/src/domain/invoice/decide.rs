//! What follows from each command to an invoice.

use guanxi_decider::{Context, Decision, Refusal};
use guanxi_events::sales::{
    AccountEvent, Billed, InvoiceCancelled, InvoiceDelivered, InvoiceEvent, InvoiceId,
    InvoiceMailed, InvoiceRequested, InvoiceWithdrawn, OrderEvent, OrderId, OrderUnbilled,
};
use jiff::civil::Date;

use super::{Asked, Bill, Command, Status};
use crate::domain::{
    account::{Account, void_invoice},
    known,
    order::{Order, Sale},
    payment_terms,
    sale_lines::{Pricing, fits},
};

pub(super) type Decided = Result<Decision<InvoiceEvent>, Refusal>;

pub(super) fn decide(bill: Option<&Bill>, command: &Command, context: &Context) -> Decided {
    let today = context.date_of(context.occurred_at()?);
    match (command, bill) {
        (Command::Request(asked), None) => {
            let requested = InvoiceEvent::from(asked.requested(context)?);
            fits(&requested)?;
            Ok(Decision::event(requested))
        }
        (
            Command::Issue {
                asked: Some(asked),
                grant,
            },
            None,
        ) => {
            let requested = asked.requested(context)?;
            super::issue::issue(&requested, grant.as_ref(), today, context)
        }
        (Command::Request(_) | Command::Issue { asked: Some(_), .. }, Some(bill)) => {
            Err(exists(bill, context))
        }
        (_, None) => Err(Refusal::not_found("invoice", context.id)),
        (Command::Issue { asked: None, grant }, Some(bill)) => match bill.status {
            Status::Requested => {
                super::issue::issue(&bill.as_requested(), grant.as_ref(), today, context)
            }
            _ => Err(bill.past_that()),
        },
        (Command::Withdraw { reason }, Some(bill)) => match bill.status {
            Status::Requested => Ok(Decision::event(InvoiceWithdrawn {
                reason: reason.clone(),
            })),
            Status::Withdrawn { .. } => Ok(Decision::nothing()),
            _ => Err(bill.past_that()),
        },
        (
            Command::Mail {
                carrier,
                tracking_number,
            },
            Some(bill),
        ) => {
            bill.not_before_it_was_issued(today)?;
            Ok(Decision::event(InvoiceMailed {
                carrier: carrier.clone(),
                tracking_number: tracking_number.clone(),
                on: today,
            }))
        }
        (Command::Arrived, Some(bill)) => {
            bill.not_before_it_was_issued(today)?;
            if bill.arrived.is_some() {
                return Ok(Decision::nothing());
            }
            Ok(Decision::event(InvoiceDelivered { on: today }))
        }
        (Command::Void { reason }, Some(bill)) => match bill.status {
            Status::Voided { .. } => Ok(Decision::nothing()),
            _ => bill.void(reason, today, context),
        },
    }
}

impl Asked {
    /// What would be billed now.
    pub(super) fn requested(&self, context: &Context) -> Result<InvoiceRequested, Refusal> {
        match self {
            Self::Order { order, lines } => {
                let sale = sale(*order, context)?;
                Ok(InvoiceRequested {
                    customer: sale.customer,
                    subject: Billed::Order {
                        order: *order,
                        parts: sale.billable(lines.as_deref())?,
                    },
                    currency: sale.currency,
                    terms: sale.terms,
                    owner: Some(sale.owner.clone()),
                    team: sale.team.clone(),
                })
            }
            Self::Lines(own) => {
                known::customer(own.customer, context)?;
                let products = own.lines.iter().filter_map(|line| line.product);
                known::products_sold(products, [], context)?;
                if let Some(terms) = own.terms {
                    payment_terms::known(terms, context)?;
                }
                let pricing = Pricing {
                    currency: own.currency,
                    includes_tax: own.prices_include_tax,
                };
                let actor = &context.actor.person;
                Ok(InvoiceRequested {
                    customer: own.customer,
                    subject: Billed::Lines(pricing.priced(&own.lines)?),
                    currency: own.currency,
                    terms: own.terms,
                    owner: own.owner.clone().or_else(|| Some(actor.clone())),
                    team: own.team.clone(),
                })
            }
        }
    }
}

/// The order as it is.
pub(super) fn sale(order: OrderId, context: &Context) -> Result<Sale, Refusal> {
    let sale = context.read::<Order>(order)?;
    Option::clone(&sale).ok_or_else(|| {
        Refusal::precondition("ORDER_UNKNOWN", format!("there is no order {order}"))
            .figure("order_id", order)
    })
}

impl Bill {
    fn as_requested(&self) -> InvoiceRequested {
        InvoiceRequested {
            customer: self.customer,
            subject: self.subject.clone(),
            currency: self.currency,
            terms: self.terms,
            owner: self.owner.clone(),
            team: self.team.clone(),
        }
    }

    /// Its state stands in the way.
    fn past_that(&self) -> Refusal {
        let (code, what) = match &self.status {
            Status::Requested => ("INVOICE_NOT_ISSUED", "it is only requested".to_owned()),
            Status::Issued => {
                let number = self.number.as_deref().unwrap_or_default();
                ("INVOICE_ISSUED", format!("it is issued as {number}"))
            }
            Status::Withdrawn { reason } => {
                ("INVOICE_WITHDRAWN", format!("it was withdrawn: {reason}"))
            }
            Status::Voided { on, reason } => {
                ("INVOICE_VOIDED", format!("it was voided on {on}: {reason}"))
            }
        };
        Refusal::precondition(code, what)
    }

    fn not_before_it_was_issued(&self, day: Date) -> Result<(), Refusal> {
        let issued = self.issued.as_ref();
        let Some(issued) = issued.filter(|_| self.status == Status::Issued) else {
            return Err(self.past_that());
        };
        if day >= issued.on {
            return Ok(());
        }
        Err(Refusal::precondition(
            "DATED_BEFORE_THE_DOCUMENT",
            format!(
                "it cannot have happened on {day}: it was issued on {}",
                issued.on
            ),
        )
        .figure("on", day)
        .figure("document", issued.on))
    }

    /// Takes it off the account and the order: nothing may be settled of it.
    fn void(&self, reason: &str, today: Date, context: &Context) -> Decided {
        self.not_before_it_was_issued(today)?;
        let id = InvoiceId(context.id);
        let ledger = context.read::<Account>(self.customer)?;
        let mut decision = Decision::event(InvoiceCancelled {
            customer: self.customer,
            on: today,
            reason: reason.to_owned(),
        });
        for event in void_invoice(&ledger, id, today)? {
            decision = decision.elsewhere::<AccountEvent>(self.customer, event);
        }
        let Billed::Order { order, parts } = &self.subject else {
            return Ok(decision);
        };
        let sale = sale(*order, context)?;
        sale.unbillable(parts)?;
        let unbilled = OrderEvent::from(OrderUnbilled {
            invoice: id,
            lines: parts.clone(),
        });
        let commitment = sale.with(&unbilled).commits(*order, context)?;
        decision = decision.elsewhere::<OrderEvent>(*order, unbilled);
        // What is owed is ordered again: nothing is asked for that was not granted before.
        if let Some((commitment, _)) = commitment {
            decision = decision.elsewhere::<AccountEvent>(self.customer, commitment);
        }
        Ok(decision)
    }
}

fn exists(bill: &Bill, context: &Context) -> Refusal {
    let number = bill.number.as_deref().unwrap_or("requested");
    Refusal::already_exists(
        "INVOICE_EXISTS",
        format!("invoice {} is there already, {number}", context.id),
    )
}
