//! What tickets have to do with each other (V-01): cases of one, links, merge and unmerge.
//!
//! Both sides are written in one append, so neither ever says what the other does not.

use guanxi_decider::{Context, Decision, Refusal};
use guanxi_events::service::{
    TicketEvent, TicketId,
    ticket::{
        TicketAbsorbed, TicketChildAdded, TicketChildRemoved, TicketLinked, TicketMerged,
        TicketParentSet, TicketSeparated, TicketUnlinked, TicketUnmerged,
    },
};
use jiff::Timestamp;

use super::{Status, Ticket, Work, decide::Decided};

/// A ticket has at most this many cases, and at most this many go on in it.
pub const MAX_CASES: usize = 500;
/// A ticket has at most this many links.
pub const MAX_LINKS: usize = 100;

impl Work {
    /// Cases have no cases: a parent is no case itself.
    pub(super) fn set_parent(&self, parent: Option<TicketId>, context: &Context) -> Decided {
        if parent == self.parent {
            return Ok(Decision::nothing());
        }
        let own = TicketId(context.id);
        let mut decision = Decision::event(TicketParentSet {
            from: self.parent,
            to: parent,
        });
        if let Some(old) = self.parent {
            let removed = TicketChildRemoved { child: own };
            decision = decision.elsewhere::<TicketEvent>(old, removed);
        }
        let Some(id) = parent else {
            return Ok(decision);
        };
        let found = other(id, context)?;
        found.is_not_merged("PARENT_MERGED")?;
        if let Some(above) = found.parent {
            return Err(Refusal::precondition(
                "PARENT_IS_A_CASE",
                format!("ticket {id} is a case of {above} itself"),
            )
            .figure("parent", above));
        }
        if !self.children.is_empty() {
            let cases = self.children.len();
            return Err(Refusal::precondition(
                "HAS_CASES",
                format!("it has {cases} cases, and a case has none"),
            )
            .figure("cases", cases));
        }
        room("TOO_MANY_CASES", found.children.len(), MAX_CASES)?;
        Ok(decision.elsewhere::<TicketEvent>(id, TicketChildAdded { child: own }))
    }

    pub(super) fn link(&self, id: TicketId, context: &Context) -> Decided {
        let found = other(id, context)?;
        if self.links.contains(&id) {
            return Ok(Decision::nothing());
        }
        room("TOO_MANY_LINKS", self.links.len(), MAX_LINKS)?;
        room("TOO_MANY_LINKS", found.links.len(), MAX_LINKS)?;
        let back = TicketLinked {
            other: TicketId(context.id),
        };
        Ok(Decision::event(TicketLinked { other: id }).elsewhere::<TicketEvent>(id, back))
    }

    pub(super) fn unlink(&self, id: TicketId, context: &Context) -> Decided {
        if !self.links.contains(&id) {
            return Ok(Decision::nothing());
        }
        let back = TicketUnlinked {
            other: TicketId(context.id),
        };
        Ok(Decision::event(TicketUnlinked { other: id }).elsewhere::<TicketEvent>(id, back))
    }

    /// What is merged goes on in the survivor; it keeps all that it was for the way back.
    pub(super) fn merge(&self, id: TicketId, at: Timestamp, context: &Context) -> Decided {
        if self.merged_into == Some(id) {
            return Ok(Decision::nothing());
        }
        self.is_not_closed()?;
        let survivor = other(id, context)?;
        survivor.is_not_merged("SURVIVOR_MERGED")?;
        if survivor.status == Status::Closed {
            return Err(Refusal::precondition(
                "SURVIVOR_CLOSED",
                format!("ticket {id} is closed: nothing goes on in it"),
            ));
        }
        room("TOO_MANY_MERGED", survivor.absorbed.len(), MAX_CASES)?;
        let absorbed = TicketAbsorbed {
            ticket: TicketId(context.id),
        };
        Ok(Decision::event(TicketMerged { at, into: id }).elsewhere::<TicketEvent>(id, absorbed))
    }

    pub(super) fn unmerge(&self, at: Timestamp, context: &Context) -> Decided {
        let Some(survivor) = self.merged_into else {
            return Ok(Decision::nothing());
        };
        let unmerged = TicketUnmerged { at, from: survivor };
        let separated = TicketSeparated {
            ticket: TicketId(context.id),
        };
        Ok(Decision::event(unmerged).elsewhere::<TicketEvent>(survivor, separated))
    }

    fn is_not_merged(&self, code: &'static str) -> Result<(), Refusal> {
        let Some(survivor) = self.merged_into else {
            return Ok(());
        };
        Err(
            Refusal::precondition(code, format!("that ticket goes on in ticket {survivor}"))
                .figure("survivor", survivor),
        )
    }
}

/// Another ticket, which the command read.
fn other(id: TicketId, context: &Context) -> Result<Work, Refusal> {
    if id.0 == context.id {
        return Err(Refusal::precondition(
            "SAME_TICKET",
            "it has to do with itself already",
        ));
    }
    let found = context.read::<Ticket>(id)?;
    Option::clone(&found).ok_or_else(|| {
        Refusal::precondition("TICKET_UNKNOWN", format!("there is no ticket {id}"))
            .figure("ticket_id", id)
    })
}

fn room(code: &'static str, there: usize, limit: usize) -> Result<(), Refusal> {
    if there < limit {
        return Ok(());
    }
    Err(
        Refusal::precondition(code, format!("there are {there} already; {limit} may be"))
            .figure("there", there)
            .figure("limit", limit),
    )
}
