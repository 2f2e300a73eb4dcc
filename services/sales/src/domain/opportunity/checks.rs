//! What the pipeline must say before a command is accepted, and what an amount must agree with.

use std::collections::BTreeSet;

use guanxi_decider::{Context, Refusal};
use guanxi_events::{Money, sales::PipelineId};

use crate::domain::pipeline::{Pipeline, Rules};

/// The rules of a pipeline as they are now.
pub(super) fn rules(id: PipelineId, context: &Context) -> Result<Rules, Refusal> {
    let state = context.read::<Pipeline>(id)?;
    Option::clone(&state).ok_or_else(|| {
        Refusal::precondition("PIPELINE_UNKNOWN", format!("there is no pipeline {id}"))
            .figure("pipeline_id", id)
    })
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
