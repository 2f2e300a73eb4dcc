//! The clocks after an event.

use guanxi_events::service::{
    SlaClock, TicketEvent,
    ticket::{SlaDue, SlaScore, TicketSlaApplied},
};
use jiff::Timestamp;

use super::{Clock, Clocks, InForce, Phase, State};
use crate::domain::working_time::Pauses;

impl Clocks {
    /// The ticket begins to wait, or waits no more, at this instant.
    pub(in crate::domain::ticket) fn keep_pauses(&mut self, phase: Phase, at: Timestamp) {
        match phase {
            Phase::Paused(_) if self.pauses.open() => {}
            Phase::Paused(_) => {
                // What was due while it ran is not lost by the pause; what was not is due no more.
                for clock in self.clocks.values_mut() {
                    clock.late = clock.late_by(at);
                    clock.due.due_at = clock.due.due_at.filter(|_| clock.late);
                }
                self.pauses.begin(at);
            }
            Phase::Running | Phase::Stopped => self.pauses.end(at),
        }
    }

    /// What an event of the clocks themselves changes.
    pub(in crate::domain::ticket) fn take(&mut self, event: &TicketEvent) {
        match event {
            TicketEvent::SlaApplied(applied) => self.applied(applied),
            TicketEvent::SlaStarted(started) => {
                let clock = Clock::new(started.at, started.clock.clone());
                self.clocks.insert(started.clock.clock, clock);
                self.foreseen.clone_from(&started.foreseen);
            }
            TicketEvent::SlaPaused(paused) => self.foreseen.clone_from(&paused.foreseen),
            TicketEvent::SlaResumed(resumed) => {
                self.foreseen = None;
                for due in &resumed.clocks {
                    self.runs_on(due);
                }
            }
            TicketEvent::SlaStopped(stopped) => {
                for score in &stopped.scores {
                    self.stopped(score);
                }
                if self.open().next().is_none() {
                    self.foreseen = None;
                }
            }
            TicketEvent::SlaWarned(warned) => {
                if let Some(clock) = self.clocks.get_mut(&warned.clock) {
                    clock.warned.insert(warned.before);
                }
            }
            TicketEvent::SlaBreached(breached) => {
                if let Some(clock) = self.clocks.get_mut(&breached.clock) {
                    clock.breached_at = Some(breached.breached_at);
                }
            }
            TicketEvent::SlaEscalated(escalated) => {
                if let Some(clock) = self.clocks.get_mut(&escalated.clock) {
                    clock.escalated = true;
                }
            }
            TicketEvent::SlaBreachWithdrawn(withdrawn) => {
                if let Some(clock) = self.clocks.get_mut(&withdrawn.clock) {
                    clock.breached_at = None;
                    clock.escalated = false;
                }
            }
            _ => {}
        }
    }

    fn applied(&mut self, applied: &TicketSlaApplied) {
        let targets = || applied.targets.clone();
        self.in_force = applied.terms.clone().map(|terms| InForce {
            terms,
            targets: targets(),
        });
        self.ladder.clone_from(&applied.ladder);
        self.foreseen.clone_from(&applied.foreseen);
        let waits = self.pauses.open();
        self.pauses = Pauses::NONE;
        if waits {
            self.pauses.begin(applied.at);
        }
        for ended in &applied.ended {
            if let Some(clock) = self.clocks.get_mut(&ended.clock) {
                clock.legs.push(ended.leg.clone());
            }
        }
        // What the terms measure no more may be measured again; what is done stays done.
        for clock in self.clocks.values_mut() {
            if clock.state == State::Open {
                clock.state = State::Idle;
            }
        }
        for due in &applied.clocks {
            let new = || Clock::new(applied.at, due.clone());
            let clock = self.clocks.entry(due.clock).or_insert_with(new);
            clock.since = applied.at;
            clock.due = due.clone();
            clock.late = false;
            clock.warned.clear();
            clock.state = State::Open;
        }
    }

    /// What it came to is kept for when it goes on; each next response is another one.
    fn stopped(&mut self, score: &SlaScore) {
        if score.clock == SlaClock::NextResponse {
            self.clocks.remove(&score.clock);
        } else if let Some(clock) = self.clocks.get_mut(&score.clock) {
            clock.legs.clone_from(&score.legs);
            clock.late = false;
            clock.state = State::Stopped;
        }
    }

    /// What was to be answered is, also where no terms measured it.
    pub(in crate::domain::ticket) fn answered(&mut self) {
        let open = |clock: &Clock| clock.state == State::Open;
        let next = SlaClock::NextResponse;
        self.clocks
            .retain(|name, clock| *name != next || open(clock));
    }

    fn runs_on(&mut self, due: &SlaDue) {
        if let Some(clock) = self.clocks.get_mut(&due.clock) {
            clock.due = due.clone();
        }
    }
}
