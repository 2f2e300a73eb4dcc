//! Invoices (销项发票): requested, issued with a number without a gap, mailed, voided (S-22).
//!
//! An invoice bills parts of an order at the order's prices, or lines of its own. Issuing it writes,
//! in one decision, what was billed to the order, the open instalments to the customer's account
//! (where down payments for the order are used for them at once), and what the order still commits
//! the customer to. What each state allows (`yes`, `nothing`: accepted, changes nothing; a code):
//!
//! | | none | requested | issued | withdrawn | voided |
//! |---|---|---|---|---|---|
//! | request | yes | `INVOICE_EXISTS` | `INVOICE_EXISTS` | `INVOICE_EXISTS` | `INVOICE_EXISTS` |
//! | issue | yes | yes | `INVOICE_ISSUED` | `INVOICE_WITHDRAWN` | `INVOICE_VOIDED` |
//! | withdraw | `NOT_FOUND` | yes | `INVOICE_ISSUED` | nothing | `INVOICE_VOIDED` |
//! | mail | `NOT_FOUND` | `INVOICE_NOT_ISSUED` | yes | `INVOICE_WITHDRAWN` | `INVOICE_VOIDED` |
//! | arrived | `NOT_FOUND` | `INVOICE_NOT_ISSUED` | yes | `INVOICE_WITHDRAWN` | `INVOICE_VOIDED` |
//! | void | `NOT_FOUND` | `INVOICE_NOT_ISSUED` | yes | `INVOICE_WITHDRAWN` | nothing |

use guanxi_decider::{Context, Decider, Decision, Numbered, Reads, Refusal};
use guanxi_events::{
    PersonId,
    customers::CustomerId,
    document_number,
    sales::{
        Billed, BillingDetails, InvoiceEvent, InvoiceIssued, InvoiceRequested, LineQuantity,
        OrderId, PaymentTermsId, PaymentTermsVersion, PlanVersion, TaxTotal,
    },
};
use iso_currency::Currency;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::{
    account::Grant, billing_document::and_customer, known::and_products, order::Order,
    receivable_plan::ReceivablePlan, sale_lines::SaleLineInput,
};

mod decide;
mod issue;
#[cfg(test)]
mod tests;

/// The decider of an invoice.
#[derive(Debug)]
pub struct Invoice;

/// An invoice that exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bill {
    /// Its number as people read it, `IN-2026-00017`; absent until it is issued.
    pub number: Option<String>,
    /// Who is billed.
    pub customer: CustomerId,
    /// What is billed.
    pub subject: Billed,
    /// The currency of all its lines.
    pub currency: Currency,
    /// How it is to be paid, where no plan says it.
    pub terms: Option<PaymentTermsId>,
    /// Who sold it.
    pub owner: Option<PersonId>,
    /// The team that it counts for.
    pub team: Option<String>,
    /// How far it is.
    pub status: Status,
    /// What was said when it was issued.
    pub issued: Option<Issued>,
    /// How it was sent by post.
    pub mailed: Option<Mailed>,
    /// Since when the customer has it.
    pub arrived: Option<Date>,
}

/// How far an invoice is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Somebody asked for it.
    Requested,
    /// It was issued.
    Issued,
    /// It will not be issued.
    Withdrawn {
        /// Why.
        reason: String,
    },
    /// It was voided; its number stays used.
    Voided {
        /// Since when.
        on: Date,
        /// Why.
        reason: String,
    },
}

/// What was said when it was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// Its business date.
    pub on: Date,
    /// To whom it is made out.
    pub billing: Option<BillingDetails>,
    /// What it comes to, by tax rate.
    pub totals: Vec<TaxTotal>,
    /// The terms that made its instalments.
    pub terms: Option<PaymentTermsVersion>,
    /// The plan that made its instalments.
    pub plan: Option<PlanVersion>,
}

/// How an invoice was sent by post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailed {
    /// On which day.
    pub on: Date,
    /// Who carries it.
    pub carrier: String,
    /// By which the carrier finds it.
    pub tracking_number: Option<String>,
}

/// What can be asked of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Ask for it.
    Request(Box<Asked>),
    /// Issue it: as it was requested, or at once as it is asked for here.
    Issue {
        /// What is billed, where it was not requested before.
        asked: Option<Box<Asked>>,
        /// The wish for credit above the limit.
        grant: Option<Grant>,
    },
    /// Do not issue it.
    Withdraw {
        /// Why.
        reason: String,
    },
    /// It is sent by post.
    Mail {
        /// Who carries it.
        carrier: String,
        /// By which the carrier finds it.
        tracking_number: Option<String>,
    },
    /// The customer has it.
    Arrived,
    /// It counts no more.
    Void {
        /// Why.
        reason: String,
    },
}

/// What is to be billed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Of an order.
    Order {
        /// Which.
        order: OrderId,
        /// How much of which lines; all that can be when absent.
        lines: Option<Vec<LineQuantity>>,
    },
    /// Without an order.
    Lines(OwnLines),
}

/// Lines of an invoice's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnLines {
    /// Who is billed.
    pub customer: CustomerId,
    /// The currency of all lines.
    pub currency: Currency,
    /// Whether their prices include their tax.
    pub prices_include_tax: bool,
    /// At least one.
    pub lines: Vec<SaleLineInput>,
    /// How it is to be paid; at once when absent.
    pub terms: Option<PaymentTermsId>,
    /// Who sold it; the actor when absent.
    pub owner: Option<PersonId>,
    /// The team that it counts for.
    pub team: Option<String>,
}

