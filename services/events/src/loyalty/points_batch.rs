//! What can happen to a batch of a member's history (L-12, L-15): it is booked once, whole.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::MemberId;
use crate::domain_events;

/// An item that was not booked, because a rule refused it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedItem {
    /// Which, from 0, in the order in which they were sent.
    pub index: u32,
    /// The rule's code.
    pub code: String,
    /// Why, with the figures.
    pub reason: String,
    /// How many points it asked for.
    pub points: Decimal,
    /// How many were active when its turn came.
    pub active: Decimal,
    /// When it would have counted.
    pub at: Timestamp,
}

/// A batch was booked; what could not be booked is named, the rest stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsBatchBooked {
    /// Whose history.
    pub member: MemberId,
    /// Where it comes from.
    pub source: String,
    /// How many items were booked.
    pub booked: u32,
    /// What was not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<RefusedItem>,
}

domain_events! {
    /// What can happen to a batch of history. Its id is a [`PointsBatchId`](super::points::PointsBatchId).
    PointsBatchEvent in Loyalty, "points_batch" {
        /// It was booked.
        Booked(PointsBatchBooked) = "loyalty.points_batch_booked" / 1,
    }
}
