//! What invoices and credit notes have in common: to whom they are made out, and what they come to
//! by tax rate (S-22).

use std::collections::BTreeMap;

use guanxi_decider::{Context, Reads, Refusal};
use guanxi_events::{
    customers::CustomerId,
    sales::{BillingDetails, LinePart, PaymentTermsId, SaleLine, TaxTotal},
};
use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    billing_profile::BillingProfile,
    customer_copy::CustomerCopy,
    order::{Sale, and_account},
    payment_terms::PaymentTerms,
};

/// And what a document of this customer in this currency looks at.
pub(super) fn and_customer(
    reads: Reads,
    customer: CustomerId,
    currency: Currency,
    terms: Option<PaymentTermsId>,
) -> Reads {
    and_account(reads, customer, currency)
        .and::<CustomerCopy>(customer)
        .and::<BillingProfile>(customer)
        .and_if::<PaymentTerms>(terms)
}

/// To whom the customer's documents are made out; nobody has said yet when absent.
pub(super) fn made_out_to(
    customer: CustomerId,
    context: &Context,
) -> Result<Option<BillingDetails>, Refusal> {
    let profile = context.read::<BillingProfile>(customer)?;
    Ok(profile
        .as_ref()
        .as_ref()
        .map(|profile| profile.details.clone()))
}

/// The series of a kind of document in the year of its business date: `IN-2026`.
pub(super) fn series(kind: &str, on: Date) -> String {
    format!("{kind}-{:04}", on.year())
}

/// What parts of an order come to, by tax rate.
pub(super) fn totals_of_parts(sale: &Sale, parts: &[LinePart]) -> Vec<TaxTotal> {
    by_rate(
        parts
            .iter()
            .map(|part| (sale.tax_rate_of(part.line), part.net, part.tax)),
    )
}

/// What lines come to, by tax rate.
pub(super) fn totals_of_lines(lines: &[SaleLine]) -> Vec<TaxTotal> {
    by_rate(lines.iter().map(|line| (line.tax_rate, line.net, line.tax)))
}

fn by_rate(amounts: impl Iterator<Item = (Decimal, Decimal, Decimal)>) -> Vec<TaxTotal> {
    let mut totals: BTreeMap<Decimal, TaxTotal> = BTreeMap::new();
    for (rate, net, tax) in amounts {
        let rate = rate.normalize();
        let total = totals.entry(rate).or_insert(TaxTotal {
            rate,
            net: Decimal::ZERO,
            tax: Decimal::ZERO,
        });
        total.net = total.net.saturating_add(net);
        total.tax = total.tax.saturating_add(tax);
    }
    totals.into_values().collect()
}

/// What a document comes to with tax.
pub(crate) fn gross(totals: &[TaxTotal]) -> Decimal {
    totals.iter().fold(Decimal::ZERO, |sum, total| {
        sum.saturating_add(total.net).saturating_add(total.tax)
    })
}

/// A document never comes to less than 0: that is the other kind of document.
pub(super) fn not_below_zero(gross: Decimal, currency: Currency) -> Result<(), Refusal> {
    if gross >= Decimal::ZERO {
        return Ok(());
    }
    Err(Refusal::precondition(
        "TOTAL_BELOW_ZERO",
        format!("it comes to {gross} {}, less than 0", currency.code()),
    )
    .figure("total", gross))
}
