//! A model of the database function and of its backends: what a call does, whether or not anyone
//! still waits for its answer.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    rc::Rc,
};

use guanxi_events::{Category, CommandId, Incarnation, Position, StreamKey, StreamVersion};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    Append, AppendError, Claim, ClaimKey, Outcome, Receipt, StreamWrite, TimerChange,
    appender::{outrun::tests::event, session::Verdict},
};

/// Whose streams there are; names count on from one tenant to the next.
pub(super) const TENANTS: usize = 2;
/// Of each of them.
pub(super) const STREAMS: usize = 3;

/// What a command wants. Each stream that it writes gets one event.
#[derive(Debug, Clone, Default)]
pub(super) struct Wish {
    pub(super) writes: Vec<(u8, i64)>,
    pub(super) reads: Vec<(u8, i64)>,
    pub(super) claim: Option<u8>,
    pub(super) release: Option<u8>,
    /// Postgres refuses its content, whatever the appender thinks of it.
    pub(super) poison: bool,
}

pub(super) type Said = Result<Vec<Result<Outcome, AppendError>>, Verdict>;

/// A batch on its way.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) commands: Rc<[usize]>,
    /// The life of the log in which all of them were decided.
    pub(super) decided_in: Incarnation,
    /// By the function that fails as a whole when anything is not as expected.
    pub(super) trusting: bool,
}

/// One connection's server side. It works on what it was sent even when the other side has gone.
#[derive(Default)]
pub(super) struct Backend {
    pub(super) calls: VecDeque<Call>,
    /// With the log's life then.
    pub(super) answers: VecDeque<(Incarnation, Said)>,
}

/// The log, and beside it what only an onlooker can know.
#[derive(Clone, Default)]
pub(super) struct Postgres {
    /// How often it was restored; nothing was lost.
    pub(super) restores: u128,
    versions: BTreeMap<u8, i64>,
    claims: BTreeMap<u8, u8>,
    /// Commands in the order in which they took effect; their positions count from 1.
    pub(super) log: Vec<usize>,
    /// The life in which each of them did.
    lives: Vec<Incarnation>,
    /// Commands that came to nothing at least once: refused, or in a call that was rolled back.
    pub(super) put_off: BTreeSet<usize>,
}

impl Wish {
    /// The stream that holds its claim.
    fn owner(&self) -> u8 {
        self.writes.first().map_or(0, |(stream, _)| *stream)
    }

    /// As the appender takes it.
    pub(super) fn append(&self, command: usize) -> Append {
        let owner = stream(self.owner());
        let keys = |key: Option<u8>| {
            key.map(|key| Claim {
                key: ClaimKey([key; 32]),
                owner: owner.clone(),
            })
        };
        let command_id = CommandId(Uuid::from_u128(command as u128));
        Append {
            tenant: owner.tenant.clone(),
            command_id,
            content_hash: [0; 32],
            result: vec![],
            writes: self
                .writes
                .iter()
                .map(|(name, expected)| StreamWrite {
                    stream: stream(*name),
                    expected: StreamVersion(*expected),
                    events: vec![event(command_id)],
                    timer: TimerChange::Keep,
                })
                .collect(),
            reads: self
                .reads
                .iter()
                .map(|(name, version)| (stream(*name), StreamVersion(*version)))
                .collect(),
            claims: keys(self.claim).into_iter().collect(),
            releases: keys(self.release).into_iter().collect(),
            deadline: None,
        }
    }

    /// Whether the order of the two can be told from what they do.
    pub(super) fn depends(&self, other: &Self) -> bool {
        let writes = |wish: &Self, name: u8| wish.writes.iter().any(|(own, _)| *own == name);
        let reads = |wish: &Self, name: u8| wish.reads.iter().any(|(own, _)| *own == name);
        let keys = |wish: &Self| [wish.claim, wish.release];
        self.writes
            .iter()
            .any(|(name, _)| writes(other, *name) || reads(other, *name))
            || other.writes.iter().any(|(name, _)| reads(self, *name))
            || keys(self)
                .iter()
                .flatten()
                .any(|key| keys(other).contains(&Some(*key)))
    }
}

impl Postgres {
    /// The log's life.
    pub(super) fn life(&self) -> Incarnation {
        Incarnation(Uuid::from_u128(self.restores))
    }

    pub(super) fn version(&self, stream: u8) -> i64 {
        self.versions.get(&stream).copied().unwrap_or(0)
    }

    /// The stream that holds a key.
    pub(super) fn holder(&self, key: u8) -> Option<u8> {
        self.claims.get(&key).copied()
    }

