//! The fold of one opportunity: from what happened to the spans in which nothing about it changed.
//!
//! Facts arrive in log order but may be dated back, so a change can concern a time that other
//! changes have passed already. What happened holds **from its own date on, in log order**: the
//! state as of an instant is what the facts dated up to it give, taken in the order of the log. A
//! change of owner dated the 10th and told on the 20th thus overrules one dated the 15th and told
//! on the 15th, for that is what the sales service itself believes; and the state "now" is always
//! the service's own.
//!
//! Steps (a stage entered, won, lost, opened again) keep their order in time as well: the service
//! refuses a step dated before the one it follows, and here it would count from that one.

#[cfg(test)]
mod tests;

use std::error::Error;

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use tokio_postgres::types::{FromSql, Type};
use uuid::Uuid;

/// What became of an opportunity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// It is worked on.
    Open,
    /// It was won.
    Won,
    /// It was lost.
    Lost,
}

impl Status {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }

    /// From how it is stored.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Open, Self::Won, Self::Lost]
            .into_iter()
            .find(|status| status.as_str() == name)
    }
}

impl<'a> FromSql<'a> for Status {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let name = <&str>::from_sql(ty, raw)?;
        Self::from_name(name).ok_or_else(|| format!("{name:?} is no status").into())
    }

    fn accepts(ty: &Type) -> bool {
        <&str>::accepts(ty)
    }
}

/// An exact amount, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// In major units.
    pub value: Decimal,
    /// ISO 4217.
    pub currency: String,
}

/// What is told about an opportunity beside its course.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// What the deal is about.
    pub title: String,
    /// Whom it is with.
    pub customer: Option<Uuid>,
    /// What it is expected to bring; of a won one, what it brought.
    pub amount: Option<Amount>,
    /// When it is expected to close.
    pub expected_close: Option<Date>,
    /// Where it came from.
    pub source: Option<String>,
    /// The priority mark (重点项目).
    pub priority: bool,
}

/// An opportunity at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Where it stands; of a closed one, where it was closed.
    pub stage: String,
    /// When it came to that stage.
    pub stage_since: Timestamp,
    /// What became of it.
    pub status: Status,
    /// How likely it is won, in per cent.
    pub probability: i16,
    /// When it was won or lost, while it is.
    pub closed_at: Option<Timestamp>,
    /// Why it was won or lost, while it is.
    pub close_reason: Option<String>,
    /// Who works on it.
    pub owner: String,
    /// The team that it counts for.
    pub team: Option<String>,
    /// The rest.
    pub details: Details,
}

/// A step of an opportunity's course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// It came to a stage, perhaps by being opened again.
    Entered,
    /// It was won.
    Won {
        /// What it brought.
        amount: Amount,
        /// Why.
        reason: String,
    },
    /// It was lost.
    Lost {
        /// Why.
        reason: String,
    },
}

/// What one event changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// A step, into or in a stage with a probability.
    Step {
        /// Which.
        step: Step,
        /// The stage.
        stage: String,
        /// How likely it is won from now on, in per cent.
        probability: i16,
    },
    /// What is told about it, whole.
    Details(Details),
    /// Its amount.
    Amount(Option<Amount>),
    /// Its people.
    People {
        /// Who works on it.
        owner: String,
        /// The team that it counts for.
        team: Option<String>,
    },
}

impl State {
    /// When the last step was.
    fn step_at(&self) -> Timestamp {
        self.closed_at.unwrap_or(self.stage_since)
    }

    fn change(&mut self, change: &Change, at: Timestamp) {
        match change {
            Change::Details(details) => self.details = details.clone(),
            Change::Amount(amount) => self.details.amount = amount.clone(),
            Change::People { owner, team } => {
                self.owner.clone_from(owner);
                self.team.clone_from(team);
            }
            Change::Step {
                step,
                stage,
                probability,
            } => {
                self.stage.clone_from(stage);
                self.probability = *probability;
                self.step(step, at);
            }
        }
    }

