//! What the requests of all queries have in common.

use guanxi_runtime::{Fields, errors};
use tonic::Status;
use uuid::Uuid;

/// The most values of one filter.
pub(crate) const MOST_VALUES: usize = 200;

/// Ids of a filter.
pub(crate) fn ids(fields: &mut Fields, field: &str, texts: &[String]) -> Option<Vec<Uuid>> {
    let count = fields.count(field, texts.len(), MOST_VALUES);
    let texts = texts.iter().take(MOST_VALUES).enumerate();
    let ids: Vec<Option<Uuid>> = texts
        .map(|(n, text)| fields.id(&format!("{field}[{n}]"), text))
        .collect();
    count?;
    ids.into_iter().collect()
}

/// The question, or all that is wrong with the request.
pub(crate) fn finished<T>(fields: Fields, query: Option<T>) -> Result<T, Status> {
    fields
        .finish()
        .map_err(|refusal| errors::refused(&refusal))?;
    query.ok_or_else(|| errors::internal("a request was not parsed, yet no field was bad"))
}
