//! The road of a command between its request and its answer: load, let what is overdue happen,
//! decide, append; and once more when another command was faster.

mod answer;
mod call;
mod error;
mod turns;

use std::{sync::Arc, time::Duration};

use guanxi_decider::{Context, Decider, DynDecider, Reads, Refusal, UniqueKey};
use guanxi_eventlog::{AppendError, EventLog, Outcome};
use guanxi_events::{CommandId, DomainEvent, StreamKey, StreamVersion, TenantId};
use jiff::Timestamp;
use tokio::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

pub use answer::Answer;
use answer::{answer_again, stored_result};
pub use call::{Call, Cause};
pub use error::ExecuteError;
use turns::{Turn, Turns};

use crate::{
    keys::KeyRing,
    plan::{Plan, Surroundings},
    states::{States, Versioned},
};

/// Runs deciders of one service.
#[derive(Clone)]
pub struct Executor {
    log: EventLog,
    states: States,
    keys: KeyRing,
    turns: Turns,
}

/// How much longer than a caller Postgres waits, so that it is the caller's deadline that is told.
const GRACE: Duration = Duration::from_millis(500);

impl Executor {
    /// Of one log.
    pub fn new(log: EventLog, states: States, keys: KeyRing) -> Self {
        Self {
            log,
            states,
            keys,
            turns: Turns::default(),
        }
    }

    /// The log.
    pub fn log(&self) -> &EventLog {
        &self.log
    }

