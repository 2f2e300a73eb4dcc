//! How the clocks stand now, for who looks at the ticket.

use guanxi_events::service::{SlaClock, ticket::SlaTerms};
use jiff::{SignedDuration, Timestamp};

use super::{Clocks, State};

/// How far a clock is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockState {
    /// It runs.
    Running,
    /// It stands still while the ticket waits.
    Paused,
    /// It is done.
    Stopped,
}

/// How one clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Which clock.
    pub clock: SlaClock,
    /// How far it is.
    pub state: ClockState,
    /// When its target is missed, while it runs.
    pub due_at: Option<Timestamp>,
    /// When it was missed.
    pub breached_at: Option<Timestamp>,
    /// The working time of the legs that ended.
    pub used: SignedDuration,
}

impl Clocks {
    /// By what the clocks are measured, and how each stands; none where nothing measures them.
    pub fn standing(&self) -> Option<(&SlaTerms, impl Iterator<Item = Standing>)> {
        let in_force = self.in_force.as_ref()?;
        let standing = self.clocks.iter().filter_map(|(name, clock)| {
            let state = match clock.state {
                State::Idle => return None,
                State::Stopped => ClockState::Stopped,
                State::Open if self.pauses.open() => ClockState::Paused,
                State::Open => ClockState::Running,
            };
            Some(Standing {
                clock: *name,
                state,
                due_at: clock.due.due_at.filter(|_| state == ClockState::Running),
                breached_at: clock.breached_at,
                used: clock.used(),
            })
        });
        Some((&in_force.terms, standing))
    }
}
