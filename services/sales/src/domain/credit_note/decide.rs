//! What follows from each command to a credit note.

use guanxi_decider::{Context, Decision, Refusal};
use guanxi_events::{
    Money,
    customers::CustomerId,
    sales::{
        AccountEvent, CreditNoteCancelled, CreditNoteEvent, CreditNoteId, CreditNoteIssued,
        Credited, InvoiceId, LinePart, LineQuantity, OrderCredited, OrderEvent, OrderId,
        OrderUncredited, ReturnEvent, ReturnId, ReturnRefundTakenBack, TaxTotal,
    },
};
use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{CreditNote, Issue, Note, Subject, returned::Returned};
use crate::domain::{
    account::{
        Account, CreditNotePosting, Ledger, nothing_to_pay_out, payable, post_credit_note,
        void_credit_note,
    },
    billing_document::{
        gross, made_out_to, not_below_zero, series, totals_of_lines, totals_of_parts,
    },
    exchange_rates::book_rate,
    known,
    order::{Order, Sale},
    order_return::{GoodsReturn, OrderReturn, Status},
    sale_lines::{Pricing, fits},
};

type Decided = Result<Decision<CreditNoteEvent>, Refusal>;

/// What is credited, worked out.
struct Credit {
    customer: CustomerId,
    currency: Currency,
    subject: Credited,
    totals: Vec<TaxTotal>,
    /// The invoices that it settles, in this order.
    invoices: Vec<InvoiceId>,
    /// The order, as it will be.
    order: Option<(OrderId, Sale, OrderEvent)>,
    returned: Option<Returned>,
}

/// A new credit note.
pub(super) fn issue(issue: &Issue, context: &Context) -> Decided {
    let on = context.date_of(context.occurred_at()?);
    let id = CreditNoteId(context.id);
    let credit = credit(issue, id, context)?;
    let total = gross(&credit.totals);
    not_below_zero(total, credit.currency)?;
    let ledger = context.read::<Account>(credit.customer)?;
    if let Some(invoice) = issue.invoice {
        may_be_credited(&ledger, invoice, credit.currency)?;
    }
    let posted = if total.is_zero() {
        match &issue.payout {
            Some(_) => return Err(nothing_to_pay_out(Decimal::ZERO, Decimal::ZERO)),
            None => Vec::new(),
        }
    } else {
        let posting = CreditNotePosting {
            credit_note: id,
            rate: rate(&ledger, &credit, on, context)?,
            invoices: credit.invoices.clone(),
            on,
            amount: Money {
                amount: total,
                currency: credit.currency,
            },
        };
        let payout = issue.payout.as_ref();
        if let Some(returned) = &credit.returned {
            let payable = payable(&ledger, &posting, context.base_currency)?;
            returned.as_it_asks(issue.payout.is_some(), payable, credit.currency)?;
        }
        post_credit_note(&ledger, &posting, payout, context.base_currency)?
    };
    let issued = CreditNoteEvent::from(CreditNoteIssued {
        customer: credit.customer,
        invoice: credit.invoices.first().copied(),
        subject: credit.subject,
        on,
        billing: made_out_to(credit.customer, context)?,
        currency: credit.currency,
        totals: credit.totals,
        reason: issue.reason.clone(),
    });
    fits(&issued)?;
    let mut decision = Decision::event(issued).numbered(series(CreditNote::SERIES, on));
    for event in posted {
        decision = decision.elsewhere::<AccountEvent>(credit.customer, event);
    }
    if let Some(payout) = &issue.payout {
        decision = decision.claim("refund_id", payout.refund.to_string());
    }
    if let (Some(returned), Some((_, sale, event))) = (&credit.returned, &credit.order) {
        let refund = issue.payout.as_ref().map(|payout| payout.refund);
        let told = returned.told(id, refund, &sale.with(event));
        decision = decision.elsewhere::<ReturnEvent>(returned.id, told);
    }
    match credit.order {
        Some((order, sale, event)) => order_event(decision, order, &sale, event, context),
        None => Ok(decision),
    }
}

/// An invoice of this customer in the credit note's currency, which still stands.
fn may_be_credited(ledger: &Ledger, invoice: InvoiceId, currency: Currency) -> Result<(), Refusal> {
    let Some(document) = ledger.invoices.get(&invoice) else {
        return Err(Refusal::not_found("invoice of this customer", invoice));
    };
    if ledger.is_voided(invoice) {
        return Err(Refusal::precondition(
            "INVOICE_VOIDED",
            format!("invoice {invoice} is voided: nothing of it is left to be credited"),
        ));
    }
    let first = document.items.first().and_then(|no| ledger.items.get(no));
    match first.map(|item| item.currency) {
        Some(billed) if billed != currency => {
            let (billed, asked) = (billed.code(), currency.code());
            Err(Refusal::precondition(
                "CURRENCIES_DIFFER",
                format!("invoice {invoice} is in {billed}, not in {asked}"),
            )
            .figure("asked", asked)
            .figure("currency", billed))
        }
        _ => Ok(()),
    }
}

