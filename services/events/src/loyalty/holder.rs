//! Of which programs a customer is a member: so that there is one membership for customer and
//! program, and so that what happens to a customer finds it (L-03). Enrolments and closings write it.

use serde::{Deserialize, Serialize};

use super::{MemberId, ProgramId};
use crate::domain_events;

/// The customer is a member of a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HolderJoined {
    /// The program.
    pub program: ProgramId,
    /// The member.
    pub member: MemberId,
}

/// The customer is a member of it no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HolderLeft {
    /// The program.
    pub program: ProgramId,
    /// The member.
    pub member: MemberId,
}

domain_events! {
    /// What can happen to a holder of memberships, whose id is the customer's.
    HolderEvent in Loyalty, "holder" {
        /// A membership began.
        Joined(HolderJoined) = "loyalty.holder_joined" / 1,
        /// A membership ended.
        Left(HolderLeft) = "loyalty.holder_left" / 1,
    }
}
