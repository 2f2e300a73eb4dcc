//! The spans in which a clock stands still although work is done.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One span in which the clock stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// From when on.
    pub from: Timestamp,
    /// Until when; none while it lasts.
    pub until: Option<Timestamp>,
}

impl Pause {
    fn end(self) -> Timestamp {
        self.until.unwrap_or(Timestamp::MAX)
    }
}

/// Pauses in order, which neither touch nor overlap; only the last may be open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pauses(Vec<Pause>);

impl Pauses {
    /// No pauses.
    pub const NONE: Self = Self(Vec::new());

    /// Of any spans: they are put in order, and those that meet are made one.
    pub fn of(spans: impl IntoIterator<Item = Pause>) -> Self {
        let mut spans: Vec<Pause> = spans.into_iter().filter(|p| p.from < p.end()).collect();
        spans.sort_by_key(|pause| pause.from);
        let mut pauses: Vec<Pause> = Vec::with_capacity(spans.len());
        for pause in spans {
            match pauses.last_mut() {
                Some(last) if last.end() >= pause.from => {
                    if pause.end() > last.end() {
                        last.until = pause.until;
                    }
                }
                _ => pauses.push(pause),
            }
        }
        Self(pauses)
    }

    /// Whether the last one lasts still.
    pub fn open(&self) -> bool {
        self.0.last().is_some_and(|pause| pause.until.is_none())
    }

    /// A pause begins: not before what came to an end last, and not twice.
    pub fn begin(&mut self, at: Timestamp) {
        match self.0.last_mut() {
            Some(Pause { until: None, .. }) => {}
            Some(last) if last.end() >= at => last.until = None,
            _ => self.0.push(Pause {
                from: at,
                until: None,
            }),
        }
    }

    /// The pause that lasts comes to an end; it has not been one when that is not after its beginning.
    pub fn end(&mut self, at: Timestamp) {
        let Some(last) = self.0.last_mut().filter(|pause| pause.until.is_none()) else {
            return;
        };
        if at > last.from {
            last.until = Some(at);
        } else {
            self.0.pop();
        }
    }

    /// What of a stretch of time lies outside all pauses.
    pub(super) fn outside(
        &self,
        (start, end): (Timestamp, Timestamp),
    ) -> impl Iterator<Item = (Timestamp, Timestamp)> + '_ {
        let first = self.0.partition_point(|pause| pause.end() <= start);
        let ahead = self.0.get(first..).unwrap_or_default();
        let within = ahead.iter().take_while(move |pause| pause.from < end);
        let mut cursor = start;
        within
            .map(move |pause| (pause.from, pause.end()))
            .chain(std::iter::once((end, end)))
            .filter_map(move |(from, until)| {
                let free = (cursor, from.min(end));
                cursor = cursor.max(until);
                (free.0 < free.1).then_some(free)
            })
    }
}
