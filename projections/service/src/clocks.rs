//! The clocks of a ticket (V-05, V-07), as far as the service service says what came of them. Nothing
//! is measured here.
//!
//! A *run* of a clock begins when the clock is started and goes on through changes of terms, pauses and,
//! for the resolution, reopenings. What it came to is known when it is missed, which is at once, or when
//! it stops; a resolution that is reopened is open again unless it was missed.

use guanxi_events::service::{
    SlaClock, TicketEvent,
    ticket::{SlaDue, SlaTerms, TicketSlaApplied, TicketSlaStopped},
};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::values::Outcome;

/// One run of a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) clock: SlaClock,
    /// The runs of a ticket's clock are counted from 1.
    pub(crate) n: i32,
    pub(crate) since: Timestamp,
    /// By which policy it was measured last, and the version of the list.
    pub(crate) policy: Option<(String, i32)>,
    /// How much working time it is allowed.
    pub(crate) target: Option<SignedDuration>,
    /// When that is used up, while it runs.
    pub(crate) due_at: Option<Timestamp>,
    pub(crate) breached_at: Option<Timestamp>,
    pub(crate) escalated_at: Option<Timestamp>,
    pub(crate) stopped_at: Option<Timestamp>,
    /// Of a stopped one: whether every leg was met, and the working time that it took.
    pub(crate) score: Option<(bool, SignedDuration)>,
    /// No policy measures it any more.
    pub(crate) dropped: bool,
    pub(crate) signed: Signed,
}

/// Whose work a clock's outcome is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Signed {
    pub(crate) queue: Uuid,
    pub(crate) agent: Option<String>,
}

/// All runs of a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Clocks {
    /// The policy in force, and the version of the list.
    pub(crate) policy: Option<(String, i32)>,
    /// By clock and number.
    pub(crate) runs: Vec<Run>,
    /// Those of the table, as they stand there.
    pub(crate) stored: Vec<Run>,
}

impl Run {
    /// Whether it is neither done nor given up.
    pub(crate) fn open(&self) -> bool {
        self.stopped_at.is_none() && !self.dropped
    }

    /// What came of it, and the day for which that counts: a miss counts when it was due.
    pub(crate) fn outcome(&self) -> Option<(Outcome, Timestamp)> {
        if let Some(breached_at) = self.breached_at {
            return Some((Outcome::Missed, breached_at));
        }
        let (met, _) = self.score?;
        let outcome = if met { Outcome::Met } else { Outcome::Missed };
        Some((outcome, self.stopped_at?))
    }
}

impl Clocks {
    /// What has to be written. Most events of a ticket leave its clocks alone: with that, and room in
    /// the pages, Postgres needs half of the time that a rebuild took.
    pub(crate) fn changed(&self) -> impl Iterator<Item = &Run> {
        self.runs.iter().filter(|run| !self.stored.contains(run))
    }

    /// Whether its targets were met: `None` while that is open, and where nothing is measured.
    pub(crate) fn met(&self) -> Option<bool> {
        let outcomes = || self.runs.iter().filter_map(Run::outcome);
        if outcomes().any(|(outcome, _)| outcome == Outcome::Missed) {
            return Some(false);
        }
        let open = self.runs.iter().any(Run::open);
        (!open && outcomes().next().is_some()).then_some(true)
    }

    /// What is due first.
    pub(crate) fn due_at(&self) -> Option<Timestamp> {
        let open = self.runs.iter().filter(|run| run.open());
        open.filter_map(|run| run.due_at).min()
    }

