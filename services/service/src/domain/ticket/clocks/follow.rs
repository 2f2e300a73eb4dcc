//! What a ticket's own events mean for its clocks.

use std::collections::BTreeMap;

use guanxi_decider::{Context, Decision, Refusal};
use guanxi_events::service::{
    SlaClock, TicketEvent,
    ticket::{
        SlaDue, SlaLegEnded, SlaScore, TicketSlaApplied, TicketSlaBreachWithdrawn, TicketSlaPaused,
        TicketSlaResumed, TicketSlaStarted, TicketSlaStopped,
    },
};
use jiff::{SignedDuration, Timestamp};

use super::{
    Clocks, InForce, Phase,
    schedule::{Measure, idle},
    terms,
};
use crate::domain::ticket::{Point, Work, evolved};

/// A decision with what its events mean for the clocks, each behind the event that it follows from.
///
/// # Errors
/// `CALENDAR_UNKNOWN`, and an internal one when the command did not read what it had to.
pub(in crate::domain::ticket) fn follow(
    work: Option<&Work>,
    decision: Decision<TicketEvent>,
    context: &Context,
) -> Result<Decision<TicketEvent>, Refusal> {
    let mut work = work.cloned();
    let mut followed = Vec::with_capacity(decision.events.len());
    for (event, numbers) in decision.events {
        work = evolved(work, &event);
        let point = Point::of(&event);
        followed.push((event, numbers));
        if let (Some(now), Some((point, at))) = (&work, point) {
            for event in step(now, point, at, context)? {
                work = evolved(work, &event);
                followed.push((event, Vec::new()));
            }
        }
    }
    Ok(Decision {
        events: followed,
        ..decision
    })
}

/// What a point in a ticket's life means for its clocks; the ticket is as it is after it.
fn step(
    work: &Work,
    point: Point,
    at: Timestamp,
    context: &Context,
) -> Result<Vec<TicketEvent>, Refusal> {
    let (clocks, phase) = (&work.clocks, work.phase());
    match (point, phase) {
        (Point::Opened | Point::Reopened, _) => apply(work, at, true, context),
        (Point::Regraded, Phase::Running | Phase::Paused(_)) => apply(work, at, false, context),
        (Point::AgentSpoke { .. }, _) => {
            let answered = [SlaClock::FirstResponse, SlaClock::NextResponse];
            clocks.stop(&answered, at, context)
        }
        (Point::CustomerSpoke, Phase::Running | Phase::Paused(_)) => start(work, at, context),
        // One that was merged while it waited waits on.
        (Point::Paused | Point::Resumed, Phase::Paused(_)) => clocks.pause(phase, at, context),
        (Point::Resumed, Phase::Running) => clocks.resume(at, context),
        (Point::Resolved, _) => clocks.stop(&SlaClock::ALL, at, context),
        (Point::Regraded | Point::CustomerSpoke, Phase::Stopped)
        | (Point::Paused | Point::Resumed, _) => Ok(Vec::new()),
    }
}

/// The terms are chosen; where they are others than before, the legs end and new ones begin.
fn apply(
    work: &Work,
    at: Timestamp,
    begins: bool,
    context: &Context,
) -> Result<Vec<TicketEvent>, Refusal> {
    let clocks = &work.clocks;
    let chosen = terms::chosen(work, context)?;
    if chosen.is_none() && clocks.in_force.is_none() {
        return Ok(Vec::new());
    }
    let ladder = terms::ladder(work, context)?;
    if !begins && clocks.holds(chosen.as_ref(), &ladder) {
        return Ok(Vec::new());
    }
    let mut events = clocks.withdrawn(&SlaClock::ALL, at);
    let ended = clocks.ended(at, context)?;
    let mut used: BTreeMap<SlaClock, SignedDuration> = BTreeMap::new();
    for (name, clock) in &clocks.clocks {
        used.insert(*name, clock.used());
    }
    for ended in &ended {
        let used = used.entry(ended.clock).or_default();
        *used = used.saturating_add(ended.leg.elapsed);
    }
    let mut applied = TicketSlaApplied {
        at,
        terms: chosen.as_ref().map(|chosen| chosen.terms.clone()),
        targets: chosen
            .as_ref()
            .map_or_else(Default::default, |chosen| chosen.targets.clone()),
        ladder,
        ended,
        clocks: Vec::new(),
        foreseen: None,
    };
    if let Some(chosen) = &chosen {
        let measure = Measure::of(chosen, &clocks.pauses, context)?;
        let runs = work.phase() == Phase::Running;
        let begin = |name| {
            let used = used.get(&name).copied().unwrap_or_default();
            if runs {
                measure.begins(name, used, at)
            } else {
                idle(name, None)
            }
        };
        let running = SlaClock::ALL.into_iter();
        applied.clocks = running
            .filter(|name| runs_under(*name, chosen, work))
            .map(begin)
            .collect();
        if !runs {
            let mut next = work.clone();
            next.clocks.take(&TicketEvent::SlaApplied(applied.clone()));
            applied.foreseen = next.clocks.foresee(work.phase(), context)?;
        }
    }
    events.push(applied.into());
    Ok(events)
}

