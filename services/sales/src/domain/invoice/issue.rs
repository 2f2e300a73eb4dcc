//! Issuing an invoice: what was billed, when it is due, and whether there is credit for it.

use guanxi_decider::{Context, Decision, Refusal};
use guanxi_events::sales::{
    AccountEvent, Billed, InvoiceEvent, InvoiceId, InvoiceIssued, InvoiceRequested, LineQuantity,
    OrderBilled, OrderEvent, OrderId, PaymentTermsVersion, PlanVersion, TaxTotal,
    account::CommitmentSet,
};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    Invoice,
    decide::{Decided, sale},
};
use crate::domain::{
    account::{Account, Due, Grant, InvoicePosting, Ledger, evolved, granted, post_invoice},
    billing_document::{
        gross, made_out_to, not_below_zero, series, totals_of_lines, totals_of_parts,
    },
    exchange_rates::book_rate,
    order::Sale,
    payment_terms::{self, instalments},
    receivable_plan::{ReceivablePlan, take},
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
        Some(billing) => billing
            .sale
            .with(&billing.billed)
            .commits(billing.order, context)?,
        None => None,
    };
    let adds = added(&ledger, &posted, commitment.as_ref());
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
    let commitment = commitment.map(|(set, _)| AccountEvent::from(set));
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
            let taken = take(&plan.instalments, sale.billed_gross(), total);
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

/// How much more the customer owes and has ordered with it, in the base currency.
fn added(
    ledger: &Ledger,
    posted: &[AccountEvent],
    commitment: Option<&(CommitmentSet, Decimal)>,
) -> Decimal {
    let owed = evolved(ledger, posted).owed.saturating_sub(ledger.owed);
    let committed = commitment.map_or(Decimal::ZERO, |(_, adds)| *adds);
    owed.saturating_add(committed)
}