/// What happens to the order, and what it commits its customer to after that.
fn order_event(
    decision: Decision<CreditNoteEvent>,
    order: OrderId,
    sale: &Sale,
    event: OrderEvent,
    context: &Context,
) -> Decided {
    let customer = sale.customer;
    let commitment = sale.with(&event).commits(order, context)?;
    let decision = decision.elsewhere::<OrderEvent>(order, event);
    Ok(match commitment {
        Some((set, _)) => decision.elsewhere::<AccountEvent>(customer, set),
        None => decision,
    })
}

fn credit(issue: &Issue, id: CreditNoteId, context: &Context) -> Result<Credit, Refusal> {
    match &issue.subject {
        Subject::Lines {
            customer,
            currency,
            prices_include_tax,
            lines,
        } => {
            known::customer(*customer, context)?;
            // Also goods that are not sold any more may be credited: they were sold once.
            let products = || lines.iter().filter_map(|line| line.product);
            known::products_sold(products(), products(), context)?;
            let pricing = Pricing {
                currency: *currency,
                includes_tax: *prices_include_tax,
            };
            let lines = pricing.priced(lines)?;
            Ok(Credit {
                customer: *customer,
                currency: *currency,
                totals: totals_of_lines(&lines),
                subject: Credited::Lines(lines),
                invoices: issue.invoice.into_iter().collect(),
                order: None,
                returned: None,
            })
        }
        Subject::Order {
            order,
            lines,
            returned,
        } => {
            let sale = context.read::<Order>(*order)?;
            let sale = Option::clone(&sale).ok_or_else(|| {
                Refusal::precondition("ORDER_UNKNOWN", format!("there is no order {order}"))
                    .figure("order_id", order)
            })?;
            let back = match returned {
                Some(id) => Some((*id, received(*id, *order, context)?)),
                None => None,
            };
            let came_back = back.as_ref().map(|(_, back)| back.to_credit(&sale));
            let parts = parts(&sale, lines.as_deref(), came_back)?;
            let event = OrderEvent::from(OrderCredited {
                credit_note: id,
                lines: parts.clone(),
            });
            no_more_than_billed(&sale.with(&event))?;
            Ok(Credit {
                customer: sale.customer,
                currency: sale.currency,
                totals: totals_of_parts(&sale, &parts),
                invoices: invoices(issue.invoice, &sale)?,
                returned: back.map(|(id, back)| Returned::of(id, back, &parts)),
                subject: Credited::Order {
                    order: *order,
                    parts,
                    returned: *returned,
                },
                order: Some((*order, sale, event)),
            })
        }
    }
}

/// The billed parts that are credited: those of the return, or those that are named.
fn parts(
    sale: &Sale,
    lines: Option<&[LineQuantity]>,
    came_back: Option<Vec<LineQuantity>>,
) -> Result<Vec<LinePart>, Refusal> {
    match (lines, came_back) {
        (Some(lines), came_back) => {
            if let Some(came_back) = came_back {
                no_more_than_came_back(sale, lines, &came_back)?;
            }
            sale.creditable(lines)
        }
        (None, Some(came_back)) => sale.creditable(&came_back),
        (None, None) => Err(Refusal::precondition(
            "NOTHING_TO_CREDIT",
            "name the lines that are credited, or the return that they came back with",
        )),
    }
}

/// Line by line nothing is credited that was not billed; but where a discount was billed as a line
/// of its own, the goods without it come to more than the customer was asked for.
fn no_more_than_billed(after: &Sale) -> Result<(), Refusal> {
    let (billed, credited) = (after.billed_gross(), after.credited_gross());
    if credited <= billed {
        return Ok(());
    }
    let (billed, credited) = (after.money(billed), after.money(credited));
    Err(Refusal::precondition(
        "CREDITED_MORE_THAN_BILLED",
        format!(
            "the invoices of the order come to {billed}, its credit notes would come to \
             {credited}: credit the lines below 0 with the others"
        ),
    )
    .figure("billed", billed)
    .figure("credited", credited))
}

