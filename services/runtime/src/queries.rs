//! What every RPC that only asks does alike: read its fields, and find what they name.

use guanxi_decider::Refusal;
use tonic::Status;
use uuid::Uuid;

use crate::{Fields, errors};

/// The fields of a query, all bad ones named at once.
///
/// # Errors
/// `INVALID_ARGUMENT` with every bad field.
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
/// `NOT_FOUND` when it does not.
pub fn found<'a, S>(what: &'static str, id: Uuid, state: &'a Option<S>) -> Result<&'a S, Status> {
    state
        .as_ref()
        .ok_or_else(|| errors::refused(&Refusal::not_found(what, id)))
}

/// A count or a rule's version on the wire, where both are signed.
pub fn count_to_wire(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
