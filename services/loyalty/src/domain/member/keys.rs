//! By what a member is found, in this order: its id, a card, its telephone number, its email address
//! (L-03).
//!
//! Numbers and addresses are claimed: the log keeps keyed hashes of them, which find the member and
//! tell nothing. So they are looked up before a command is decided; the decision then checks that
//! they still are the member's.

use guanxi_decider::{Decision, UniqueKey};
use guanxi_events::loyalty::{ContactKeys, MemberEvent, ProgramId};

use super::Membership;

/// What a till knows of a member. The first that finds one decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The member's id.
    pub member: Option<guanxi_events::loyalty::MemberId>,
    /// The number of a card, as printed, or the telephone number that is one.
    pub card: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    /// In lower case.
    pub email: Option<String>,
}

/// The key that a telephone number is in a program.
pub fn phone(program: ProgramId, number: &str) -> UniqueKey {
    UniqueKey {
        kind: "phone",
        value: format!("{program}/{number}"),
    }
}

/// The key that an email address is in a program.
pub fn email(program: ProgramId, address: &str) -> UniqueKey {
    UniqueKey {
        kind: "email",
        value: format!("{program}/{address}"),
    }
}

fn all(program: ProgramId, keys: &ContactKeys) -> Vec<UniqueKey> {
    let phone = keys.phone.as_deref().map(|number| phone(program, number));
    let email = keys.email.as_deref().map(|address| email(program, address));
    phone.into_iter().chain(email).collect()
}

/// The decision, with the keys claimed that are new and released that are no more.
pub(super) fn exchanged(
    mut decision: Decision<MemberEvent>,
    program: ProgramId,
    before: &ContactKeys,
    after: &ContactKeys,
) -> Decision<MemberEvent> {
    let (before, after) = (all(program, before), all(program, after));
    let new = after.iter().filter(|key| !before.contains(key)).cloned();
    decision.claims.extend(new);
    let gone = before.iter().filter(|key| !after.contains(key)).cloned();
    decision.releases.extend(gone);
    decision
}

impl Membership {
    /// Whether a telephone number still finds it.
    pub fn has_phone(&self, number: &str) -> bool {
        self.keys.phone.as_deref() == Some(number)
    }

    /// Whether an email address still finds it.
    pub fn has_email(&self, address: &str) -> bool {
        self.keys.email.as_deref() == Some(address)
    }
}
