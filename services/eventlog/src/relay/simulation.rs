//! Two relays without a lock, a log that grows and a model of JetStream, through schedules that
//! chance draws: each question of a relay and each message is a step of its own, and between any
//! two steps anything may happen.

mod filling;
mod relay;
mod server;

use std::collections::BTreeMap;

use guanxi_events::Position;

use crate::dice::{Dice, schedules};
use relay::Relay;
use server::Server;

const SCHEDULES: u64 = 10_000;
const STEPS: usize = 250;
const RELAYS: usize = 2;

/// What must have happened often in all schedules together, or they prove little.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// A relay opened a generation after an earlier one.
    Replaced,
    /// A message came out of its place, and was refused.
    Refused,
    /// An event was published while it was on its way already: by the other relay, or after a doubt.
    Doubled,
    /// Messages were deleted.
    Deleted,
    /// Somebody else published into the stream.
    Foreign,
    /// The server crashed and lost what it had acknowledged.
    Crashed,
    /// A relay was killed.
    Killed,
}

impl Event {
    const ALL: [Self; 7] = [
        Self::Replaced,
        Self::Refused,
        Self::Doubled,
        Self::Deleted,
        Self::Foreign,
        Self::Crashed,
        Self::Killed,
    ];
}

/// How often each happened.
type Happened = BTreeMap<Event, u64>;

struct World<'a> {
    dice: &'a mut Dice,
    faults: bool,
    head: Position,
    server: Server,
    relays: [Relay; RELAYS],
}

#[test]
fn the_stream_equals_the_log_after_any_schedule() {
    let mut happened = Happened::new();
    schedules(SCHEDULES, |dice| {
        let mut world = World {
            dice,
            faults: true,
            head: Position::START,
            server: Server::default(),
            relays: Default::default(),
        };
        for _ in 0..STEPS {
            world.step();
        }
        world.calm_down();
        world.judge();
        for (event, times) in world.server.happened {
            *happened.entry(event).or_default() += times;
        }
    });
    for event in Event::ALL {
        let times = happened.get(&event).copied().unwrap_or_default();
        assert!(times > SCHEDULES / 10, "{event:?}: {times} in all");
    }
}

impl World<'_> {
    fn step(&mut self) {
        match self.dice.below(24) {
            0..3 => self.head.0 += self.dice.below(4) as i64,
            3..9 => self.server.deliver(self.dice, self.faults),
            9 if self.dice.one_in(3) => self.server.suffer(self.dice),
            10 if self.dice.one_in(4) => {
                self.relays[self.dice.below(RELAYS)] = Relay::default();
                self.server.note(Event::Killed);
            }
            _ => {
                let one = self.dice.below(RELAYS);
                self.relay(one);
            }
        }
    }

    fn relay(&mut self, one: usize) {
        self.relays[one].step(&mut self.server, self.head, self.dice, self.faults);
    }

    /// Without further faults, until both relays have found everything in order.
    fn calm_down(&mut self) {
        self.faults = false;
        for _ in 0..2_000 {
            for one in 0..RELAYS {
                self.relay(one);
                self.server.deliver(self.dice, false);
            }
            let settled = |relay: &Relay| relay.found_in_order == Some(self.head);
            if self.server.is_quiet() && self.relays.iter().all(settled) {
                return;
            }
        }
        panic!("the relays do not come to rest");
    }

    fn judge(&self) {
        let Some((generation, stream)) = self.server.streams.last_key_value() else {
            panic!("there is no stream");
        };
        assert_eq!(self.server.streams.len(), 1, "old generations are retired");
        assert_eq!(generation.position(stream.last), self.head);
        assert!(!stream.spoiled(generation, 0, self.head), "{stream:?}");
    }
}