/// Whether a clock runs under these terms.
fn runs_under(name: SlaClock, chosen: &InForce, work: &Work) -> bool {
    let conversation = &work.conversation;
    // A resolution is an answer, too.
    let answered = conversation.first_response_at.is_some() || work.resolutions > 0;
    chosen.targets.contains_key(&name)
        && match name {
            SlaClock::FirstResponse => !answered,
            SlaClock::NextResponse => answered && conversation.waiting_since.is_some(),
            SlaClock::Resolution => true,
        }
}

/// A customer's message after the first response is to be answered.
fn start(work: &Work, at: Timestamp, context: &Context) -> Result<Vec<TicketEvent>, Refusal> {
    let (clocks, name) = (&work.clocks, SlaClock::NextResponse);
    let Some(in_force) = &clocks.in_force else {
        return Ok(Vec::new());
    };
    let runs = clocks.open().any(|(running, _)| running == name);
    if runs || !runs_under(name, in_force, work) {
        return Ok(Vec::new());
    }
    let mut started = TicketSlaStarted {
        at,
        clock: idle(name, None),
        foreseen: None,
    };
    if work.phase() == Phase::Running {
        let measure = Measure::of(in_force, &clocks.pauses, context)?;
        started.clock = measure.begins(name, SignedDuration::ZERO, at);
    } else {
        let mut next = work.clone();
        next.clocks.take(&TicketEvent::SlaStarted(started.clone()));
        started.foreseen = next.clocks.foresee(work.phase(), context)?;
    }
    Ok(vec![started.into()])
}

impl Clocks {
    /// The misses of clocks that were said to have been after what happens now.
    fn withdrawn(&self, names: &[SlaClock], at: Timestamp) -> Vec<TicketEvent> {
        let of = self.open().filter(|(name, _)| names.contains(name));
        of.filter_map(|(clock, state)| {
            let breached_at = state.breached_at.filter(|missed| *missed >= at)?;
            Some(TicketEvent::from(TicketSlaBreachWithdrawn {
                at,
                clock,
                breached_at,
            }))
        })
        .collect()
    }

    /// The present legs, ended.
    fn ended(&self, at: Timestamp, context: &Context) -> Result<Vec<SlaLegEnded>, Refusal> {
        let Some(in_force) = &self.in_force else {
            return Ok(Vec::new());
        };
        let measure = Measure::of(in_force, &self.pauses, context)?;
        let ended = self.open().map(|(name, clock)| SlaLegEnded {
            clock: name,
            leg: measure.leg(name, clock, at),
        });
        Ok(ended.collect())
    }

    fn stop(
        &self,
        names: &[SlaClock],
        at: Timestamp,
        context: &Context,
    ) -> Result<Vec<TicketEvent>, Refusal> {
        let mut events = self.withdrawn(names, at);
        let mut scores = Vec::new();
        for SlaLegEnded { clock, leg } in self.ended(at, context)? {
            if !names.contains(&clock) {
                continue;
            }
            let before = self.clocks.get(&clock).map(|clock| clock.legs.clone());
            let mut legs = before.unwrap_or_default();
            legs.push(leg);
            scores.push(SlaScore {
                clock,
                met: legs.iter().all(|leg| leg.met),
                elapsed: legs
                    .iter()
                    .map(|leg| leg.elapsed)
                    .fold(SignedDuration::ZERO, SignedDuration::saturating_add),
                legs,
            });
        }
        if scores.is_empty() {
            return Ok(Vec::new());
        }
        events.push(TicketSlaStopped { at, scores }.into());
        Ok(events)
    }

    /// The clocks stand still, or wait for another time than before.
    fn pause(
        &self,
        phase: Phase,
        at: Timestamp,
        context: &Context,
    ) -> Result<Vec<TicketEvent>, Refusal> {
        if self.open().next().is_none() {
            return Ok(Vec::new());
        }
        let mut events = self.withdrawn(&SlaClock::ALL, at);
        let foreseen = self.foresee(phase, context)?;
        events.push(TicketSlaPaused { at, foreseen }.into());
        Ok(events)
    }

    /// The clocks go on.
    fn resume(&self, at: Timestamp, context: &Context) -> Result<Vec<TicketEvent>, Refusal> {
        let Some(in_force) = &self.in_force else {
            return Ok(Vec::new());
        };
        let measure = Measure::of(in_force, &self.pauses, context)?;
        let running = self.open();
        let clocks: Vec<SlaDue> = running
            .map(|(name, clock)| measure.runs_on(name, clock, at))
            .collect();
        Ok(resumed(at, clocks))
    }

    /// The clocks go on at the time that was foreseen.
    pub(super) fn resume_as_foreseen(&self, at: Timestamp) -> Vec<TicketEvent> {
        let foreseen = self.foreseen.as_ref().filter(|foreseen| foreseen.at == at);
        foreseen.map_or_else(Vec::new, |foreseen| resumed(at, foreseen.clocks.clone()))
    }
}

fn resumed(at: Timestamp, clocks: Vec<SlaDue>) -> Vec<TicketEvent> {
    if clocks.is_empty() {
        return Vec::new();
    }
    vec![TicketSlaResumed { at, clocks }.into()]
}
