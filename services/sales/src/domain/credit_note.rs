//! Credit notes (红字发票): of billed parts of an order, with or without a return, or of lines of
//! their own (S-22, S-09).
//!
//! A credit note settles what is open of its invoices first; the excess is free credit, which can be
//! paid out in the same decision as far as it was paid. One that gives the value of a return back
//! does so in the way that the return asks for, and closes it when nothing of it is left. What each state allows (`yes`: accepted; `nothing`: accepted, changes nothing; a
//! code: refused):
//!
#![doc = include_str!("credit_note/transitions.md")]

use guanxi_decider::{Context, Decider, Decision, Numbered, Reads, Refusal};
use guanxi_events::{
    customers::CustomerId,
    document_number,
    sales::{
        BillingDetails, CreditNoteEvent, CreditNoteIssued, Credited, InvoiceId, LineQuantity,
        OrderId, ReturnId, TaxTotal,
    },
};
use iso_currency::Currency;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::{
    account::Payout, billing_document::and_customer, known::and_products, order::Order,
    order_return::OrderReturn, sale_lines::SaleLineInput,
};

mod decide;
mod returned;
#[cfg(test)]
mod tests;

/// The decider of a credit note.
#[derive(Debug)]
pub struct CreditNote;

/// A credit note that exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Its number as people read it, `CN-2026-00017`.
    pub number: Option<String>,
    /// Who is credited.
    pub customer: CustomerId,
    /// The invoice that it is settled with first.
    pub invoice: Option<InvoiceId>,
    /// What is credited.
    pub subject: Credited,
    /// Its business date.
    pub on: Date,
    /// To whom it is made out.
    pub billing: Option<BillingDetails>,
    /// The currency of all its lines.
    pub currency: Currency,
    /// What it comes to, by tax rate.
    pub totals: Vec<TaxTotal>,
    /// Why.
    pub reason: String,
    /// Since when it counts no more, and why.
    pub voided: Option<(Date, String)>,
}

/// What can be asked of a credit note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Issue it.
    Issue(Box<Issue>),
    /// It counts no more.
    Void {
        /// Why.
        reason: String,
    },
}

/// What is to be credited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// What.
    pub subject: Subject,
    /// The invoice that it is settled with first; for an order, one of its invoices.
    pub invoice: Option<InvoiceId>,
    /// Why.
    pub reason: String,
    /// How what is free of it is paid out, when it is.
    pub payout: Option<Payout>,
}

/// What is to be credited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Billed parts of an order.
    Order {
        /// Which order.
        order: OrderId,
        /// How much of which lines; of a return, what came back and was billed, when absent.
        lines: Option<Vec<LineQuantity>>,
        /// The return of the order that it gives the value back of.
        returned: Option<ReturnId>,
    },
    /// Lines of its own.
    Lines {
        /// Who is credited.
        customer: CustomerId,
        /// The currency of all lines.
        currency: Currency,
        /// Whether their prices include their tax.
        prices_include_tax: bool,
        /// At least one.
        lines: Vec<SaleLineInput>,
    },
}

impl CreditNote {
    /// The series of credit notes' numbers begins with this; the year of the business date follows.
    pub const SERIES: &'static str = "CN";
}

impl Decider for CreditNote {
    type State = Option<Note>;
    type Command = Command;
    type Event = CreditNoteEvent;

    const SNAPSHOT: u16 = 1;

    fn reads(state: &Self::State, command: &Command) -> Reads {
        match (command, state) {
            (Command::Issue(issue), _) => match &issue.subject {
                Subject::Order {
                    order, returned, ..
                } => Reads::none()
                    .and::<Order>(*order)
                    .and_if::<OrderReturn>(*returned),
                Subject::Lines {
                    customer,
                    currency,
                    lines,
                    ..
                } => {
                    let products = lines.iter().filter_map(|line| line.product);
                    let reads = and_products(Reads::none(), products);
                    and_customer(reads, *customer, *currency, None)
                }
            },
            (Command::Void { .. }, Some(note)) => {
                let reads = match &note.subject {
                    Credited::Order {
                        order, returned, ..
                    } => Reads::none()
                        .and::<Order>(*order)
                        .and_if::<OrderReturn>(*returned),
                    Credited::Lines(_) => Reads::none(),
                };
                and_customer(reads, note.customer, note.currency, None)
            }
            (Command::Void { .. }, None) => Reads::none(),
        }
    }

    /// The customer and the currency of an order stand in the order.
    fn reads_further(_state: &Self::State, command: &Command, context: &Context) -> Reads {
        let Command::Issue(issue) = command else {
            return Reads::none();
        };
        let Subject::Order { order, .. } = &issue.subject else {
            return Reads::none();
        };
        match context.read::<Order>(*order).ok().as_deref() {
            Some(Some(sale)) => and_customer(Reads::none(), sale.customer, sale.currency, None),
            _ => Reads::none(),
        }
    }

    fn decide(
        state: &Self::State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<CreditNoteEvent>, Refusal> {
        let decision = match (command, state) {
            (Command::Issue(issue), None) => decide::issue(issue, context)?,
            (Command::Issue(_), Some(note)) => return Err(exists(note, context)),
            (Command::Void { .. }, None) => {
                return Err(Refusal::not_found("credit note", context.id));
            }
            (Command::Void { .. }, Some(note)) if note.voided.is_some() => Decision::nothing(),
            (Command::Void { reason }, Some(note)) => decide::void(note, reason, context)?,
        };
        Ok(decision.occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(state: Self::State, event: &CreditNoteEvent) -> Self::State {
        match event {
            CreditNoteEvent::Issued(issued) => Some(Note::new(issued)),
            CreditNoteEvent::Voided(voided) => state.map(|note| Note {
                voided: Some((voided.on, voided.reason.clone())),
                ..note
            }),
        }
    }

    fn numbered(state: Self::State, number: Numbered<'_>) -> Self::State {
        state.map(|note| Note {
            number: Some(document_number(number.series, number.number)),
            ..note
        })
    }
}

impl Note {
    fn new(issued: &CreditNoteIssued) -> Self {
        Self {
            number: None,
            customer: issued.customer,
            invoice: issued.invoice,
            subject: issued.subject.clone(),
            on: issued.on,
            billing: issued.billing.clone(),
            currency: issued.currency,
            totals: issued.totals.clone(),
            reason: issued.reason.clone(),
            voided: None,
        }
    }
}

fn exists(note: &Note, context: &Context) -> Refusal {
    let number = note.number.as_deref().unwrap_or_default();
    Refusal::already_exists(
        "CREDIT_NOTE_EXISTS",
        format!("credit note {} is there already, {number}", context.id),
    )
}
