//! A plan adds up to its order and keeps the instalments of what has been billed.

use std::collections::BTreeMap;

use guanxi_decider::{Context, FieldViolation, Refusal};
use guanxi_events::{
    Money,
    sales::{OrderId, PlannedInstalment, ReceivablePlanSet},
};
use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Made, Plan, Taken};
use crate::domain::{
    account::{Account, Ledger},
    order::{Order, Sale},
    payment_terms,
};

/// The next version of the plan; none when it is what stands already.
pub(super) fn set(
    before: Option<&Plan>,
    order: OrderId,
    made: &Made,
    reason: Option<&String>,
    context: &Context,
) -> Result<Option<ReceivablePlanSet>, Refusal> {
    let state = context.read::<Order>(order)?;
    let sale = state
        .as_ref()
        .as_ref()
        .ok_or_else(|| Refusal::not_found("order", order))?;
    let total = sale.gross();
    if total <= Decimal::ZERO {
        return Err(Refusal::precondition(
            "NOTHING_TO_PLAN",
            format!("the order comes to {}", money(total, sale)),
        ));
    }
    let ledger = context.read::<Account>(sale.customer)?;
    let covers = |plan: &[PlannedInstalment]| covered(plan, sale, &ledger, order);
    let kept = before.map_or_else(Vec::new, |plan| {
        covers(&plan.instalments).taken.parts(&plan.instalments)
    });
    let (instalments, terms) = match made {
        Made::ByHand(given) => (by_hand(given, sale.currency)?, None),
        Made::ByTerms { terms: id, from } => {
            let terms = payment_terms::known(*id, context)?;
            let from = match from {
                Some(from) => *from,
                None => context.date_of(context.occurred_at()?),
            };
            let covered = kept.iter().map(|(_, amount)| *amount);
            let open = covered.fold(total, Decimal::saturating_sub);
            let (definition, currency) = (Some(&terms.definition), sale.currency);
            let open = payment_terms::instalments(definition, from, open, currency);
            let open = open.into_iter().map(|part| (part.due, part.amount));
            let all = by_day(kept.iter().copied().chain(open));
            (all, Some(terms.named(*id)))
        }
    };
    let planned = instalments.iter().map(|part| part.amount);
    let planned = planned.fold(Decimal::ZERO, Decimal::saturating_add);
    if planned != total {
        return Err(Refusal::precondition(
            "PLAN_DOES_NOT_ADD_UP",
            format!(
                "the instalments come to {}, the order to {}",
                money(planned, sale),
                money(total, sale)
            ),
        )
        .figure("planned", money(planned, sale))
        .figure("order", money(total, sale)));
    }
    if before.is_some() {
        keeps(&kept, &instalments, &covers(&instalments), sale)?;
    }
    if before.is_some_and(|plan| plan.instalments == instalments && plan.terms == terms) {
        return Ok(None);
    }
    Ok(Some(ReceivablePlanSet {
        customer: sale.customer,
        version: before.map_or(1, |plan| plan.version.saturating_add(1)),
        currency: sale.currency,
        instalments,
        terms,
        reason: reason.cloned(),
    }))
}

fn by_hand(given: &[(Date, Money)], currency: Currency) -> Result<Vec<PlannedInstalment>, Refusal> {
    let mut violations = Vec::new();
    for (index, (_, amount)) in given.iter().enumerate() {
        let wrong = if amount.currency != currency {
            format!(
                "the order is in {}, not in {}",
                currency.code(),
                amount.currency.code()
            )
        } else if amount.amount <= Decimal::ZERO {
            format!("{amount} is not above 0")
        } else {
            continue;
        };
        violations.push(FieldViolation {
            field: format!("by_hand.instalments[{index}].amount"),
            description: wrong,
        });
    }
    if !violations.is_empty() {
        return Err(Refusal::invalid(violations));
    }
    Ok(by_day(
        given.iter().map(|(due, amount)| (*due, amount.amount)),
    ))
}

/// One instalment a day, by date.
fn by_day(parts: impl IntoIterator<Item = (Date, Decimal)>) -> Vec<PlannedInstalment> {
    let mut days: BTreeMap<Date, Decimal> = BTreeMap::new();
    for (due, amount) in parts {
        let sum = days.entry(due).or_default();
        *sum = sum.saturating_add(amount);
    }
    let planned = days.into_iter();
    planned
        .map(|(due, amount)| PlannedInstalment { due, amount })
        .collect()
}

/// What of a plan cannot be moved any more.
pub(super) struct Covered {
    /// The parts of it.
    pub(super) taken: Taken,
    /// What of the order is billed.
    billed: Decimal,
    /// What was paid down for it, no more than it comes to.
    paid: Decimal,
}

/// What of a plan is billed, and what is paid ahead of that: down payments go to the earliest parts,
/// as the invoices will.
pub(super) fn covered(
    plan: &[PlannedInstalment],
    sale: &Sale,
    ledger: &Ledger,
    order: OrderId,
) -> Covered {
    let billed = sale.billed_gross();
    let paid = ledger.paid_down(order, sale.currency).min(sale.gross());
    let ahead = paid.saturating_sub(billed);
    Covered {
        taken: Taken::by_invoices(plan, sale, ledger).and(plan, ahead),
        billed,
        paid,
    }
}

/// What has been billed, or paid ahead of that, stays due when it is due.
fn keeps(
    kept: &[(Date, Decimal)],
    instalments: &[PlannedInstalment],
    covered: &Covered,
    sale: &Sale,
) -> Result<(), Refusal> {
    if covered.taken.parts(instalments) == kept {
        return Ok(());
    }
    let parts = kept
        .iter()
        .map(|(due, amount)| format!("{amount} on {due}"));
    let parts = parts.collect::<Vec<_>>().join(", ");
    let (billed, paid) = (money(covered.billed, sale), money(covered.paid, sale));
    let (code, what) = if covered.paid > covered.billed {
        (
            "PLAN_COVERS_PAID",
            format!("{paid} of the order has been paid"),
        )
    } else {
        (
            "PLAN_COVERS_BILLED",
            format!("{billed} of the order has been billed"),
        )
    };
    let told = format!("{what} and stays due as it is: {parts}");
    Err(Refusal::precondition(code, told)
        .figure("billed", billed)
        .figure("paid", paid)
        .figure("kept", parts))
}

fn money(amount: Decimal, sale: &Sale) -> Money {
    Money {
        amount,
        currency: sale.currency,
    }
}
