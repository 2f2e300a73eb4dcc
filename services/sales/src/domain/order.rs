//! Orders (订单): placed, confirmed, delivered, billed and completed, each partly or wholly (S-08).
//!
//! What an order allows follows from what happened to its lines. Placing is refused with
//! `ORDER_EXISTS` in every state, and everything else with `NOT_FOUND` before it was placed. In the
//! table, `yes` is accepted, `nothing` is accepted and changes nothing, a code is refused. It is
//! about all that is left: a command with quantities of its own is refused line by line, with the
//! figures (`DELIVERED_TOO_MUCH`, `BILLED_TOO_MUCH`, `CREDITED_TOO_MUCH`, `RETURNED_TOO_MUCH`).
//! Surplus within the tolerance is delivered in every state in which deliveries are.
//!
#![doc = include_str!("order/transitions.md")]
//!
//! Confirming, reopening and a change that adds to what will be billed ask for credit (S-10); the
//! figures stand on the commitment that the same decision writes to the customer's account.
//! Billing, crediting and returning are decided by invoices, credit notes and returns, which ask
//! [`Sale::billable`], [`Sale::creditable`] and [`Sale::may_come_back`] and write what happened to
//! the order in the same decision.

use guanxi_decider::{Context, Decider, Decision, Numbered, Reads, Refusal};
use guanxi_events::{
    PersonId,
    customers::CustomerId,
    document_number,
    sales::{LineQuantity, OrderEvent, PaymentTermsId},
};
use iso_currency::Currency;
use rust_decimal::Decimal;

use crate::domain::{
    account::Grant, customer_copy::CustomerCopy, known::and_products, payment_terms::PaymentTerms,
    receivable_plan::ReceivablePlan, sale_lines::SaleLineInput,
};

mod change;
mod commit;
mod decide;
mod evolve;
mod line;
mod parts;
#[cfg(test)]
mod properties;
mod sale;
#[cfg(test)]
pub(crate) mod tests;

pub use commit::and_account;
pub use line::{OrderLine, Share};
pub use sale::{Sale, Status};

/// The decider of an order.
#[derive(Debug)]
pub struct Order;

/// What can be asked of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Place it.
    Place(Box<Place>),
    /// Replace its lines: freely in a draft, afterwards never below what happened to them.
    ChangeLines {
        /// All lines from now on.
        lines: Vec<SaleLineInput>,
        /// The wish for credit above the limit.
        grant: Option<Grant>,
    },
    /// Confirm it: from then on it is delivered and billed.
    Confirm {
        /// The wish for credit above the limit.
        grant: Option<Grant>,
    },
    /// Deliver and bill nothing until it is released.
    Hold {
        /// Why.
        reason: String,
    },
    /// Go on.
    Release,
    /// Goods are delivered.
    Deliver {
        /// Which; all that is left when absent.
        lines: Option<Vec<LineQuantity>>,
        /// The delivery note.
        reference: Option<String>,
    },
    /// Cancel what is left: what is neither delivered nor billed.
    CancelRest {
        /// Of these lines; of all when there are none.
        lines: Vec<u32>,
        /// Why.
        reason: String,
    },
    /// Deliver and bill what had been cancelled after all.
    Reopen {
        /// Why.
        reason: String,
        /// The wish for credit above the limit.
        grant: Option<Grant>,
    },
}

/// What a new order is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Who buys.
    pub customer: CustomerId,
    /// The currency of all its lines.
    pub currency: Currency,
    /// Whether the prices of its lines include their tax.
    pub prices_include_tax: bool,
    /// At least one.
    pub lines: Vec<SaleLineInput>,
    /// Who sold it; the actor when absent.
    pub owner: Option<PersonId>,
    /// The team that it counts for.
    pub team: Option<String>,
    /// How it is to be paid; at once when absent.
    pub terms: Option<PaymentTermsId>,
    /// How much more than was ordered may be delivered, in per cent of each line.
    pub over_delivery_percent: Decimal,
    /// What the customer calls it.
    pub reference: Option<String>,
    /// Whether it is confirmed at once.
    pub confirm: bool,
    /// The wish for credit above the limit, when it is.
    pub grant: Option<Grant>,
}

impl Order {
    /// The series of orders' numbers begins with this; the year of the business date follows.
    pub const SERIES: &'static str = "SO";
}

impl Decider for Order {
    type State = Option<Sale>;
    type Command = Command;
    type Event = OrderEvent;

    const SNAPSHOT: u16 = 1;

    fn reads(state: &Self::State, command: &Command) -> Reads {
        let products = |reads, lines: &[SaleLineInput]| {
            and_products(reads, lines.iter().filter_map(|line| line.product))
        };
        match (command, state) {
            (Command::Place(place), _) => {
                let reads = Reads::none()
                    .and::<CustomerCopy>(place.customer)
                    .and_if::<PaymentTerms>(place.terms);
                let reads = products(reads, &place.lines);
                if place.confirm {
                    and_account(reads, place.customer, place.currency)
                } else {
                    reads
                }
            }
            (_, None) | (Command::Hold { .. } | Command::Release, _) => Reads::none(),
            (command, Some(sale)) => {
                let reads = and_account(Reads::none(), sale.customer, sale.currency);
                let reads = reads.and_namesake::<ReceivablePlan>();
                match command {
                    Command::ChangeLines { lines, .. } => products(reads, lines),
                    _ => reads,
                }
            }
        }
    }

    fn decide(
        state: &Self::State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<OrderEvent>, Refusal> {
        let decision = match (command, state) {
            (Command::Place(place), None) => decide::place(place, context)?,
            (Command::Place(_), Some(sale)) => return Err(exists(sale, context)),
            (_, None) => return Err(Refusal::not_found("order", context.id)),
            (command, Some(sale)) => decide::existing(sale, command, context)?,
        };
        let decision = decide::committed(state, command, decision, context)?;
        let decision = decide::planned(state, command, decision, context)?;
        Ok(decision.occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(state: Self::State, event: &OrderEvent) -> Self::State {
        evolve::after(state, event)
    }

    fn numbered(state: Self::State, number: Numbered<'_>) -> Self::State {
        state.map(|sale| Sale {
            number: Some(document_number(number.series, number.number)),
            ..sale
        })
    }
}

fn exists(sale: &Sale, context: &Context) -> Refusal {
    let number = sale.number.as_deref().unwrap_or_default();
    Refusal::already_exists(
        "ORDER_EXISTS",
        format!("order {} is there already, {number}", context.id),
    )
}
