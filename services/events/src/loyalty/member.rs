//! What can happen to a member (L-03).

use serde::{Deserialize, Serialize};

/// How a member stands. Which of them may earn and which may spend is the program's rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberStatus {
    /// Enrolled, not active yet.
    New,
    /// In good standing.
    Active,
    /// Held for a while.
    Frozen,
    /// Left, for good.
    Closed,
}
