//! What the RPCs of every service do alike: lists of fields, queries, what exists.

use guanxi_decider::Refusal;
use tonic::Status;
use uuid::Uuid;

use crate::{Fields, errors};

/// Reads every item of a list, so that all bad ones are noted; none when there are too many.
pub fn each<W, T>(
    fields: &mut Fields,
    path: &str,
    items: &[W],
    max: usize,
    read: impl Fn(&mut Fields, &str, &W) -> Option<T>,
) -> Option<Vec<T>> {
    fields.count(path, items.len(), max)?;
    let read: Vec<Option<T>> = items
        .iter()
        .enumerate()
        .map(|(index, item)| read(fields, &format!("{path}[{index}]"), item))
        .collect();
    read.into_iter().collect()
}

/// A count or a version on the wire, where both are signed.
pub fn count_to_wire(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// The fields of a query, all bad ones named at once.
///
/// # Errors
/// `INVALID_ARGUMENT`.
pub fn asked<T>(read: impl FnOnce(&mut Fields) -> Option<T>) -> Result<T, Status> {
    let mut fields = Fields::default();
    let asked = read(&mut fields);
    fields
        .finish()
        .map_err(|refusal| errors::refused(&refusal))?;
    asked.ok_or_else(|| errors::internal("a query was not read, yet no field was bad"))
}

/// The state of what exists.
///
/// # Errors
/// `NOT_FOUND`.
pub fn found<'a, S>(what: &'static str, id: Uuid, state: &'a Option<S>) -> Result<&'a S, Status> {
    state
        .as_ref()
        .ok_or_else(|| errors::refused(&Refusal::not_found(what, id)))
}
