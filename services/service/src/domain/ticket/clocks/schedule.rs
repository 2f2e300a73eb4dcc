//! When something follows from a clock that runs on, and what a leg has used up.

use guanxi_decider::{Context, Refusal};
use guanxi_events::service::{
    SlaClock, SlaTarget,
    ticket::{SlaDue, SlaForeseen, SlaLeg, SlaWarningDue},
};
use jiff::{SignedDuration, Timestamp};

use super::{Clock, Clocks, InForce, Phase};
use crate::domain::{
    calendar,
    working_time::{self, Calendar, Pauses},
};

/// The terms that hold, with their calendar ready to be walked.
pub(super) struct Measure<'a> {
    pub(super) in_force: &'a InForce,
    calendar: Calendar,
    pauses: &'a Pauses,
}

impl<'a> Measure<'a> {
    /// Of terms whose calendar the command has read.
    pub(super) fn of(
        in_force: &'a InForce,
        pauses: &'a Pauses,
        context: &Context,
    ) -> Result<Self, Refusal> {
        Ok(Self {
            in_force,
            calendar: calendar::of_version(in_force.terms.calendar, context)?,
            pauses,
        })
    }

    /// The working time of a clock's present leg by an instant.
    fn leg_elapsed(&self, clock: &Clock, at: Timestamp) -> SignedDuration {
        working_time::elapsed(clock.since, at, &self.calendar, self.pauses)
    }

    /// The present leg of a clock, ended at an instant.
    pub(super) fn leg(&self, name: SlaClock, clock: &Clock, at: Timestamp) -> SlaLeg {
        let target = self.in_force.targets.get(&name);
        SlaLeg {
            terms: self.in_force.terms.clone(),
            target: target.map_or(SignedDuration::ZERO, |target| target.span),
            since: clock.since,
            until: at,
            elapsed: self.leg_elapsed(clock, at),
            due_at: clock.due.due_at,
            met: !clock.late_by(at),
        }
    }

    /// A clock as it runs on from an instant, when nothing has gone on in its present leg but the
    /// time of before.
    pub(super) fn runs_on(&self, name: SlaClock, clock: &Clock, at: Timestamp) -> SlaDue {
        let used = clock.used().saturating_add(self.leg_elapsed(clock, at));
        let kept = clock.late.then_some(clock.due.due_at).flatten();
        self.from(name, used, at, kept)
    }

    /// A clock's next leg from an instant, with so much used up before it.
    pub(super) fn begins(&self, name: SlaClock, used: SignedDuration, at: Timestamp) -> SlaDue {
        self.from(name, used, at, None)
    }

    fn from(
        &self,
        name: SlaClock,
        used: SignedDuration,
        at: Timestamp,
        missed_at: Option<Timestamp>,
    ) -> SlaDue {
        let Some(target) = self.in_force.targets.get(&name) else {
            return idle(name, missed_at);
        };
        let when = |allowed: SignedDuration| {
            let left = allowed.saturating_sub(used);
            working_time::due(at, left, &self.calendar, &Pauses::NONE)
        };
        let due_at = missed_at.or_else(|| when(target.span));
        SlaDue {
            clock: name,
            due_at,
            warnings: warnings(target, due_at, at, when),
            escalate_at: target
                .escalate_after
                .and_then(|after| when(target.span.saturating_add(after))),
        }
    }
}

/// A warning whose time has passed already is given at once, unless the target is due by then.
fn warnings(
    target: &SlaTarget,
    due_at: Option<Timestamp>,
    at: Timestamp,
    when: impl Fn(SignedDuration) -> Option<Timestamp>,
) -> Vec<SlaWarningDue> {
    if due_at.is_some_and(|due| due <= at) {
        return Vec::new();
    }
    let mut warnings: Vec<SlaWarningDue> = target
        .warn_before
        .iter()
        .filter_map(|before| {
            let at = when(target.span.saturating_sub(*before))?;
            Some(SlaWarningDue {
                before: *before,
                at,
            })
        })
        .collect();
    warnings.sort_by_key(|warning| warning.at);
    warnings
}

/// A clock from which nothing follows now.
pub(super) fn idle(clock: SlaClock, due_at: Option<Timestamp>) -> SlaDue {
    SlaDue {
        clock,
        due_at,
        warnings: Vec::new(),
        escalate_at: None,
    }
}

impl Clocks {
    /// What follows if the ticket waits until its time comes; the clocks stand still until then.
    pub(super) fn foresee(
        &self,
        phase: Phase,
        context: &Context,
    ) -> Result<Option<SlaForeseen>, Refusal> {
        let (Phase::Paused(Some(until)), Some(in_force)) = (phase, &self.in_force) else {
            return Ok(None);
        };
        let mut pauses = self.pauses.clone();
        pauses.end(until);
        let measure = Measure::of(in_force, &pauses, context)?;
        let runs_on = |(name, clock)| measure.runs_on(name, clock, until);
        let clocks: Vec<SlaDue> = self.open().map(runs_on).collect();
        Ok((!clocks.is_empty()).then_some(SlaForeseen { at: until, clocks }))
    }
}
