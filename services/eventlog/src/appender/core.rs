//! What the appender sends next, and what becomes of a call that is over. Pure: no I/O, and no clock but
//! to see whether a caller's time is over.
//!
//! The task around it owns the connection: it asks for batches, sends them, and says how each call
//! ended. Answers go to the function that it hands in, one for each caller.

use std::{collections::VecDeque, ops::RangeInclusive, sync::Arc, time::Duration};

use guanxi_events::Position;

use super::{
    Batch, Caller, Request, company::Company, outrun::Sent, session::Verdict, trust::Trust,
};
use crate::{
    AppendError, LogError, LogOptions, Outcome,
    lanes::Lanes,
    prepared::Prepared,
    queue::{Limits, next_batch},
};

/// A second batch travels behind the first, so that Postgres never waits for us; a third would
/// only make batches smaller, and so does the second where there is company. With one alone 64 callers
/// appended 33 800 a second instead of 37 300, and 35 800 at best where it waited for more of them (medians
/// of three rounds in turn).
pub(super) const MOST_UNDER_WAY: usize = 2;
/// How often one batch is sent: with the pauses between, longer than anyone waits for it.
const MOST_TRIES: u8 = 30;

/// A batch waits for others this long for each command that went out last, within these bounds: the
/// more commands come at their own times, the more is worth waiting for. A batch costs Postgres 0.35 ms
/// beside 0.017 ms a command, and relay, stream and read model something as well. At 11 500 commands a
/// second, each at its own time, everything together keeps 1.7 cores busy, and the median row is visible
/// after 11 to 13 ms; with batches of 16 and more it was 1.9 cores and 24 to 35 ms. At most 15 ms is worse
/// again: answers then come in gusts that others stand behind.
const GATHER_EACH: Duration = Duration::from_micros(100);
const GATHER: RangeInclusive<Duration> = Duration::from_millis(2)..=Duration::from_millis(10);
/// Those who have just been answered and wait for nothing else are back by then.
const AT_ONCE: Duration = Duration::from_millis(1);

pub(super) struct Core {
    limits: Limits,
    /// See [`LogOptions::pipeline_from`]; no more than go out at once.
    pipeline_from: usize,
    line: Lanes<Request>,
    /// What must be sent again; goes out before the line.
    again: VecDeque<Batch>,
    trust: Trust,
    sent: Sent,
    company: Company,
    /// How many commands the last new batch had; what is sent again does not count.
    last_size: usize,
    /// Half of those who stood in line when a batch was answered, or were in it.
    half: usize,
}

impl Core {
    pub(super) fn new(options: &LogOptions) -> Self {
        let limits = Limits {
            commands: options.max_batch_commands.max(1),
            bytes: options.max_batch_bytes,
        };
        Self {
            pipeline_from: options.pipeline_from.min(limits.commands),
            limits,
            line: Lanes::default(),
            again: VecDeque::new(),
            trust: Trust::default(),
            sent: Sent::default(),
            company: Company::default(),
            last_size: 0,
            half: 0,
        }
    }

    /// Puts a command at the end of its tenant's line.
    pub(super) fn take(&mut self, request: Request) {
        let tenant = request.prepared.append.tenant.clone();
        self.line.push(tenant, request);
    }

    /// How many commands stand in line.
    pub(super) fn waiting(&self) -> usize {
        self.line.len()
    }

    /// Whether a second batch may follow the one under way; in company it has others' behind it.
    pub(super) fn may_follow(&self) -> bool {
        !self.company.is_there()
    }

    /// Whether enough wait for it: about as many as the one under way carries. Fewer would only make
    /// batches smaller.
    fn is_long(&self) -> bool {
        let as_many = self.last_size - self.last_size / 8;
        self.line.len() >= self.pipeline_from.max(as_many)
    }

    /// Whether nothing is left to send.
    pub(super) fn is_idle(&self) -> bool {
        self.again.is_empty() && self.line.is_empty()
    }

    /// Callers that gave up hold places in line; they must not make it look full.
    pub(super) fn forget_gone(&mut self) {
        self.line.retain(|request| !request.caller.is_gone());
    }

    /// How long a batch waits for others at most, from the last answer on.
    pub(super) fn gather(&self) -> Duration {
        let size = u32::try_from(self.last_size).unwrap_or(u32::MAX);
        let wanted = GATHER_EACH.saturating_mul(size);
        wanted.clamp(*GATHER.start(), *GATHER.end())
    }

    /// What goes out now, if anything, with so many batches under way and so long after the last
    /// answer. A batch waits until as many stand in line as went out last, or until the time for it is
    /// over: those who have just been answered are about to ask again, and half of what a few commands
    /// cost is the batch. Those who wait for nothing but the log are back at once. Then half of all go out
    /// and the others behind them, so that Postgres always has something to do; in company it has the
    /// others' batches meanwhile, and nothing goes out in halves.
    pub(super) fn next(&mut self, under_way: usize, waited: Duration) -> Option<Batch> {
        if under_way >= MOST_UNDER_WAY {
            return None;
        }
        while let Some(batch) = self.again.pop_front() {
            if let Some(batch) = batch.of_those_who_wait() {
                return Some(batch);
            }
        }
        let alone = self.may_follow();
        let go = if under_way > 0 {
            alone && self.is_long()
        } else {
            let half = self.pipeline_from.max(self.half);
            let half_at_once = alone && waited < AT_ONCE && self.line.len() >= half;
            half_at_once || self.line.len() >= self.last_size || waited >= self.gather()
        };
        if !go {
            return None;
        }
        while !self.line.is_empty() {
            let requests = next_batch(&mut self.line, self.limits);
            if !requests.is_empty() {
                self.last_size = requests.len();
                let mut batch = Batch::of(requests);
                let promising = |one: &Prepared| one.is_plain() && !self.sent.outran(one);
                batch.trusting = self.trust.is_given() && batch.commands.iter().all(promising);
                for command in batch.commands.iter() {
                    self.sent.note(command);
                }
                return Some(batch);
            }
        }
        None
    }

