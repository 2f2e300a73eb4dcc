//! Two appenders and their callers before one model of Postgres, through schedules that chance
//! draws: connections that break with calls and answers on the way, backends that work on after
//! that, calls that are rolled back, callers that give up, whose time is over, and who repeat, appenders
//! that are killed, a log that is restored under them.

mod callers;
mod postgres;

use std::{
    collections::{BTreeMap, VecDeque},
    rc::Rc,
    time::Duration,
};

use guanxi_events::{CommandId, Incarnation, Position, Service};

use super::{Core, MOST_UNDER_WAY, settle};
use crate::{
    AppendError, LogOptions, Outcome, Places,
    appender::{Batch, Caller, session::Verdict},
    dice::{Dice, schedules},
    prepared::Prepared,
};
use callers::{Attempt, Heard};
use postgres::{Backend, Call, Postgres, Said, Wish};

const SCHEDULES: u64 = 10_000;
const COMMANDS: usize = 16;
const STEPS: usize = 160;
const APPENDERS: usize = 2;

/// One process: its appender, and the index of the backend that it is connected to.
struct Process {
    /// Which of all that ever were.
    life: usize,
    core: Core,
    /// The log's life as far as it has heard.
    known: Incarnation,
    backend: Option<usize>,
    under_way: VecDeque<Batch>,
}

/// What must have happened often in all schedules together, or they prove little.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// A batch landed that was trusted.
    Trusted,
    /// A batch was trusted and failed as a whole.
    Disappointed,
    /// A batch landed that an earlier call with it may have written.
    Resent,
    /// A command turned out to have been written before.
    Repeated,
    /// A batch was halved, for something in it is refused.
    Split,
    /// A caller gave up on what may be on its way.
    GivenUp,
    /// A caller's time was over before its command went out.
    Expired,
    /// An appender was killed.
    Killed,
    /// A command was decided in a life of the log that is over.
    Outlived,
}

impl Event {
    const ALL: [Self; 9] = [
        Self::Trusted,
        Self::Disappointed,
        Self::Resent,
        Self::Repeated,
        Self::Split,
        Self::GivenUp,
        Self::Expired,
        Self::Killed,
        Self::Outlived,
    ];
}

/// How often each happened.
type Happened = BTreeMap<Event, u64>;

struct World<'a> {
    dice: &'a mut Dice,
    happened: &'a mut Happened,
    faults: bool,
    postgres: Postgres,
    backends: Vec<Backend>,
    processes: Vec<Process>,
    lives: usize,
    wishes: Vec<Wish>,
    heard: Vec<Heard>,
    waiting: Vec<Attempt>,
    places: Places,
}

#[test]
fn after_any_schedule_every_command_was_answered_once_and_truly() {
    let mut happened = Happened::new();
    schedules(SCHEDULES, |dice| {
        let mut world = World::new(dice, &mut happened);
        for _ in 0..STEPS {
            world.step();
        }
        world.calm_down();
        world.judge();
    });
    for event in Event::ALL {
        let times = happened.get(&event).copied().unwrap_or_default();
        assert!(times > SCHEDULES / 10, "{event:?}: {times} in all");
    }
}

impl<'a> World<'a> {
    fn new(dice: &'a mut Dice, happened: &'a mut Happened) -> Self {
        let postgres = Postgres::default();
        let known = postgres.life();
        let processes = (0..APPENDERS)
            .map(|life| process(dice, life, known))
            .collect();
        Self {
            dice,
            happened,
            faults: true,
            postgres,
            backends: Vec::new(),
            processes,
            lives: APPENDERS,
            wishes: Vec::new(),
            heard: Vec::new(),
            waiting: Vec::new(),
            places: Places::new(10_000),
        }
    }

    fn note(&mut self, event: Event) {
        *self.happened.entry(event).or_default() += 1;
    }

    fn step(&mut self) {
        let process = self.dice.below(APPENDERS);
        match self.dice.below(18) {
            0..3 => self.call_or_repeat(),
            3..7 => self.send(process),
            7..11 => self.work(),
            11..15 => self.land(process),
            15 => self.give_up(),
            16 => self.cut(process),
            _ if self.dice.one_in(8) => self.kill(process),
            _ if self.dice.one_in(8) => self.postgres.restores += 1,
            _ => {}
        }
        self.listen();
    }

    /// Without further faults, until every caller knows.
    fn calm_down(&mut self) {
        self.faults = false;
        for _ in 0..10_000 {
            for process in 0..APPENDERS {
                self.send(process);
                self.land(process);
            }
            self.work();
            self.listen();
            let settled = self.waiting.is_empty() && self.heard.iter().all(Heard::knows);
            let worked = self.backends.iter().all(|backend| backend.calls.is_empty());
            if settled && worked {
                return;
            }
            self.repeat();
        }
        panic!("someone never gets an answer");
    }

    fn call_or_repeat(&mut self) {
        if self.wishes.len() == COMMANDS || self.dice.one_in(4) {
            return self.repeat();
        }
        let wish = self.wish();
        self.wishes.push(wish);
        self.heard.push(Heard::default());
        self.submit(self.wishes.len() - 1);
    }