    /// Takes what happened to them, but for their stopping.
    pub(crate) fn take(&mut self, event: &TicketEvent, signed: &Signed) {
        match event {
            TicketEvent::SlaApplied(applied) => self.applied(applied, signed),
            TicketEvent::SlaStarted(started) => {
                let run = self.begin(started.clock.clock, started.at, signed);
                run.due_at = started.clock.due_at;
            }
            TicketEvent::SlaPaused(_) => {
                for run in self.runs.iter_mut().filter(|run| run.open()) {
                    run.due_at = None;
                }
            }
            TicketEvent::SlaResumed(resumed) => {
                for due in &resumed.clocks {
                    if let Some(run) = self.last(due.clock) {
                        run.due_at = due.due_at;
                    }
                }
            }
            TicketEvent::SlaBreached(breached) => {
                if let Some(run) = self.last(breached.clock) {
                    run.breached_at = Some(breached.breached_at);
                    run.target = Some(breached.target);
                    run.policy = Some(policy(&breached.terms));
                    run.signed = signed.clone();
                }
            }
            TicketEvent::SlaEscalated(escalated) => {
                if let Some(run) = self.last(escalated.clock) {
                    run.escalated_at = Some(escalated.at);
                }
            }
            TicketEvent::SlaBreachWithdrawn(withdrawn) => {
                if let Some(run) = self.last(withdrawn.clock) {
                    (run.breached_at, run.escalated_at) = (None, None);
                }
            }
            _ => {}
        }
    }

    /// They stopped; the working time to the resolution, if that is among them.
    pub(crate) fn stopped(
        &mut self,
        stopped: &TicketSlaStopped,
        signed: &Signed,
    ) -> Option<SignedDuration> {
        let mut worked = None;
        for score in &stopped.scores {
            if score.clock == SlaClock::Resolution {
                worked = Some(score.elapsed);
            }
            let Some(run) = self.last(score.clock) else {
                continue;
            };
            run.stopped_at = Some(stopped.at);
            run.score = Some((score.met, score.elapsed));
            run.due_at = None;
            // A miss stays theirs who had the ticket when it was due.
            if run.breached_at.is_none() {
                run.signed = signed.clone();
            }
            if let Some(leg) = score.legs.last() {
                run.target = Some(leg.target);
                run.policy = Some(policy(&leg.terms));
            }
        }
        worked
    }

    /// Other terms: the clocks that they name run, the others that ran are measured no more.
    fn applied(&mut self, applied: &TicketSlaApplied, signed: &Signed) {
        self.policy = applied.terms.as_ref().map(policy);
        let measured = |run: &Run| applied.clocks.iter().any(|due| due.clock == run.clock);
        for run in self.runs.iter_mut().filter(|run| run.open()) {
            if !measured(run) {
                run.dropped = true;
                run.due_at = None;
            }
        }
        for due in &applied.clocks {
            self.run_on(due, applied, signed);
        }
    }

    fn run_on(&mut self, due: &SlaDue, applied: &TicketSlaApplied, signed: &Signed) {
        let policy = self.policy.clone();
        let run = match self.last(due.clock) {
            Some(run) if !run.dropped => {
                (run.stopped_at, run.score) = (None, None);
                run
            }
            _ => self.begin(due.clock, applied.at, signed),
        };
        run.policy = policy;
        run.due_at = due.due_at;
        run.target = applied.targets.get(&due.clock).map(|target| target.span);
    }

    fn begin(&mut self, clock: SlaClock, since: Timestamp, signed: &Signed) -> &mut Run {
        let n = self.last(clock).map_or(1, |run| run.n + 1);
        let run = Run {
            clock,
            n,
            since,
            policy: self.policy.clone(),
            target: None,
            due_at: None,
            breached_at: None,
            escalated_at: None,
            stopped_at: None,
            score: None,
            dropped: false,
            signed: signed.clone(),
        };
        self.runs.push(run);
        let last = self.runs.len() - 1;
        &mut self.runs[last]
    }

    fn last(&mut self, clock: SlaClock) -> Option<&mut Run> {
        let runs = self.runs.iter_mut().filter(|run| run.clock == clock);
        runs.max_by_key(|run| run.n)
    }
}

fn policy(terms: &SlaTerms) -> (String, i32) {
    let version = i32::try_from(terms.policy.version).unwrap_or(i32::MAX);
    (terms.policy.key.clone(), version)
}
