//! What the requests of all queries have in common.

use guanxi_decider::Refusal;
use guanxi_runtime::{Fields, errors};
use tonic::Status;
use uuid::Uuid;

/// The most values of one filter.
pub(crate) const MOST: usize = 200;
/// The most limits of buckets.
const MOST_LIMITS: usize = 12;
/// A hundred years.
const OLDEST: i32 = 36_525;

/// The question, or all that is wrong with the request.
pub(crate) fn finished<T>(fields: Fields, query: Option<T>) -> Result<T, Status> {
    fields
        .finish()
        .map_err(|refusal| errors::refused(&refusal))?;
    query.ok_or_else(|| errors::internal("a request was not parsed, yet no field was bad"))
}

/// A list of ids.
pub(crate) fn ids(fields: &mut Fields, field: &str, texts: &[String]) -> Option<Vec<Uuid>> {
    let count = fields.count(field, texts.len(), MOST);
    let texts = texts.iter().take(MOST).enumerate();
    let ids: Vec<Option<Uuid>> = texts
        .map(|(n, text)| fields.id(&format!("{field}[{n}]"), text))
        .collect();
    count?;
    ids.into_iter().collect()
}

/// A list of choices, each once at most.
pub(crate) fn choices<P: TryFrom<i32>, T>(
    fields: &mut Fields,
    field: &str,
    values: &[i32],
    choice: impl Fn(P) -> Option<T> + Copy,
) -> Option<Vec<T>> {
    let count = fields.count(field, values.len(), MOST);
    let values = values.iter().take(MOST).enumerate();
    let chosen: Vec<Option<T>> = values
        .map(|(n, value)| fields.choice(&format!("{field}[{n}]"), *value, choice))
        .collect();
    count?;
    chosen.into_iter().collect()
}

/// The last value of each bucket but the last, or the usual ones.
pub(crate) fn limits(
    fields: &mut Fields,
    limits: &[i32],
    usual: &[i32],
    least: i32,
) -> Option<Vec<i32>> {
    if limits.is_empty() {
        return Some(usual.to_vec());
    }
    fields.count("limits", limits.len(), MOST_LIMITS)?;
    let rising = limits.windows(2).all(|pair| pair[0] < pair[1]);
    if !rising || limits.iter().any(|limit| !(least..=OLDEST).contains(limit)) {
        fields.bad(
            "limits",
            format!("must rise, from {least} to {OLDEST} at most"),
        );
        return None;
    }
    Some(limits.to_vec())
}

/// Refuses an answer that nobody reads to its end.
pub(crate) fn within(groups: usize, most: u16) -> Result<(), Status> {
    if groups <= usize::from(most) {
        return Ok(());
    }
    let refusal = Refusal::precondition(
        "TOO_MANY_GROUPS",
        format!(
            "there are more than {most} groups: filter, ask for fewer days, or group otherwise"
        ),
    );
    Err(errors::refused(&refusal.figure("limit", most)))
}
