//! How a ticket keeps to its targets (V-05).
//!
//! The clocks of a ticket are measured in *legs*: one ends and another begins whenever other terms
//! hold for the ticket from then on. Each leg is scored under its own terms; the working time that
//! was used up before it counts against its target.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    PersonId,
    service::{CalendarVersion, Priority, SlaClock, SlaPolicyVersion, SlaTargets},
};

/// By what a leg is measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaTerms {
    /// The policy.
    pub policy: SlaPolicyVersion,
    /// The calendar.
    pub calendar: CalendarVersion,
    /// The priority whose targets they are.
    pub priority: Priority,
}

/// A warning that is to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaWarningDue {
    /// So much working time before the target is due.
    pub before: SignedDuration,
    /// When that is.
    pub at: Timestamp,
}

/// What follows if a clock runs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaDue {
    /// Which clock.
    pub clock: SlaClock,
    /// When its target is missed: absent while the ticket waits, and where it is beyond all calendars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// The warnings before that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<SlaWarningDue>,
    /// When the miss goes to the manager.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalate_at: Option<Timestamp>,
}

/// What follows if a ticket waits until its time comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaForeseen {
    /// Until when it waits.
    pub at: Timestamp,
    /// The clocks as they run from then on.
    pub clocks: Vec<SlaDue>,
}

/// A part of a clock's time under the same terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaLeg {
    /// By what it was measured.
    pub terms: SlaTerms,
    /// How much working time the clock was allowed, from its very start.
    pub target: SignedDuration,
    /// From when on.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// How much working time passed in this leg, less the pauses.
    pub elapsed: SignedDuration,
    /// When the target was due, as it stood last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// Whether the target was not missed in it.
    pub met: bool,
}

/// A leg that came to its end while the ticket goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaLegEnded {
    /// Which clock.
    pub clock: SlaClock,
    /// The leg as it is scored.
    pub leg: SlaLeg,
}

/// What came of a clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaScore {
    /// Which clock.
    pub clock: SlaClock,
    /// Whether every leg of it was met.
    pub met: bool,
    /// How much working time it took in all.
    pub elapsed: SignedDuration,
    /// Its legs, in order.
    pub legs: Vec<SlaLeg>,
}

/// Other terms hold for a ticket from here: the legs before are scored under theirs, and new ones
/// begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketSlaApplied {
    /// When.
    pub at: Timestamp,
    /// By what its clocks are measured from now on; absent when no policy is for it, and then they
    /// are not measured any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<SlaTerms>,
    /// What each clock is allowed.
    #[serde(default, skip_serializing_if = "SlaTargets::is_empty")]
    pub targets: SlaTargets,
    /// Who is told after the ticket's agent: the lead, then the manager.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ladder: Vec<PersonId>,
    /// The legs that ended here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended: Vec<SlaLegEnded>,
    /// The clocks whose next leg begins here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<SlaDue>,
    /// What follows if it waits until its time comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreseen: Option<SlaForeseen>,
}

/// The clock of the next response started: the customer said something that is to be answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketSlaStarted {
    /// When.
    pub at: Timestamp,
    /// The clock.
    pub clock: SlaDue,
    /// What follows if the ticket waits until its time comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreseen: Option<SlaForeseen>,
}

/// The clocks stand still: nothing is due now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketSlaPaused {
    /// When.
    pub at: Timestamp,
    /// What follows if the ticket waits until its time comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreseen: Option<SlaForeseen>,
}

/// The clocks go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketSlaResumed {
    /// When.
    pub at: Timestamp,
    /// The clocks as they run from here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<SlaDue>,
}

/// Clocks stopped: that is what came of them. A resolution's goes on with its legs when the ticket is
/// reopened, and its next score replaces this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketSlaStopped {
    /// When.
    pub at: Timestamp,
    /// What came of each.
    pub scores: Vec<SlaScore>,
}