    fn step(&mut self, step: &Step, at: Timestamp) {
        let (status, reason) = match step {
            Step::Entered => (Status::Open, None),
            Step::Won { reason, .. } => (Status::Won, Some(reason.clone())),
            Step::Lost { reason } => (Status::Lost, Some(reason.clone())),
        };
        if let Step::Won { amount, .. } = step {
            self.details.amount = Some(amount.clone());
        }
        match step {
            Step::Entered => (self.stage_since, self.closed_at) = (at, None),
            Step::Won { .. } | Step::Lost { .. } => self.closed_at = Some(at),
        }
        self.status = status;
        self.close_reason = reason;
    }
}

/// A time in which nothing changed. It lasts until the next span begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: Timestamp,
    pub(crate) state: State,
    /// Whether it ended with a step: then its `state` is how a stay in a stage ended.
    pub(crate) left: bool,
}

/// The course of one opportunity, as far as it is loaded: its last spans, or all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Course {
    pub(crate) pipeline: Uuid,
    pub(crate) created_at: Timestamp,
    /// The stream's version up to which it is folded.
    pub(crate) version: i64,
    /// How many spans before `earlier` are not loaded.
    pub(crate) unloaded: i32,
    /// Ended spans, oldest first.
    pub(crate) earlier: Vec<Span>,
    /// The one that lasts.
    pub(crate) last: Span,
}

impl Course {
    /// A new opportunity.
    pub(crate) fn opened(pipeline: Uuid, version: i64, state: State) -> Self {
        let created_at = state.stage_since;
        let last = Span {
            from: created_at,
            state,
            left: false,
        };
        Self {
            pipeline,
            created_at,
            version,
            unloaded: 0,
            earlier: Vec::new(),
            last,
        }
    }

    /// How many spans are behind it, loaded or not.
    pub(crate) fn ended(&self) -> i32 {
        self.unloaded
            .saturating_add(i32::try_from(self.earlier.len()).unwrap_or(i32::MAX))
    }

    /// From when on a change dated `at` holds: no step is earlier than the last one, which the
    /// newest state knows.
    fn effective(&self, change: &Change, at: Timestamp) -> Timestamp {
        match change {
            Change::Step { .. } => at.max(self.last.state.step_at()),
            _ => at,
        }
    }

    /// Whether a change dated `at` concerns the past, of a course of which only the present is
    /// loaded.
    pub(crate) fn reaches_back(&self, change: &Change, at: Timestamp) -> bool {
        self.effective(change, at) < self.last.from
    }

    /// What follows when `change` happened at `at`.
    pub(crate) fn change(&mut self, change: &Change, at: Timestamp) {
        let at = self.effective(change, at);
        let changed = self.split(at, matches!(change, Change::Step { .. }));
        for span in &mut self.earlier[changed..] {
            span.state.change(change, at);
        }
        self.last.state.change(change, at);
    }

    /// Makes a span begin at `at`, and returns the first of `earlier` that is not before it. A step
    /// ends the span that it finds even if that began at the same instant: a stage that was passed
    /// in no time was still passed. Any other change only says what that span was all along.
    fn split(&mut self, at: Timestamp, by_step: bool) -> usize {
        if self.last.from <= at {
            if by_step || self.last.from < at {
                self.earlier.push(Span {
                    left: by_step,
                    ..self.last.clone()
                });
                self.last.from = at;
            }
            return self.earlier.len();
        }
        // Of several spans that begin at one instant, the last holds.
        let after = self.earlier.partition_point(|span| span.from <= at);
        let Some(holds) = after.checked_sub(1) else {
            // Dated before it was opened: so it was opened like that.
            return 0;
        };
        if !by_step && self.earlier[holds].from == at {
            return holds;
        }
        let rest = Span {
            from: at,
            ..self.earlier[holds].clone()
        };
        self.earlier[holds].left = by_step;
        self.earlier.insert(after, rest);
        after
    }
}
