//! The clocks of a ticket (V-05, V-07): first response, next response and resolution, in the working
//! time of a calendar, less the pauses.
//!
//! * The first policy of the tenant's list that is for the ticket gives its **terms**: the targets of
//!   its priority, and the calendar, each of a version. They are chosen when the ticket is opened, and
//!   anew whenever its priority, its queue or what is told about it is changed, and when it is reopened.
//!   Nothing else chooses them anew: a policy or a calendar that is edited meanwhile changes no clock
//!   that runs.
//! * When other terms hold from then on, the **leg** before is scored under its own, and the next one
//!   goes on with what was used up: it is due when the new target's time, counted from the clock's very
//!   start, is used up, and at once if it is already.
//! * The first response stops with the first public reply of an agent, or with the resolution; a next
//!   one starts with a customer's message after that. A pending or merged ticket's clocks pause.
//! * A reopened ticket's resolution goes on from what it had used; the time that it counted as resolved
//!   does not count. What was missed before stays missed.
//! * A clock is missed once, when it is due, whatever terms come after. What is told later but happened
//!   before it was due takes the miss back: what counts is when things were, not when they became known.
//!
//! What is due is kept in the state as instants, so that a timer needs no calendar.

use std::collections::{BTreeMap, BTreeSet};

use guanxi_events::{
    PersonId,
    service::{
        CalendarId, SlaClock, SlaTargets,
        ticket::{SlaDue, SlaForeseen, SlaLeg, SlaTerms},
    },
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::working_time::Pauses;

mod evolve;
mod fire;
mod follow;
mod schedule;
mod standing;
mod terms;
#[cfg(test)]
mod tests;

pub(super) use fire::{behind, first};
pub(super) use follow::follow;
pub use standing::{ClockState, Standing};
pub(super) use terms::{reads, reads_further};

/// The clocks of a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clocks {
    /// By what they are measured; not at all without.
    in_force: Option<InForce>,
    /// Who is told after the ticket's agent.
    ladder: Vec<PersonId>,
    /// The pauses since the present legs began.
    pauses: Pauses,
    /// What follows if the ticket waits until its time comes.
    foreseen: Option<SlaForeseen>,
    /// Those that were started.
    clocks: BTreeMap<SlaClock, Clock>,
}

/// The terms that hold for a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct InForce {
    terms: SlaTerms,
    targets: SlaTargets,
}

/// One clock that was started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Clock {
    /// The legs that ended.
    legs: Vec<SlaLeg>,
    /// Since when the present one runs.
    since: Timestamp,
    /// What follows if it runs on; holds while the ticket does not wait.
    due: SlaDue,
    /// Whether the present leg missed its target before a pause.
    late: bool,
    /// The warnings that were given in this leg.
    warned: BTreeSet<SignedDuration>,
    /// When it was missed.
    breached_at: Option<Timestamp>,
    /// Whether the miss went to the manager.
    escalated: bool,
    /// Whether it runs.
    state: State,
}

/// How far a clock is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// It runs, or waits with the ticket.
    Open,
    /// The terms do not measure it now; it goes on when others do.
    Idle,
    /// It is done.
    Stopped,
}

/// Whether a ticket's clocks run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// They do.
    Running,
    /// The ticket waits; until when at the latest, if that is known.
    Paused(Option<Timestamp>),
    /// It is resolved.
    Stopped,
}

impl Clocks {
    /// Those that are not done.
    fn open(&self) -> impl Iterator<Item = (SlaClock, &Clock)> {
        let open = self
            .clocks
            .iter()
            .filter(|(_, clock)| clock.state == State::Open);
        open.map(|(name, clock)| (*name, clock))
    }

    /// By which calendar they are measured.
    fn calendar(&self) -> Option<CalendarId> {
        let in_force = self.in_force.as_ref()?;
        Some(in_force.terms.calendar.id)
    }
}

impl Clock {
    fn new(since: Timestamp, due: SlaDue) -> Self {
        Self {
            legs: Vec::new(),
            since,
            due,
            late: false,
            warned: BTreeSet::new(),
            breached_at: None,
            escalated: false,
            state: State::Open,
        }
    }

    /// What the legs before the present one used up.
    fn used(&self) -> SignedDuration {
        let legs = self.legs.iter().map(|leg| leg.elapsed);
        legs.fold(SignedDuration::ZERO, SignedDuration::saturating_add)
    }

    /// Whether its target has been missed by an instant, which no timer before it left unsaid.
    fn late_by(&self, at: Timestamp) -> bool {
        self.late || self.due.due_at.is_some_and(|due| due < at)
    }
}
