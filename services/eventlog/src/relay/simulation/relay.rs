//! One relay, step by step: in the order of `resume` and `fill`, with the same cores.

use guanxi_events::{Incarnation, Position, Service};
use uuid::Uuid;

use super::{
    super::plan::{Observed, Plan, Tail, in_the_way, plan},
    filling::{Filling, WINDOW},
    server::{Server, id},
};
use crate::{dice::Dice, stream::Generation};

const BACKFILL: u64 = 6;

/// What it does next.
#[derive(Default)]
enum Phase {
    /// Ask which generations there are.
    #[default]
    List,
    /// Ask how the newest one stands.
    Look {
        generations: Vec<Generation>,
    },
    /// Ask for its last messages.
    Read {
        generations: Vec<Generation>,
        observed: Observed,
    },
    /// Ask the log, and decide.
    Decide {
        generations: Vec<Generation>,
        observed: Option<Observed>,
    },
    /// Delete what is in the way of a new generation, then open it.
    Open {
        doomed: Vec<Generation>,
        new: Generation,
    },
    /// Delete what the generation to be filled replaces.
    Retire {
        old: Vec<Generation>,
        generation: Generation,
        after: Position,
    },
    Fill,
}

#[derive(Default)]
pub(super) struct Relay {
    phase: Phase,
    /// Where the last check found nothing wrong.
    pub(super) found_in_order: Option<Position>,
    /// The connection that it began to look over.
    connection: usize,
    filling: Option<Filling>,
}

impl Relay {
    pub(super) fn step(
        &mut self,
        server: &mut Server,
        head: Position,
        dice: &mut Dice,
        faults: bool,
    ) {
        self.phase = match std::mem::take(&mut self.phase) {
            Phase::List => {
                if self.filling.is_none() {
                    self.connection = server.connections;
                    self.found_in_order = None;
                }
                Phase::Look {
                    generations: server.generations(),
                }
            }
            Phase::Look { generations } => look(generations, server),
            Phase::Read {
                generations,
                observed,
            } => self.read(generations, observed, server, head),
            Phase::Decide {
                generations,
                observed,
            } => self.decide(generations, observed, head),
            Phase::Open { mut doomed, new } => match doomed.pop() {
                Some(old) => {
                    server.streams.remove(&old);
                    Phase::Open { doomed, new }
                }
                None => {
                    server.open(new);
                    Phase::List
                }
            },
            Phase::Retire {
                mut old,
                generation,
                after,
            } => match old.pop() {
                Some(one) => {
                    server.streams.remove(&one);
                    Phase::Retire {
                        old,
                        generation,
                        after,
                    }
                }
                None => {
                    self.filling = Some(Filling::new(generation, after));
                    Phase::Fill
                }
            },
            Phase::Fill => self.fill(server, head, dice, faults),
        };
    }

    fn read(
        &self,
        generations: Vec<Generation>,
        mut observed: Observed,
        server: &Server,
        head: Position,
    ) -> Phase {
        // A stream that has gone meanwhile answers with an error.
        let Some(stream) = server.streams.get(&observed.generation) else {
            return Phase::List;
        };
        if observed.messages > 0 {
            observed.tail = stream.tail(observed.last_sequence);
        }
        // A check looks at the tail only.
        let from = observed.last_sequence.saturating_sub(WINDOW as u64);
        observed.spoiled =
            self.filling.is_none() && stream.spoiled(&observed.generation, from, head);
        Phase::Decide {
            generations,
            observed: Some(observed),
        }
    }

    fn decide(
        &mut self,
        generations: Vec<Generation>,
        observed: Option<Observed>,
        head: Position,
    ) -> Phase {
        let last = observed.as_ref().map(Observed::last_position);
        let log_tail = last
            .filter(|last| *last > Position::START && *last <= head)
            .map(id);
        let plan = plan(observed.as_ref(), head, log_tail, BACKFILL);
        if let Some(filling) = self.filling.take() {
            // It was a check.
            let as_left = Plan::Continue {
                generation: filling.generation,
                after: filling.course.confirmed(),
            };
            if plan != as_left {
                return Phase::List;
            }
            self.found_in_order = Some(filling.course.confirmed());
            self.filling = Some(filling);
            return Phase::Fill;
        }
        match plan {
            Plan::Continue { generation, after } => Phase::Retire {
                old: generations
                    .into_iter()
                    .filter(|old| *old != generation)
                    .collect(),
                generation,
                after,
            },
            Plan::Open {
                base,
                replace_first,
                ..
            } => Phase::Open {
                doomed: in_the_way(&generations, base, replace_first)
                    .copied()
                    .collect(),
                new: generation(base),
            },
        }
    }

    fn fill(
        &mut self,
        server: &mut Server,
        head: Position,
        dice: &mut Dice,
        faults: bool,
    ) -> Phase {
        let Some(mut filling) = self.filling.take() else {
            return Phase::List;
        };
        // An acknowledgement that does not come, and any doubt, makes it start over.
        let impatient = !server.is_quiet() && faults && dice.one_in(40);
        if self.connection != server.connections || impatient {
            return Phase::List;
        }
        let Ok(idle) = filling.step(server, head) else {
            return Phase::List;
        };
        self.filling = Some(filling);
        if idle { Phase::List } else { Phase::Fill }
    }
}

fn look(generations: Vec<Generation>, server: &Server) -> Phase {
    let Some(newest) = generations.last().copied() else {
        return Phase::Decide {
            generations,
            observed: None,
        };
    };
    match server.streams.get(&newest) {
        None => Phase::Decide {
            generations,
            observed: None,
        },
        Some(stream) => Phase::Read {
            observed: Observed {
                generation: newest,
                last_sequence: stream.last,
                messages: stream.messages.len() as u64,
                tail: Tail::Missing,
                spoiled: false,
            },
            generations,
        },
    }
}

fn generation(base: Position) -> Generation {
    Generation {
        service: Service::Sales,
        incarnation: Incarnation(Uuid::nil()),
        base,
    }
}