    /// The keys of claims and content hashes.
    pub fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// The aggregate as the log holds it now. A log that is restored under a running service tells that
    /// of its new life from the first append or refusal on.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn load<D: Decider>(
        &self,
        tenant: &TenantId,
        id: Uuid,
    ) -> Result<(Arc<D::State>, StreamVersion), AppendError> {
        let key = key::<D>(tenant, id);
        let found = self.states.refresh(DynDecider::of::<D>(), &key).await?;
        let state = found.state.downcast::<D::State>();
        let state = state.map_err(|_| mismatch(&key))?;
        Ok((state, found.version))
    }

    /// Who holds something unique of this service now; nobody when it is free.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn holder_of(
        &self,
        tenant: &TenantId,
        unique: &UniqueKey,
    ) -> Result<Option<StreamKey>, AppendError> {
        let key = self.keys.claim(tenant, self.log.service(), unique);
        Ok(self.log.claim_holder(tenant, key).await?)
    }

    /// Does the command, or says why not. A repeated command gets its first answer.
    ///
    /// # Errors
    /// [`ExecuteError`].
    pub async fn execute<D: Decider>(
        &self,
        call: &Call,
        id: Uuid,
        command: &D::Command,
    ) -> Result<Answer, ExecuteError> {
        let (mut attempts, mut fresh, mut turn) = (0, false, None);
        loop {
            let surroundings = self.surroundings::<D>(call, id, command, fresh).await?;
            let attempt = self.attempt::<D>(call, command, &surroundings, &mut turn);
            let moved = match attempt.await {
                Ok(answer) => return Ok(answer),
                Err(Attempt::Final(error)) => return Err(error),
                Err(Attempt::Crowded(stream)) => {
                    // What was done before needs no turn.
                    if let Some(answer) = self.first_answer(call).await? {
                        return Ok(answer);
                    }
                    turn = Some(self.turn(&stream, call, attempts).await?);
                    // As those before have left it.
                    continue;
                }
                Err(Attempt::Again(moved)) => moved,
            };
            attempts += 1;
            if Instant::now() >= call.deadline {
                return Err(ExecuteError::Contended { attempts });
            }
            fresh = true;
            match moved {
                Some(stream) if !turn.as_ref().is_some_and(|turn| turn.is_at(&stream)) => {
                    // Nobody waits for one while having another.
                    drop(turn.take());
                    turn = Some(self.turn(&stream, call, attempts).await?);
                }
                // It is only read, or another replica was faster, or one who did not stand in line.
                _ => tokio::time::sleep(backoff(attempts)).await,
            }
        }
    }

    async fn turn(
        &self,
        stream: &StreamKey,
        call: &Call,
        attempts: u32,
    ) -> Result<Turn, ExecuteError> {
        let turn = self.turns.at(stream, call.deadline).await;
        turn.ok_or(ExecuteError::Contended { attempts })
    }

    /// Lets what is due happen; the aggregate's timer is then at its next due instant, or gone.
    /// The id of this command derives from `due`, where the timer stood, and the version that the
    /// aggregate had, so that replicas who fire the same timer do the same.
    ///
    /// # Errors
    /// [`ExecuteError`].
    pub async fn wake(
        &self,
        call: &Call,
        decider: DynDecider,
        key: &StreamKey,
        due: Timestamp,
    ) -> Result<(), ExecuteError> {
        loop {
            let loaded = self.states.refresh(decider, key).await;
            let loaded = loaded.map_err(AppendError::from)?;
            let life = loaded.life;
            let occasion = format!("timer {} {}", due.as_microsecond(), loaded.version);
            let command_id = CommandId::derived(&occasion, key.id);
            let content_hash = self.keys.content(&key.tenant, "timer", occasion.as_bytes());
            let call = Call {
                command_id,
                content_hash,
                ..call.clone()
            };
            let Plan {
                mut append,
                effects,
            } = Plan::waking(&call, decider, key, loaded, clock())?;
            if effects.leaves_timer_at(due) {
                // By this clock it is not due yet: the one that said so is ahead of ours.
                return Ok(());
            }
            append.result = stored_result(key.id, effects.version())?;
            match self.log.append_decided_in(life, append).await {
                Ok(Outcome::Written(receipt)) => {
                    effects.remember(&self.states, &receipt);
                    return Ok(());
                }
                Ok(Outcome::Repeated(_)) => return Ok(()),
                Err(AppendError::Stale {
                    stream,
                    expected,
                    actual,
                }) if Instant::now() < call.deadline => {
                    self.states.doubt(&stream, expected, actual);
                }
                Err(AppendError::Outlived { .. }) if Instant::now() < call.deadline => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The aggregate, what is overdue applied, and the others that the command reads.
    async fn surroundings<D: Decider>(
        &self,
        call: &Call,
        id: Uuid,
        command: &D::Command,
        fresh: bool,
    ) -> Result<Surroundings, ExecuteError> {
        let now = clock();
        let decider = DynDecider::of::<D>();
        let own_key = key::<D>(&call.tenant, id);
        // Where something is there after all, the append says so, and the next attempt looks.
        let own = match call.id_is_new && !fresh {
            true => Versioned::of_nothing(decider, self.log.incarnation()),
            false => self.state(decider, &own_key, fresh).await?,
        };
        let mut surroundings = Surroundings::new(decider, own_key, own, now)?;
        let state = surroundings.own.state.clone();
        let state = state
            .downcast_ref::<D::State>()
            .ok_or_else(|| mismatch(&surroundings.own.key))?;
        let reads = D::reads(state, command);
        self.read_also(&mut surroundings, &reads, fresh).await?;
        let reads = D::reads_further(state, command, &context(call, &surroundings));
        self.read_also(&mut surroundings, &reads, fresh).await?;
        Ok(surroundings)
    }

    async fn read_also(
        &self,
        surroundings: &mut Surroundings,
        reads: &Reads,
        fresh: bool,
    ) -> Result<(), ExecuteError> {
        let own = surroundings.own.key.clone();
        for (decider, id) in reads.by(own.id) {
            let key = StreamKey {
                tenant: own.tenant.clone(),
                category: decider.category(),
                id,
            };
            let state = self.state(decider, &key, fresh).await?;
            surroundings.read(decider, key, state)?;
        }
        Ok(())
    }

    async fn state(
        &self,
        decider: DynDecider,
        key: &StreamKey,
        fresh: bool,
    ) -> Result<Versioned, ExecuteError> {
        let state = if fresh {
            self.states.refresh(decider, key).await
        } else {
            self.states.get(decider, key).await
        };
        state.map_err(|error| ExecuteError::Append(error.into()))
    }

    async fn attempt<D: Decider>(
        &self,
        call: &Call,
        command: &D::Command,
        surroundings: &Surroundings,
        turn: &mut Option<Turn>,
    ) -> Result<Answer, Attempt> {
        let seen = surroundings.own.version.0;
        if let Some(expected) = call.expected_version.filter(|expected| *expected != seen) {
            let stale = ExecuteError::Expected {
                expected,
                actual: seen,
            };
            return self.confirm(call, surroundings, stale).await;
        }
        let context = context(call, surroundings);
        let state = surroundings.own.state.downcast_ref::<D::State>();
        let state = state.ok_or_else(|| ExecuteError::from(mismatch(&surroundings.own.key)))?;
        let decision = match D::decide(state, command, &context) {
            Ok(decision) => decision,
            Err(refusal) => return self.confirm(call, surroundings, refusal.into()).await,
        };
        let Plan {
            mut append,
            effects,
        } = Plan::of::<D>(call, surroundings, decision, &self.keys)?;
        let (id, version) = (surroundings.own.key.id, effects.version());
        append.result = stored_result(id, version)?;
        if turn
            .as_ref()
            .is_some_and(|turn| !effects.touches(turn.stream()))
        {
            // What is only read, others may write as they like.
            *turn = None;
        }
        if turn.is_none()
            && let Some(stream) = self.turns.crowded(effects.streams().filter(|stream| {
                // There the line would only see to it that the caller's version has passed.
                call.expected_version.is_none() || **stream != surroundings.own.key
            }))
        {
            return Err(Attempt::Crowded(stream.clone()));
        }
        let span = tracing::info_span!("append", category = %surroundings.own.key.category);
        let written = self.log.append_decided_in(surroundings.life, append);
        match written.instrument(span).await {
            Ok(Outcome::Written(receipt)) => {
                effects.remember(&self.states, &receipt);
                Ok(Answer {
                    id,
                    version,
                    receipt,
                })
            }
            Ok(Outcome::Repeated(receipt)) => Ok(answer_again(receipt)?),
            Err(AppendError::Stale {
                stream,
                expected,
                actual,
            }) => {
                self.states.doubt(&stream, expected, actual);
                match call.expected_version {
                    // It was that version here, and is no more.
                    Some(expected) if stream == surroundings.own.key => {
                        let actual = actual.0;
                        Err(ExecuteError::Expected { expected, actual }.into())
                    }
                    _ => Err(Attempt::Again(effects.touches(&stream).then_some(stream))),
                }
            }
            Err(AppendError::Outlived { .. }) => Err(Attempt::Again(None)),
            Err(AppendError::ClaimTaken { index, holder }) => {
                Err(ExecuteError::Refused(effects.taken(index, &holder)).into())
            }
            Err(error) => Err(ExecuteError::Append(error).into()),
        }
    }

    /// Nothing is refused from memory alone: a command that was done before gets its first answer,
    /// and what the refusal looked at must still be so.
    async fn confirm(
        &self,
        call: &Call,
        surroundings: &Surroundings,
        refusal: ExecuteError,
    ) -> Result<Answer, Attempt> {
        // An earlier attempt at this very command may still be on its way.
        let left = call.deadline.saturating_duration_since(Instant::now());
        let quiet = self.log.quiesce(&call.tenant, left + GRACE).await;
        let life = quiet.map_err(|error| ExecuteError::Append(error.into()))?;
        if let Some(answer) = self.first_answer(call).await? {
            return Ok(answer);
        }
        if life != surroundings.life {
            return Err(Attempt::Again(None));
        }
        let keys: Vec<StreamKey> = surroundings
            .all()
            .map(|loaded| loaded.key.clone())
            .collect();
        let versions = self.log.stream_versions(&keys).await;
        let versions = versions.map_err(|error| ExecuteError::Append(error.into()))?;
        let seen = surroundings.all().zip(versions);
        let mut moved = Vec::new();
        for (seen, now) in seen {
            if seen.version != now {
                moved.push(&seen.key);
            }
            self.states.doubt(&seen.key, seen.version, now);
        }
        if moved.is_empty() {
            return Err(Attempt::Final(refusal));
        }
        // Where many write, what the refusal looked at moves again meanwhile, unless it has its turn.
        let crowded = self.turns.crowded(moved.into_iter());
        Err(Attempt::Again(crowded.cloned()))
    }

    /// What this very command was answered when it was done before.
    async fn first_answer(&self, call: &Call) -> Result<Option<Answer>, ExecuteError> {
        let known = self.log.command(&call.tenant, call.command_id).await;
        match known.map_err(|error| ExecuteError::Append(error.into()))? {
            Some((hash, _)) if hash != call.content_hash => {
                Err(ExecuteError::Append(AppendError::DifferentContent))
            }
            Some((_, receipt)) => Ok(Some(answer_again(receipt)?)),
            None => Ok(None),
        }
    }
}

/// How one attempt ended, when not with an answer.
enum Attempt {
    /// Something moved: load again and decide anew; with a turn at that stream, where many write it.
    Again(Option<StreamKey>),
    /// It would write where others stand in line.
    Crowded(StreamKey),
    Final(ExecuteError),
}

impl From<ExecuteError> for Attempt {
    fn from(error: ExecuteError) -> Self {
        Self::Final(error)
    }
}

impl From<Refusal> for Attempt {
    fn from(refusal: Refusal) -> Self {
        Self::Final(refusal.into())
    }
}

fn key<D: Decider>(tenant: &TenantId, id: Uuid) -> StreamKey {
    StreamKey {
        tenant: tenant.clone(),
        category: D::Event::CATEGORY,
        id,
    }
}

/// What a decision sees.
fn context(call: &Call, surroundings: &Surroundings) -> Context {
    let mut context = Context::new(
        call.tenant.clone(),
        surroundings.own.key.id,
        call.actor.clone(),
        surroundings.now,
        call.home.clone(),
    );
    let by_an_event = call.cause.is_some();
    context.requested_at = requested_at(call.occurred_at, by_an_event, surroundings.now);
    for other in &surroundings.others {
        let (category, id) = (other.key.category.clone(), other.key.id);
        context.add(category, id, other.state.clone());
    }
    context
}

/// When a command's subject happened. A caller's word is for the decision to check. An event's is no
/// word but a fact, though by the clock of another service, which may be ahead of ours: to refuse what
/// follows from it would lose that, so here it happened just now.
fn requested_at(at: Option<Timestamp>, by_an_event: bool, now: Timestamp) -> Option<Timestamp> {
    if by_an_event {
        at.map(|at| at.min(now))
    } else {
        at
    }
}

fn mismatch(key: &StreamKey) -> AppendError {
    AppendError::Log(guanxi_eventlog::LogError::Corrupt {
        position: guanxi_events::Position::START,
        what: format!("two deciders share the category {}", key.category),
    })
}

/// A little longer each time, never long, and not the same for all who collided.
fn backoff(attempts: u32) -> Duration {
    let spread = Uuid::new_v4().as_u128() % 1000;
    let micros = (u128::from(attempts.min(20)) * 250).saturating_mul(500 + spread) / 1000;
    Duration::from_micros(u64::try_from(micros).unwrap_or(1000))
}

/// Now, in the microseconds that the log keeps: an instant that a decision puts into an event's data
/// is then the one in its envelope, and a caller who sends it back names the same one.
fn clock() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}

#[cfg(test)]
mod tests;
