//! What follows from the clocks by itself: warnings, misses, escalations (V-07).

use guanxi_events::service::{
    SlaClock, TicketEvent,
    ticket::{SlaRung, SlaTold, TicketSlaBreached, TicketSlaEscalated, TicketSlaWarned},
};
use jiff::{SignedDuration, Timestamp};

use super::{Clock, Clocks};
use crate::domain::ticket::{Point, Work};

/// Something that follows from a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Warning(SignedDuration),
    Miss,
    Escalation,
}

impl Clock {
    /// What follows next if it runs on, and when.
    fn next(&self) -> Option<(Timestamp, What)> {
        let due = self.due.due_at;
        if self.breached_at.is_some() {
            let at = self.due.escalate_at.filter(|_| !self.escalated);
            return at.map(|at| (at, What::Escalation));
        }
        let warnings = self.due.warnings.iter();
        let warnings = warnings
            .filter(|warning| !self.warned.contains(&warning.before))
            .map(|warning| (warning.at, What::Warning(warning.before)));
        warnings.chain(due.map(|due| (due, What::Miss))).min()
    }
}

impl Clocks {
    /// What follows next, and when; nothing while the ticket waits.
    fn next(&self) -> Option<(Timestamp, SlaClock, What)> {
        if self.pauses.open() {
            return None;
        }
        let next = self.open().filter_map(|(name, clock)| {
            let (at, what) = clock.next()?;
            Some((at, name, what))
        });
        next.min()
    }

    /// When something follows next.
    pub(in crate::domain::ticket) fn due(&self) -> Option<Timestamp> {
        self.next().map(|(at, ..)| at)
    }
}

/// What follows from the clocks first, if it does by this instant.
pub(in crate::domain::ticket) fn first(work: &Work, by: Timestamp) -> Option<TicketEvent> {
    let clocks = &work.clocks;
    let (at, name, what) = clocks.next().filter(|(at, ..)| *at <= by)?;
    let clock = clocks.clocks.get(&name)?;
    let in_force = clocks.in_force.as_ref()?;
    let terms = in_force.terms.clone();
    let told = |rung| told(work, rung);
    Some(match what {
        What::Warning(before) => TicketEvent::from(TicketSlaWarned {
            at,
            clock: name,
            before,
            due_at: clock.due.due_at,
            terms,
            told: told(SlaRung::Agent),
        }),
        What::Miss => TicketEvent::from(TicketSlaBreached {
            breached_at: at,
            clock: name,
            target: in_force.targets.get(&name)?.span,
            terms,
            told: told(SlaRung::Lead),
        }),
        What::Escalation => TicketEvent::from(TicketSlaEscalated {
            at,
            clock: name,
            breached_at: clock.breached_at?,
            terms,
            told: told(SlaRung::Manager),
        }),
    })
}

/// What an event that came about by itself means for the clocks.
pub(in crate::domain::ticket) fn behind(work: &Work, event: &TicketEvent) -> Vec<TicketEvent> {
    match Point::of(event) {
        Some((Point::Resumed, at)) => work.clocks.resume_as_foreseen(at),
        _ => Vec::new(),
    }
}

fn told(work: &Work, rung: SlaRung) -> SlaTold {
    let ladder = &work.clocks.ladder;
    let person = match rung {
        SlaRung::Agent => work.assignee.clone(),
        SlaRung::Lead => ladder.first().cloned(),
        SlaRung::Manager => ladder.get(1).cloned(),
    };
    SlaTold {
        rung,
        person,
        queue: work.queue,
    }
}
