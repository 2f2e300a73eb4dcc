//! What the requests of all queries have in common.

use guanxi_runtime::{Fields, errors};
use tonic::Status;

/// The question, or all that is wrong with the request.
pub(crate) fn finished<T>(fields: Fields, query: Option<T>) -> Result<T, Status> {
    fields
        .finish()
        .map_err(|refusal| errors::refused(&refusal))?;
    query.ok_or_else(|| errors::internal("a request was not parsed, yet no field was bad"))
}
