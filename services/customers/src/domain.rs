//! The rules of the customers service, pure: deciders and what they have in common.

pub mod claim_quota;
pub mod contact;
pub mod customer;
pub mod desk_transfer;
pub mod follow_up;
pub mod interaction;
pub mod pool;

pub use claim_quota::ClaimQuota;
pub use contact::Contact;
pub use customer::Customer;
pub use desk_transfer::DeskTransfer;
pub use follow_up::FollowUp;
pub use interaction::Interaction;
pub use pool::Pool;

use guanxi_decider::FieldViolation;
use jiff::{SignedDuration, Timestamp};

/// The instant after a span; spans are bounded where they are given, so the end of time is never
/// reached in earnest.
fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// The instant before a span.
fn earlier(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}

fn violation(field: &str, description: impl Into<String>) -> FieldViolation {
    FieldViolation {
        field: field.to_owned(),
        description: description.into(),
    }
}
