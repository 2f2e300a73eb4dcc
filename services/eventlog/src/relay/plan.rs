//! What the relay does with the stream that it finds: go on, or open a new generation. Pure.

use std::fmt;

use guanxi_events::{EventId, Position};

use crate::stream::Generation;

/// What the server says about the newest generation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Observed {
    /// Which it is.
    pub(crate) generation: Generation,
    /// The last sequence that the stream gave away; a purge keeps it.
    pub(crate) last_sequence: u64,
    /// How many messages it holds.
    pub(crate) messages: u64,
    /// The message with the last sequence.
    pub(crate) tail: Tail,
    /// Whether one of the last messages was found not to be the log's event.
    pub(crate) spoiled: bool,
}

/// The message with the last sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tail {
    /// It was removed, or there never was one.
    Missing,
    /// It is none of ours.
    Foreign,
    /// It says of itself that it is this event.
    Event(Position, EventId),
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Fill the generation that is there.
    Continue {
        /// That generation.
        generation: Generation,
        /// The position that it holds last.
        after: Position,
    },
    /// Open a generation with this base.
    Open {
        /// Its base.
        base: Position,
        /// The old one has the same base or a higher one, so it must go first: the highest base is
        /// what everyone takes for the newest generation.
        replace_first: bool,
        /// Why the old one is of no use.
        why: Why,
    },
}

/// Why a generation cannot be gone on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// There is none: the log is new, or the stream was deleted or lost.
    None,
    /// It is ahead of the log, which must have lost its tail.
    AheadOfTheLog,
    /// All its messages were purged or have expired.
    Emptied,
    /// Its last message was removed, so nothing proves what it holds.
    TailMissing,
    /// Its last message was not published by a relay.
    ForeignTail,
    /// Another message stands between the last ones of the relay.
    Spoiled,
    /// Its last message is not the event that the log has at that position.
    OtherTail,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "there is none",
            Self::AheadOfTheLog => "the old one is ahead of the log",
            Self::Emptied => "the old one was emptied",
            Self::TailMissing => "the old one's last message was removed",
            Self::ForeignTail => "the old one's last message is foreign",
            Self::Spoiled => "the old one has a foreign message between its last ones",
            Self::OtherTail => "the old one's last message is another event than the log's",
        })
    }
}

/// Decides from what the server and the log say. `head` must have been read after `observed`, else
/// a stream that another relay has just filled would look as if it were ahead. `log_tail` is the
/// id of the log's event at the stream's last position; `backfill` is how many events before the
/// head a new generation begins.
///
/// Messages missing in front (expired, or purged in part) are no reason for a new generation: the
/// sum holds as long as the last message is the right one, and what is older is read from the log.
pub(crate) fn plan(
    observed: Option<&Observed>,
    head: Position,
    log_tail: Option<EventId>,
    backfill: u64,
) -> Plan {
    let Some(observed) = observed else {
        return open(None, head, backfill, Why::None);
    };
    match objection(observed, head, log_tail) {
        None => Plan::Continue {
            generation: observed.generation,
            after: observed.last_position(),
        },
        Some(why) => open(Some(observed.generation.base), head, backfill, why),
    }
}

fn objection(observed: &Observed, head: Position, log_tail: Option<EventId>) -> Option<Why> {
    let last = observed.last_position();
    if last > head {
        return Some(Why::AheadOfTheLog);
    }
    if observed.last_sequence == 0 {
        return None;
    }
    if observed.messages == 0 {
        return Some(Why::Emptied);
    }
    match observed.tail {
        Tail::Missing => Some(Why::TailMissing),
        Tail::Foreign => Some(Why::ForeignTail),
        Tail::Event(position, id) if position != last || Some(id) != log_tail => {
            Some(Why::OtherTail)
        }
        Tail::Event(..) => observed.spoiled.then_some(Why::Spoiled),
    }
}

fn open(old: Option<Position>, head: Position, backfill: u64, why: Why) -> Plan {
    let backfilled = head
        .0
        .saturating_sub(i64::try_from(backfill).unwrap_or(i64::MAX))
        .max(0);
    // Higher than the old one whenever the log allows, so that both can stand side by side until
    // the new one is there.
    let base = match old {
        Some(old) if old < head => Position(backfilled.max(old.0 + 1)),
        _ => Position(backfilled),
    };
    Plan::Open {
        base,
        replace_first: old.is_some_and(|old| old >= base),
        why,
    }
}

/// The generations that must go before one with this base is opened.
pub(crate) fn in_the_way(
    generations: &[Generation],
    base: Position,
    replace_first: bool,
) -> impl Iterator<Item = &Generation> {
    generations
        .iter()
        .filter(move |old| replace_first && old.base >= base)
}

impl Observed {
    /// The position of the last message, by the sum.
    pub(crate) fn last_position(&self) -> Position {
        self.generation.position(self.last_sequence)
    }
}

#[cfg(test)]
mod tests;
