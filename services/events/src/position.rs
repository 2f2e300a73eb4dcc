//! Where an event stands: in its log, and in its stream.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A place in one service's log: 1, 2, 3 … without a gap, in commit order. 0 is "before the first".
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Position(pub i64);

/// How many events a stream has. 0 is a stream that does not exist yet.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct StreamVersion(pub i64);

impl Position {
    /// Before the first event.
    pub const START: Self = Self(0);

    /// The position after this one.
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl StreamVersion {
    /// A stream without events.
    pub const NONE: Self = Self(0);

    /// The version after `events` more.
    pub const fn after(self, events: usize) -> Self {
        Self(self.0 + events as i64)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for StreamVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