    /// Where a command took effect.
    pub(super) fn position(&self, command: usize) -> Option<Position> {
        let at = self.log.iter().position(|known| *known == command)?;
        Some(Position(at as i64 + 1))
    }

    /// The life of the log in which a command took effect.
    pub(super) fn life_of(&self, command: usize) -> Option<Incarnation> {
        let at = self.log.iter().position(|known| *known == command)?;
        self.lives.get(at).copied()
    }

    /// One call, all at once, as the head's lock makes it.
    pub(super) fn call(&mut self, call: &Call, wishes: &[Wish]) -> Said {
        let commands = &call.commands;
        for (at, one) in commands.iter().enumerate() {
            for other in &commands[at + 1..] {
                let (one, other) = (&wishes[*one], &wishes[*other]);
                assert!(!one.depends(other), "{one:?} and {other:?} in one batch");
            }
        }
        let actual = self.life();
        if call.decided_in != actual {
            if call.trusting {
                let outlived = Verdict::Refused("GX002".into(), "outlived".into());
                return Err(self.roll_back(commands, outlived));
            }
            let new = |command: &&usize| self.position(**command).is_none();
            let outlived: Vec<usize> = commands.iter().filter(new).copied().collect();
            self.put_off.extend(outlived);
            let answer = |command: &usize| match self.position(*command) {
                Some(position) => Ok(Outcome::Repeated(receipt(position))),
                None => Err(AppendError::Outlived {
                    decided_in: call.decided_in,
                    actual,
                }),
            };
            return Ok(commands.iter().map(answer).collect());
        }
        // A known command is answered before Postgres sees anything of its content.
        let new = |command: &&usize| self.position(**command).is_none();
        if commands.iter().filter(new).any(|one| wishes[*one].poison) {
            return Err(self.roll_back(commands, Verdict::Content("23514".into(), "bad".into())));
        }
        if call.trusting {
            let mut tried = self.clone();
            let wrote = |command: &usize| {
                let answer = tried.command(*command, &wishes[*command]);
                matches!(answer, Ok(Outcome::Written(_)))
            };
            if !commands.iter().all(wrote) {
                let noticed = Verdict::Content("23505".into(), "known".into());
                return Err(self.roll_back(commands, noticed));
            }
        }
        let mut answers = Vec::new();
        for command in commands.iter() {
            let answer = self.command(*command, &wishes[*command]);
            if answer.is_err() {
                self.put_off.insert(*command);
            }
            answers.push(answer);
        }
        Ok(answers)
    }

    /// A call that leaves nothing behind.
    pub(super) fn roll_back(&mut self, commands: &[usize], verdict: Verdict) -> Verdict {
        self.put_off.extend(commands);
        verdict
    }

    fn command(&mut self, command: usize, wish: &Wish) -> Result<Outcome, AppendError> {
        if let Some(position) = self.position(command) {
            return Ok(Outcome::Repeated(receipt(position)));
        }
        for (name, expected) in wish.writes.iter().chain(&wish.reads) {
            let actual = self.version(*name);
            if actual != *expected {
                return Err(AppendError::Stale {
                    stream: stream(*name),
                    expected: StreamVersion(*expected),
                    actual: StreamVersion(actual),
                });
            }
        }
        if let Some(holder) = wish.claim.and_then(|key| self.claims.get(&key))
            && *holder != wish.owner()
        {
            return Err(AppendError::ClaimTaken {
                index: 0,
                holder: stream(*holder),
            });
        }
        for (name, expected) in &wish.writes {
            self.versions.insert(*name, expected + 1);
        }
        if let Some(key) = wish.release
            && self.claims.get(&key) == Some(&wish.owner())
        {
            self.claims.remove(&key);
        }
        if let Some(key) = wish.claim {
            self.claims.insert(key, wish.owner());
        }
        self.log.push(command);
        self.lives.push(self.life());
        Ok(Outcome::Written(receipt(Position(self.log.len() as i64))))
    }
}

fn stream(name: u8) -> StreamKey {
    StreamKey {
        tenant: format!("tenant-{}", usize::from(name) / STREAMS)
            .parse()
            .unwrap(),
        category: Category::of("a"),
        id: Uuid::from_u128(name.into()),
    }
}

fn receipt(position: Position) -> Receipt {
    Receipt {
        incarnation: Incarnation(Uuid::nil()),
        position,
        recorded_at: Timestamp::UNIX_EPOCH,
        result: vec![],
        numbers: vec![],
    }
}