impl Invoice {
    /// The series of invoices' numbers begins with this; the year of the business date follows.
    pub const SERIES: &'static str = "IN";
}

/// What a command is about, as far as the command and the invoice tell.
enum About<'a> {
    Order(OrderId),
    Lines(&'a OwnLines),
    Requested(&'a Bill),
    Nothing,
}

fn about<'a>(state: &'a Option<Bill>, command: &'a Command) -> About<'a> {
    let asked = match command {
        Command::Request(asked)
        | Command::Issue {
            asked: Some(asked), ..
        } => Some(asked.as_ref()),
        _ => None,
    };
    match (asked, state) {
        (Some(Asked::Order { order, .. }), _) => About::Order(*order),
        (Some(Asked::Lines(lines)), _) => About::Lines(lines),
        (None, Some(bill)) if matches!(command, Command::Issue { .. } | Command::Void { .. }) => {
            About::Requested(bill)
        }
        _ => About::Nothing,
    }
}

impl Decider for Invoice {
    type State = Option<Bill>;
    type Command = Command;
    type Event = InvoiceEvent;

    const SNAPSHOT: u16 = 1;

    fn reads(state: &Self::State, command: &Command) -> Reads {
        let order = |order: OrderId| {
            Reads::none()
                .and::<Order>(order)
                .and::<ReceivablePlan>(order)
        };
        match about(state, command) {
            About::Order(id) => order(id),
            About::Lines(own) => {
                let products = own.lines.iter().filter_map(|line| line.product);
                let reads = and_products(Reads::none(), products);
                and_customer(reads, own.customer, own.currency, own.terms)
            }
            About::Requested(bill) => {
                let reads = match bill.subject {
                    Billed::Order { order: id, .. } => order(id),
                    Billed::Lines(_) => Reads::none(),
                };
                and_customer(reads, bill.customer, bill.currency, bill.terms)
            }
            About::Nothing => Reads::none(),
        }
    }

    /// The customer, the currency and the terms of an order stand in the order.
    fn reads_further(state: &Self::State, command: &Command, context: &Context) -> Reads {
        let About::Order(order) = about(state, command) else {
            return Reads::none();
        };
        match context.read::<Order>(order).ok().as_deref() {
            Some(Some(sale)) => {
                and_customer(Reads::none(), sale.customer, sale.currency, sale.terms)
            }
            _ => Reads::none(),
        }
    }

    fn decide(
        state: &Self::State,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<InvoiceEvent>, Refusal> {
        let decision = decide::decide(state.as_ref(), command, context)?;
        Ok(decision.occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(state: Self::State, event: &InvoiceEvent) -> Self::State {
        match event {
            InvoiceEvent::Requested(requested) => Some(Bill::requested(requested)),
            InvoiceEvent::Issued(issued) => Some(Bill::issued(state, issued)),
            later => state.map(|bill| bill.after(later)),
        }
    }

    fn numbered(state: Self::State, number: Numbered<'_>) -> Self::State {
        state.map(|bill| Bill {
            number: Some(document_number(number.series, number.number)),
            ..bill
        })
    }
}

impl Bill {
    fn requested(requested: &InvoiceRequested) -> Self {
        Self {
            number: None,
            customer: requested.customer,
            subject: requested.subject.clone(),
            currency: requested.currency,
            terms: requested.terms,
            owner: requested.owner.clone(),
            team: requested.team.clone(),
            status: Status::Requested,
            issued: None,
            mailed: None,
            arrived: None,
        }
    }

    fn issued(before: Option<Self>, event: &InvoiceIssued) -> Self {
        let requested = before.unwrap_or_else(|| Self {
            number: None,
            customer: event.customer,
            subject: event.subject.clone(),
            currency: event.currency,
            terms: event.terms.map(|terms| terms.id),
            owner: event.owner.clone(),
            team: event.team.clone(),
            status: Status::Requested,
            issued: None,
            mailed: None,
            arrived: None,
        });
        Self {
            subject: event.subject.clone(),
            status: Status::Issued,
            issued: Some(Issued {
                on: event.on,
                billing: event.billing.clone(),
                totals: event.totals.clone(),
                terms: event.terms,
                plan: event.plan,
            }),
            ..requested
        }
    }

    fn after(mut self, event: &InvoiceEvent) -> Self {
        match event {
            InvoiceEvent::Requested(_) | InvoiceEvent::Issued(_) => {}
            InvoiceEvent::Withdrawn(withdrawn) => {
                self.status = Status::Withdrawn {
                    reason: withdrawn.reason.clone(),
                };
            }
            InvoiceEvent::Mailed(mailed) => {
                self.mailed = Some(Mailed {
                    on: mailed.on,
                    carrier: mailed.carrier.clone(),
                    tracking_number: mailed.tracking_number.clone(),
                });
            }
            InvoiceEvent::Delivered(delivered) => self.arrived = Some(delivered.on),
            InvoiceEvent::Voided(voided) => {
                self.status = Status::Voided {
                    on: voided.on,
                    reason: voided.reason.clone(),
                };
            }
        }
        self
    }
}
