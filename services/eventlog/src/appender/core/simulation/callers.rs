//! The callers: what they want, what they hear, and whether it was the truth.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use guanxi_events::Incarnation;
use tokio::{sync::oneshot, time::Instant};

use super::{
    APPENDERS, Event, World,
    postgres::{STREAMS, TENANTS, Wish},
};
use crate::{
    AppendError, Outcome, PlainCodec,
    appender::{Caller, Request, Stage},
    prepared::Prepared,
};

/// Of each tenant.
const KEYS: usize = 2;

/// One try of a caller.
pub(super) struct Attempt {
    command: usize,
    /// The appender's.
    life: usize,
    stage: Arc<Stage>,
    /// Its caller's time was over before it came to be sent.
    expired: bool,
    answer: oneshot::Receiver<Result<Outcome, AppendError>>,
}

/// What the callers of one command have heard so far.
#[derive(Default)]
pub(super) struct Heard {
    attempts: usize,
    /// The lives of the log in which they were decided.
    decided_in: BTreeSet<Incarnation>,
    /// The life of the appender that the first try went to.
    line: usize,
    /// The position that was acknowledged.
    acknowledged: Option<i64>,
    /// Refused so that it can be relied on.
    refused: bool,
    /// A try ended without telling: it may still take effect.
    open: bool,
}

impl Heard {
    /// Whether the caller needs to ask no more.
    pub(super) fn knows(&self) -> bool {
        self.acknowledged.is_some() || self.refused
    }
}

impl World<'_> {
    /// One who does not know yet asks again, and now and then one who knows.
    pub(super) fn repeat(&mut self) {
        let all = 0..self.heard.len();
        let unsure: Vec<usize> = all
            .filter(|command| {
                let waits = self.waiting.iter().any(|one| one.command == *command);
                !waits && (!self.heard[*command].knows() || self.faults && self.dice.one_in(8))
            })
            .collect();
        if let Some(command) = self.dice.pick(&unsure) {
            self.submit(command);
        }
    }

    pub(super) fn wish(&mut self) -> Wish {
        let mut wish = Wish::default();
        let (tenant, first) = (self.dice.below(TENANTS), self.dice.below(STREAMS));
        let name = |n: usize| (tenant * STREAMS + (first + n) % STREAMS) as u8;
        for n in 0..=self.dice.below(2) {
            let name = name(n);
            // Some have seen less than there is, some count on what is on its way.
            let seen = self.postgres.version(name) + [0, 0, 0, 1, 2, -1][self.dice.below(6)];
            wish.writes.push((name, seen.max(0)));
        }
        if self.dice.one_in(3) {
            let name = name(2);
            wish.reads.push((name, self.postgres.version(name)));
        }
        let key = (tenant * KEYS + self.dice.below(KEYS)) as u8;
        match (self.dice.below(4), self.postgres.holder(key)) {
            (0, _) => wish.claim = Some(key),
            (1, Some(holder)) => {
                wish = Wish::default();
                wish.writes.push((holder, self.postgres.version(holder)));
                wish.release = Some(key);
            }
            _ => {}
        }
        wish.poison = self.dice.one_in(12);
        wish
    }

    pub(super) fn submit(&mut self, command: usize) {
        let appender = self.dice.below(APPENDERS);
        let (reply, answer) = oneshot::channel();
        let stage = Arc::new(Stage::default());
        let append = self.wishes[command].append(command);
        let place = self.places.take(&append.tenant).unwrap();
        let known = self.processes[appender].known;
        let expired = self.faults && self.dice.one_in(16);
        let patience = Duration::from_secs(if expired { 0 } else { 3_600 });
        let heard = &mut self.heard[command];
        if heard.attempts == 0 {
            heard.line = self.processes[appender].life;
        }
        heard.attempts += 1;
        if !expired {
            heard.decided_in.insert(known);
        }
        self.processes[appender].core.take(Request {
            prepared: Prepared::new(append, known, &PlainCodec).unwrap(),
            caller: Caller {
                reply,
                since: Instant::now(),
                until: Instant::now() + patience,
            },
            stage: stage.clone(),
            _place: place,
        });
        self.waiting.push(Attempt {
            command,
            life: self.processes[appender].life,
            stage,
            expired,
            answer,
        });
    }

    pub(super) fn give_up(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let attempt = self
            .waiting
            .swap_remove(self.dice.below(self.waiting.len()));
        // Else it was sent, and may take effect without anyone hearing of it.
        if !attempt.stage.give_up() {
            self.heard[attempt.command].open = true;
            self.note(Event::GivenUp);
        }
    }

    pub(super) fn listen(&mut self) {
        let mut still = Vec::new();
        for mut attempt in self.waiting.drain(..) {
            let heard = &mut self.heard[attempt.command];
            match attempt.answer.try_recv() {
                Ok(_) if attempt.expired => panic!("an expired command was sent"),
                Ok(Ok(outcome)) => {
                    let position = outcome.into_receipt().position.0;
                    let before = *heard.acknowledged.get_or_insert(position);
                    assert_eq!(before, position, "two receipts of one command");
                }
                Ok(Err(AppendError::Unknown)) => heard.open = true,
                // To be decided anew.
                Ok(Err(AppendError::Outlived { .. })) => {}
                Ok(Err(_)) => heard.refused = true,
                Err(oneshot::error::TryRecvError::Empty) => still.push(attempt),
                // Never sent, so that it has no effect, whatever the others of its batch have.
                Err(oneshot::error::TryRecvError::Closed) if attempt.expired => {
                    assert!(attempt.stage.give_up(), "an expired command was on its way");
                    *self.happened.entry(Event::Expired).or_default() += 1;
                }
                // Its appender was killed.
                Err(oneshot::error::TryRecvError::Closed) => {
                    let lives = self.processes.iter().any(|one| one.life == attempt.life);
                    assert!(!lives, "command {} was forgotten", attempt.command);
                    if !attempt.stage.give_up() {
                        heard.open = true;
                    }
                }
            }
        }
        self.waiting = still;
    }

    pub(super) fn judge(&self) {
        let log = &self.postgres.log;
        for (command, heard) in self.heard.iter().enumerate() {
            let times = log.iter().filter(|known| **known == command).count();
            assert!(times <= 1, "command {command} stands {times} times");
            let position = self.postgres.position(command).map(|position| position.0);
            if let Some(acknowledged) = heard.acknowledged {
                assert_eq!(position, Some(acknowledged), "command {command}");
            } else if !heard.open {
                assert_eq!(position, None, "command {command} was refused");
            }
            if let Some(life) = self.postgres.life_of(command) {
                let decided = heard.decided_in.contains(&life);
                assert!(decided, "command {command} was decided in another life");
            }
        }
        self.judge_order();
    }

    /// What came first in line took effect first, unless it came to nothing at first.
    fn judge_order(&self) {
        let once = |command: &&usize| {
            self.heard[**command].attempts == 1 && !self.postgres.put_off.contains(*command)
        };
        let steady: Vec<usize> = self.postgres.log.iter().filter(once).copied().collect();
        for (at, one) in steady.iter().enumerate() {
            for later in &steady[at + 1..] {
                let same_line = self.heard[*one].line == self.heard[*later].line;
                let dependent = self.wishes[*one].depends(&self.wishes[*later]);
                assert!(
                    one < later || !same_line || !dependent,
                    "command {one} came before {later}"
                );
            }
        }
    }
}
