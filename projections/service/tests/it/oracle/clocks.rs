//! What came of the clocks, by brute force.

use guanxi_events::service::{Author, SlaClock, TicketEvent};
use jiff::Timestamp;

use super::{Fact, Seen, of, seen};

/// What is known of a run that has not been told to the end.
#[derive(Default)]
struct Run {
    missed: Option<(Timestamp, Seen)>,
    stopped: Option<(Timestamp, bool, Seen)>,
}

impl Run {
    fn told(self, clock: SlaClock, facts: &mut Vec<Fact>) {
        let fact = match (self.missed, self.stopped) {
            (Some((at, of)), _) => (at, false, of),
            (None, Some((at, met, of))) => (at, met, of),
            (None, None) => return,
        };
        let (at, good, of) = fact;
        facts.push(Fact {
            clock: Some(clock),
            good,
            ..super::fact("clock", at, &of)
        });
    }
}

pub(super) fn outcomes(story: &[&TicketEvent], clock: SlaClock, now: &Seen, facts: &mut Vec<Fact>) {
    let mut run: Option<Run> = None;
    let mut actor = None;
    for (place, event) in story.iter().enumerate() {
        let then = seen(now.id, &story[..=place], None).unwrap();
        let own = |agent: &Option<String>| of(now, agent.clone(), then.queue);
        match event {
            TicketEvent::Replied(replied) => {
                if let Author::Agent(person) = &replied.message.author {
                    actor = Some(person.as_str().to_owned());
                }
            }
            TicketEvent::Resolved(resolved) => actor = Some(resolved.agent.as_str().to_owned()),
            TicketEvent::SlaApplied(applied) => {
                let named = applied.clocks.iter().any(|due| due.clock == clock);
                if named {
                    run.get_or_insert_default().stopped = None;
                } else if run.as_ref().is_some_and(|run| run.stopped.is_none())
                    && let Some(run) = run.take()
                {
                    run.told(clock, facts);
                }
            }
            TicketEvent::SlaStarted(started) if started.clock.clock == clock => {
                if let Some(run) = run.take() {
                    run.told(clock, facts);
                }
                run = Some(Run::default());
            }
            TicketEvent::SlaBreached(breached) if breached.clock == clock => {
                run.as_mut().unwrap().missed = Some((breached.breached_at, own(&then.agent)));
            }
            TicketEvent::SlaBreachWithdrawn(back) if back.clock == clock => {
                run.as_mut().unwrap().missed = None;
            }
            TicketEvent::SlaStopped(stopped) => {
                let score = stopped.scores.iter().find(|score| score.clock == clock);
                if let Some(score) = score {
                    run.as_mut().unwrap().stopped = Some((stopped.at, score.met, own(&actor)));
                }
            }
            _ => {}
        }
    }
    if let Some(run) = run {
        run.told(clock, facts);
    }
}
