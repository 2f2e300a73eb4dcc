//! What the rest of the service must say before a command is accepted: the pipeline's rules, the
//! customer's copy, the products; and what an amount must agree with.

use std::collections::BTreeSet;

use guanxi_decider::{Context, Refusal};
use guanxi_events::{
    Money,
    customers::CustomerId,
    sales::{PipelineId, ProductLine},
};

use super::LineInput;
use crate::domain::{
    customer_copy::CustomerCopy,
    pipeline::{Pipeline, Rules},
    product::Product,
};

/// The rules of a pipeline as they are now.
pub(super) fn rules(id: PipelineId, context: &Context) -> Result<Rules, Refusal> {
    let state = context.read::<Pipeline>(id)?;
    Option::clone(&state).ok_or_else(|| {
        Refusal::precondition("PIPELINE_UNKNOWN", format!("there is no pipeline {id}"))
            .figure("pipeline_id", id)
    })
}

/// The customer stands in this service's own copy.
pub(super) fn customer_known(
    customer: Option<CustomerId>,
    context: &Context,
) -> Result<(), Refusal> {
    let Some(id) = customer else { return Ok(()) };
    let copy = context.read::<CustomerCopy>(id)?;
    if copy.is_some() {
        return Ok(());
    }
    Err(Refusal::precondition(
        "CUSTOMER_UNKNOWN",
        format!(
            "the sales service knows no customer {id}; one registered a moment ago may still be \
             on its way"
        ),
    )
    .figure("customer_id", id))
}

/// The products exist and are sold; one that stood in a line before may stay when it is retired.
pub(super) fn products_sold(
    lines: &[LineInput],
    before: &[ProductLine],
    context: &Context,
) -> Result<(), Refusal> {
    let before: BTreeSet<_> = before.iter().map(|line| line.product).collect();
    let mut reasons = Vec::new();
    let products: BTreeSet<_> = lines.iter().map(|line| line.product).collect();
    for id in products {
        let product = context.read::<Product>(id)?;
        match product.as_ref() {
            None => reasons.push(("PRODUCT_UNKNOWN", format!("there is no product {id}"))),
            Some(item) if item.retired && !before.contains(&id) => {
                let sku = &item.details.sku;
                reasons.push((
                    "PRODUCT_RETIRED",
                    format!("{sku} ({id}) is not sold any more"),
                ));
            }
            Some(_) => {}
        }
    }
    if reasons.is_empty() {
        Ok(())
    } else {
        Err(Refusal::preconditions("PRODUCTS_NOT_SOLD", reasons))
    }
}

/// The amount that is told must be the sum of the lines, where there are lines.
pub(super) fn agreed(told: Option<Money>, sum: Option<Money>) -> Result<Option<Money>, Refusal> {
    match (told, sum) {
        (told, None) => Ok(told),
        (None, sum) => Ok(sum),
        (Some(told), Some(sum)) if told == sum => Ok(Some(sum)),
        (Some(told), Some(sum)) => Err(Refusal::precondition(
            "AMOUNT_IS_SUM_OF_LINES",
            format!("the lines come to {sum}, not to {told}: change the lines, not the amount"),
        )
        .figure("amount", told)
        .figure("sum_of_lines", sum)),
    }
}

pub(super) fn currencies_differ(won: Money, expected: Money) -> Refusal {
    Refusal::precondition(
        "CURRENCIES_DIFFER",
        format!(
            "it is worked on at {expected} and cannot be won at {won}: change its amount first"
        ),
    )
    .figure("won", won)
    .figure("expected", expected)
}

/// Names in their order, each once.
pub(super) fn each_once(names: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let first = names.iter().filter(|name| seen.insert(name.as_str()));
    first.cloned().collect()
}
