//! Issuing an invoice: what was billed, when it is due, and whether there is credit for it.

use guanxi_decider::{Context, Decision, Refusal};
use guanxi_events::sales::{
    AccountEvent, Billed, InvoiceEvent, InvoiceId, InvoiceIssued, InvoiceRequested, LineQuantity,
    OrderBilled, OrderEvent, OrderId, PaymentTermsVersion, PlanVersion, TaxTotal,
    account::CommitmentSet,
};
use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    Invoice,
    decide::{Decided, sale},
};
use crate::domain::{
    account::{Account, Due, Grant, InvoicePosting, Ledger, granted, post_invoice},
    billing_document::{
        gross, made_out_to, not_below_zero, series, totals_of_lines, totals_of_parts,
    },
    exchange_rates::{book_rate, booked},
    order::Sale,
    payment_terms::{self, instalments},
    receivable_plan::{ReceivablePlan, Taken, take},
    sale_lines::fits,
};

/// When what is due, and by which rule.
struct Schedule {
    instalments: Vec<Due>,
    terms: Option<PaymentTermsVersion>,
    plan: Option<PlanVersion>,
}

/// The order as it is billed.
struct Billing {
    order: OrderId,
    sale: Sale,
    billed: OrderEvent,
}

/// Issues what was requested.
pub(super) fn issue(
    requested: &InvoiceRequested,
    grant: Option<&Grant>,
    on: Date,
    context: &Context,
) -> Decided {
    let invoice = InvoiceId(context.id);
    let (subject, totals, billing) = billed(&requested.subject, invoice, context)?;
    let total = gross(&totals);
    not_below_zero(total, requested.currency)?;
    let schedule = schedule(requested, billing.as_ref(), total, on, context)?;
    let ledger = context.read::<Account>(requested.customer)?;
    let rate = book_rate(requested.currency, on, context)?;
    let posting = InvoicePosting {
        invoice,
        order: billing.as_ref().map(|billing| billing.order),
        on,
        currency: requested.currency,
        rate,
        instalments: schedule.instalments,
        owner: requested.owner.clone(),
        team: requested.team.clone(),
    };
    let posted = post_invoice(&ledger, &posting, context.base_currency)?;
    let commitment = match &billing {
        Some(billing) => {
            let after = billing.sale.with(&billing.billed);
            after.commits(billing.order, context)?.map(|(set, _)| set)
        }
        None => None,
    };
    let adds = asks(
        (total, rate),
        &ledger,
        commitment.as_ref(),
        context.base_currency,
    )?;
    let (credit, above) = match granted(&ledger, adds, grant, context)? {
        (figures, above) if adds > Decimal::ZERO => (Some(figures), above),
        _ => (None, None),
    };
    let issued = InvoiceEvent::from(InvoiceIssued {
        customer: requested.customer,
        subject,
        on,
        billing: made_out_to(requested.customer, context)?,
        currency: requested.currency,
        totals,
        terms: schedule.terms,
        plan: schedule.plan,
        owner: requested.owner.clone(),
        team: requested.team.clone(),
        credit,
        granted: above,
    });
    fits(&issued)?;
    let mut decision = Decision::event(issued).numbered(series(Invoice::SERIES, on));
    if let Some(billing) = billing {
        decision = decision.elsewhere::<OrderEvent>(billing.order, billing.billed);
    }
    // What was ordered becomes what is owed.
    let commitment = commitment.map(AccountEvent::from);
    for event in posted.into_iter().chain(commitment) {
        decision = decision.elsewhere::<AccountEvent>(requested.customer, event);
    }
    Ok(decision)
}

/// What is billed, as the order is now: somebody may have billed it since it was requested.
fn billed(
    subject: &Billed,
    invoice: InvoiceId,
    context: &Context,
) -> Result<(Billed, Vec<TaxTotal>, Option<Billing>), Refusal> {
    match subject {
        Billed::Lines(lines) => Ok((subject.clone(), totals_of_lines(lines), None)),
        Billed::Order { order, parts } => {
            let sale = sale(*order, context)?;
            let asked: Vec<LineQuantity> = parts
                .iter()
                .map(|part| LineQuantity {
                    line: part.line,
                    quantity: part.quantity,
                })
                .collect();
            let parts = sale.billable(Some(&asked))?;
            let totals = totals_of_parts(&sale, &parts);
            let billed = OrderEvent::from(OrderBilled {
                invoice,
                lines: parts.clone(),
            });
            let order = *order;
            let billing = Billing {
                order,
                sale,
                billed,
            };
            Ok((Billed::Order { order, parts }, totals, Some(billing)))
        }
    }
}

/// By the order's plan; without one by the terms; without either all is due at once (S-20, S-21).
fn schedule(
    requested: &InvoiceRequested,
    billing: Option<&Billing>,
    total: Decimal,
    on: Date,
    context: &Context,
) -> Result<Schedule, Refusal> {
    if let Some(Billing { order, sale, .. }) = billing {
        let plan = context.read::<ReceivablePlan>(*order)?;
        if let Some(plan) = plan.as_ref() {
            let ledger = context.read::<Account>(requested.customer)?;
            let before = Taken::by_invoices(&plan.instalments, sale, &ledger);
            let taken = take(&plan.instalments, &before, total);
            return Ok(Schedule {
                instalments: taken
                    .into_iter()
                    .map(|(due, amount)| Due {
                        due,
                        amount,
                        discount: None,
                    })
                    .collect(),
                terms: plan.terms,
                plan: Some(plan.named(*order)),
            });
        }
    }
    let terms = match requested.terms {
        Some(id) => Some((id, payment_terms::known(id, context)?)),
        None => None,
    };
    let definition = terms.as_ref().map(|(_, terms)| &terms.definition);
    Ok(Schedule {
        instalments: instalments(definition, on, total, requested.currency),
        terms: terms.as_ref().map(|(id, terms)| terms.named(*id)),
        plan: None,
    })
}

/// How much credit it asks for that its order did not, in the base currency: what it comes to, less
/// what was committed for that. At one rate the two are compared in the order's currency, or the
/// rounding of each alone would ask for a cent.
fn asks(
    (total, rate): (Decimal, Option<Decimal>),
    ledger: &Ledger,
    commitment: Option<&CommitmentSet>,
    base: Currency,
) -> Result<Decimal, Refusal> {
    let worth = |amount| booked(amount, rate, base).map(|booked| booked.base);
    let Some((set, before)) =
        commitment.and_then(|set| Some((set, ledger.commitments.get(&set.order)?)))
    else {
        return worth(total);
    };
    let freed = before.unbilled.amount.saturating_sub(set.unbilled.amount);
    if before.rate == rate {
        return worth(total.saturating_sub(freed));
    }
    let freed = before.unbilled.base.saturating_sub(set.unbilled.base);
    Ok(worth(total)?.saturating_sub(freed))
}