/// Of each line what came back; a discount never does, it is named with the goods that it was on.
fn no_more_than_came_back(
    sale: &Sale,
    lines: &[LineQuantity],
    came_back: &[LineQuantity],
) -> Result<(), Refusal> {
    let not_a_discount = |asked: &&LineQuantity| {
        let line = sale.line(asked.line);
        line.is_none_or(|line| line.line.unit_price >= Decimal::ZERO)
    };
    for asked in lines.iter().filter(not_a_discount) {
        let came = came_back.iter().find(|came| came.line == asked.line);
        let came = came.map_or(Decimal::ZERO, |came| came.quantity);
        if asked.quantity > came {
            let (line, asked) = (asked.line, asked.quantity.normalize());
            return Err(Refusal::precondition(
                "CREDITED_TOO_MUCH",
                format!(
                    "of line {line}, {} that came back was billed, {asked} is asked for",
                    came.normalize()
                ),
            )
            .figure("line", line)
            .figure("asked", asked)
            .figure("left", came.normalize()));
        }
    }
    Ok(())
}

/// The return, which must have been received and be of this order.
fn received(id: ReturnId, order: OrderId, context: &Context) -> Result<GoodsReturn, Refusal> {
    let returned = context.read::<OrderReturn>(id)?;
    let Some(returned) = Option::clone(&returned).filter(|returned| returned.order == order) else {
        return Err(Refusal::precondition(
            "RETURN_UNKNOWN",
            format!("order {order} has no return {id}"),
        )
        .figure("return_id", id));
    };
    match returned.status {
        Status::Received => Ok(returned),
        Status::Refunded { .. } => Err(Refusal::precondition(
            "RETURN_REFUNDED",
            format!("the value of return {id} was given back already"),
        )),
        _ => Err(Refusal::precondition(
            "RETURN_NOT_RECEIVED",
            format!("nothing of return {id} came back yet"),
        )),
    }
}

/// The order's invoices, the one that is named first.
fn invoices(named: Option<InvoiceId>, sale: &Sale) -> Result<Vec<InvoiceId>, Refusal> {
    let others = sale.invoices().iter().copied();
    match named {
        Some(named) if !sale.invoices().contains(&named) => {
            Err(Refusal::not_found("invoice of this order", named))
        }
        Some(named) => Ok(std::iter::once(named)
            .chain(others.filter(|other| *other != named))
            .collect()),
        None => Ok(others.collect()),
    }
}

/// What is given back is worth what it was worth when it was billed: the original rate.
fn rate(
    ledger: &Ledger,
    credit: &Credit,
    on: Date,
    context: &Context,
) -> Result<Option<Decimal>, Refusal> {
    let documents = credit
        .invoices
        .iter()
        .filter_map(|id| ledger.invoices.get(id));
    let mut items = documents.flat_map(|document| document.items.iter());
    match items.find_map(|no| ledger.items.get(no)) {
        Some(item) if item.currency == credit.currency => Ok(item.rate),
        _ => book_rate(credit.currency, on, context),
    }
}

/// Takes it off the account, the order and the return: nothing of it may be used.
pub(super) fn void(note: &Note, reason: &str, context: &Context) -> Decided {
    let on = context.date_of(context.occurred_at()?);
    if on < note.on {
        return Err(Refusal::precondition(
            "DATED_BEFORE_THE_DOCUMENT",
            format!(
                "it cannot have happened on {on}: it was issued on {}",
                note.on
            ),
        )
        .figure("on", on)
        .figure("document", note.on));
    }
    let id = CreditNoteId(context.id);
    let mut decision = Decision::event(CreditNoteCancelled {
        customer: note.customer,
        on,
        reason: reason.to_owned(),
    });
    if !gross(&note.totals).is_zero() {
        let ledger = context.read::<Account>(note.customer)?;
        for event in void_credit_note(&ledger, id, on, context.base_currency)? {
            decision = decision.elsewhere::<AccountEvent>(note.customer, event);
        }
    }
    let Credited::Order {
        order,
        parts,
        returned,
    } = &note.subject
    else {
        return Ok(decision);
    };
    if let Some(returned) = returned {
        let back = ReturnRefundTakenBack { credit_note: id };
        decision = decision.elsewhere::<ReturnEvent>(*returned, back);
    }
    let sale = context.read::<Order>(*order)?;
    let Some(sale) = sale.as_ref() else {
        return Ok(decision);
    };
    let event = OrderEvent::from(OrderUncredited {
        credit_note: id,
        lines: parts.clone(),
    });
    order_event(decision, *order, sale, event, context)
}