    /// A batch has its answer, whatever it is: those who were in it may be back soon. As long as fewer stand
    /// in line than were in it, it takes some of them to make up half of all.
    pub(super) fn answered(&mut self) {
        self.half = (self.line.len() + self.last_size).div_ceil(2);
    }

    /// A batch, trusted or not, moved the log's head from `before` to `after`.
    pub(super) fn landed(&mut self, trusted: bool, before: Position, after: Position) {
        self.company.landed(before, after);
        if trusted {
            self.trust.was_right();
        }
    }

    /// Sends batches whose outcome is open once more, in their order and before all others.
    pub(super) fn open(
        &mut self,
        batches: impl Iterator<Item = Batch>,
        mut reply: impl FnMut(Caller, Result<Outcome, AppendError>),
    ) {
        let mut all = VecDeque::new();
        for mut batch in batches {
            batch.resent = true;
            batch.trusting = false;
            batch.tries += 1;
            if batch.tries > MOST_TRIES {
                tracing::error!("gave up on a batch");
                settle(batch, None, &mut reply);
            } else {
                all.push_back(batch);
            }
        }
        all.append(&mut self.again);
        self.again = all;
    }

    /// Deals with a call that ended in an error; gives the batch back when its outcome is open.
    pub(super) fn failed(
        &mut self,
        mut batch: Batch,
        verdict: Verdict,
        mut reply: impl FnMut(Caller, Result<Outcome, AppendError>),
    ) -> Option<Batch> {
        let (code, message) = match verdict {
            Verdict::Open => return Some(batch),
            _ if batch.trusting => {
                batch.trusting = false;
                self.trust.was_wrong();
                self.again.push_front(batch);
                return None;
            }
            Verdict::Retry if batch.tries < MOST_TRIES => {
                batch.tries += 1;
                self.again.push_front(batch);
                return None;
            }
            // One of them asks for what Postgres will not do: halve until it stands alone.
            Verdict::Content(..) if batch.commands.len() > 1 => {
                match split(batch) {
                    Ok((left, right)) => {
                        self.again.push_front(right);
                        self.again.push_front(left);
                    }
                    Err(batch) => return Some(batch),
                }
                return None;
            }
            Verdict::Content(code, message) | Verdict::Refused(code, message) => (code, message),
            Verdict::Retry => ("40000".to_owned(), "tried too often".to_owned()),
        };
        tracing::error!(code, "postgres refused a batch");
        for caller in batch.callers {
            let refused = if batch.resent {
                AppendError::Unknown
            } else {
                AppendError::Log(LogError::Refused {
                    code: code.clone(),
                    message: message.clone(),
                })
            };
            reply(caller, Err(refused));
        }
        None
    }
}

/// Gives every caller of a batch its answer. Without outcomes it may be committed, but we cannot
/// tell what: a repeat will.
pub(super) fn settle(
    batch: Batch,
    outcomes: Option<Vec<Result<Outcome, AppendError>>>,
    mut reply: impl FnMut(Caller, Result<Outcome, AppendError>),
) {
    let Some(outcomes) = outcomes else {
        for caller in batch.callers {
            reply(caller, Err(AppendError::Unknown));
        }
        return;
    };
    for (caller, outcome) in batch.callers.into_iter().zip(outcomes) {
        let outcome = match outcome {
            Err(refusal) if batch.resent && may_still_pass(&refusal) => Err(AppendError::Unknown),
            outcome => outcome,
        };
        reply(caller, outcome);
    }
}

/// Whether an earlier call, which still waits for the head, may find otherwise by then: the key
/// free, or the version there that is missing now. A version that has passed never comes back, nor does
/// a life.
fn may_still_pass(refusal: &AppendError) -> bool {
    match refusal {
        AppendError::ClaimTaken { .. } => true,
        AppendError::Stale {
            expected, actual, ..
        } => actual < expected,
        _ => false,
    }
}

/// In the middle. The call is over, so nobody else holds the commands; if someone does, the batch
/// comes back whole.
fn split(batch: Batch) -> Result<(Batch, Batch), Batch> {
    let Batch {
        commands,
        mut callers,
        resent,
        tries,
        trusting,
    } = batch;
    let mut commands = match Arc::try_unwrap(commands) {
        Ok(commands) => commands,
        Err(commands) => {
            return Err(Batch {
                commands,
                callers,
                resent,
                tries,
                trusting,
            });
        }
    };
    let half = commands.len() / 2;
    let right = Batch {
        commands: Arc::new(commands.split_off(half)),
        callers: callers.split_off(half),
        resent,
        tries,
        trusting,
    };
    let left = Batch {
        commands: Arc::new(commands),
        callers,
        resent,
        tries,
        trusting,
    };
    Ok((left, right))
}

#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