    /// Sends what the core wants sent, over a new connection where there is none.
    fn send(&mut self, process: usize) {
        let process = &mut self.processes[process];
        let backend = *process.backend.get_or_insert_with(|| {
            self.backends.push(Backend::default());
            self.backends.len() - 1
        });
        let patient = self.faults && self.dice.one_in(2);
        let waited = if patient {
            Duration::ZERO
        } else {
            Duration::MAX
        };
        while let Some(batch) = process.core.next(process.under_way.len(), waited) {
            let decided_in = batch.commands[0].decided_in;
            assert!(
                batch
                    .commands
                    .iter()
                    .all(|one| one.decided_in == decided_in)
            );
            let commands: Rc<[usize]> = batch.commands.iter().map(command_of).collect();
            let call = Call {
                commands,
                decided_in,
                trusting: batch.trusting,
            };
            self.backends[backend].calls.push_back(call);
            process.under_way.push_back(batch);
        }
        assert!(process.under_way.len() <= MOST_UNDER_WAY);
    }

    /// Some backend gets the head and deals with its next call.
    fn work(&mut self) {
        // One that nobody listens to any more may be slow.
        let all = self.faults && self.dice.one_in(4);
        let connected = |one: &usize| self.processes.iter().any(|p| p.backend == Some(*one));
        let at_work: Vec<usize> = (0..self.backends.len())
            .filter(|one| !self.backends[*one].calls.is_empty())
            .filter(|one| all || !self.faults || connected(one))
            .collect();
        let Some(one) = self.dice.pick(&at_work) else {
            return;
        };
        let Some(call) = self.backends[one].calls.pop_front() else {
            return;
        };
        let said = match self.dice.below(30) {
            0 if self.faults => Err(self.postgres.roll_back(&call.commands, Verdict::Retry)),
            1 if self.faults => {
                let refused = Verdict::Refused("53100".into(), "full".into());
                Err(self.postgres.roll_back(&call.commands, refused))
            }
            _ => self.postgres.call(&call, &self.wishes),
        };
        let life = self.postgres.life();
        self.backends[one].answers.push_back((life, said));
    }

    /// An answer reaches its appender.
    fn land(&mut self, process: usize) {
        let Some(backend) = self.processes[process].backend else {
            return;
        };
        let Some((life, said)) = self.backends[backend].answers.pop_front() else {
            return;
        };
        let batch = self.processes[process].under_way.pop_front().unwrap();
        self.note_landing(&batch, &said);
        let process = &mut self.processes[process];
        process.core.answered();
        match said {
            Ok(outcomes) => {
                process.known = life;
                // Whether there seems to be company only changes when batches are sent.
                let before = Position(if self.dice.one_in(2) { 0 } else { 1 });
                process.core.landed(batch.trusting, before, Position(0));
                settle(batch, Some(outcomes), reply);
            }
            Err(verdict) => {
                let open = process.core.failed(batch, verdict, reply);
                assert!(open.is_none(), "nobody else holds the batch");
            }
        }
    }

    fn note_landing(&mut self, batch: &Batch, said: &Said) {
        match said {
            Ok(outcomes) => {
                if batch.trusting {
                    self.note(Event::Trusted);
                }
                if batch.resent {
                    self.note(Event::Resent);
                }
                let repeated = |one: &Result<_, _>| matches!(one, Ok(Outcome::Repeated(_)));
                if outcomes.iter().any(repeated) {
                    self.note(Event::Repeated);
                }
                let outlived =
                    |one: &Result<_, _>| matches!(one, Err(AppendError::Outlived { .. }));
                if outcomes.iter().any(outlived) {
                    self.note(Event::Outlived);
                }
            }
            Err(_) if batch.trusting => self.note(Event::Disappointed),
            Err(Verdict::Content(..)) if batch.commands.len() > 1 => self.note(Event::Split),
            Err(_) => {}
        }
    }

    /// The connection breaks. What was on the way to Postgres arrives in part, what was on the way
    /// back is lost, and the backend may notice late.
    fn cut(&mut self, process: usize) {
        let Some(backend) = self.processes[process].backend.take() else {
            return;
        };
        let process = &mut self.processes[process];
        process.core.open(process.under_way.drain(..), reply);
        let calls = &mut self.backends[backend].calls;
        calls.truncate(self.dice.below(calls.len() + 1));
    }

    /// `kill -9`: its callers learn nothing any more.
    fn kill(&mut self, process: usize) {
        self.note(Event::Killed);
        self.cut(process);
        self.processes[process] = self::process(self.dice, self.lives, self.postgres.life());
        self.lives += 1;
    }
}

fn process(dice: &mut Dice, life: usize, known: Incarnation) -> Process {
    let options = LogOptions {
        max_batch_commands: 1 + dice.below(4),
        pipeline_from: 1 + dice.below(3),
        ..LogOptions::new(Service::Sales)
    };
    Process {
        life,
        core: Core::new(&options),
        known,
        backend: None,
        under_way: VecDeque::new(),
    }
}

fn command_of(prepared: &Prepared) -> usize {
    let CommandId(id) = prepared.append.command_id;
    usize::try_from(id.as_u128()).unwrap()
}

/// A caller that has gone needs no answer.
fn reply(caller: Caller, outcome: Result<Outcome, AppendError>) {
    let _ = caller.reply.send(outcome);
}
