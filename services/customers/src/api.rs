//! The gRPC face: generated types to domain values and back, one file per aggregate.

mod contact;
mod customer;
mod desk_transfer;
mod follow_up;
mod interaction;
mod party;
mod pool;

pub use contact::ContactApi;
pub use customer::CustomerApi;
pub use desk_transfer::DeskTransferApi;
pub use follow_up::FollowUpApi;
pub use interaction::InteractionApi;
pub use pool::PoolApi;

use std::collections::BTreeSet;

use guanxi_runtime::{Fields, errors};
use prost_types::FieldMask;
use tonic::Status;
use uuid::Uuid;

/// The id that a query names.
fn queried_id(field: &str, text: &str) -> Result<Uuid, Status> {
    let mut fields = Fields::default();
    let id: Option<Uuid> = fields.id(field, text);
    fields
        .finish()
        .map_err(|refusal| errors::refused(&refusal))?;
    id.ok_or_else(|| errors::internal("an id was not read, yet no field was bad"))
}

/// The fields that an update names; it must name one at least.
fn masked<F: Copy + Ord>(
    fields: &mut Fields,
    mask: Option<&FieldMask>,
    find: impl Fn(&str) -> Option<F>,
) -> Option<BTreeSet<F>> {
    let paths = mask.map_or(&[] as &[String], |mask| mask.paths.as_slice());
    if paths.is_empty() {
        fields.bad("update_mask", "must name at least one field");
        return None;
    }
    let mut found = BTreeSet::new();
    let mut all_known = true;
    for path in paths {
        match find(path) {
            Some(field) => {
                found.insert(field);
            }
            None => {
                let path: String = path.chars().take(40).collect();
                fields.bad("update_mask", format!("there is no field {path:?}"));
                all_known = false;
            }
        }
    }
    all_known.then_some(found)
}

/// A part of a request that must be there.
fn part<'a, T>(fields: &mut Fields, field: &str, part: Option<&'a T>) -> Option<&'a T> {
    if part.is_none() {
        fields.bad(field, "must be given");
    }
    part
}

/// The value of a field that is meant, or a stand-in for one that nobody will look at.
fn when<T: Default>(meant: bool, read: impl FnOnce() -> Option<T>) -> Option<T> {
    if meant { read() } else { Some(T::default()) }
}

fn text_of<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
