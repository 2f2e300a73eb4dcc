//! Working time (V-05, V-06): when a span of it is used up, and how much of it has passed, by a business
//! calendar, less the pauses.
//!
//! An instant is working time when the clock on the wall of the calendar's zone shows hours of that
//! day then. So a day of 23 or 25 hours, and a half hour that happens twice, need no rule of their
//! own: the walk goes from one change of the zone's offset to the next, and between two of them the
//! wall is the instant plus the offset.
//!
//! Spans are exact. `due` is the first instant at which as much has passed as was asked for, which is
//! the end of the last interval used and not the beginning of the next one; so
//! `due(start, elapsed(start, t)) = t` for every `t` that ends a stretch of working time.

use jiff::{SignedDuration, Timestamp};

mod calendar;
#[cfg(test)]
mod oracle;
mod pauses;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
mod walk;

pub use calendar::{Calendar, Unsound};
pub use pauses::{Pause, Pauses};
use walk::Stretches;

/// A span is looked for this many years ahead, at most: a calendar of an hour a week uses up more
/// than 5 000 hours by then.
pub const HORIZON_YEARS: i64 = 100;
const HORIZON: SignedDuration = SignedDuration::from_hours(24 * 36_525);

/// The first instant at which `span` of working time has passed since `start`: `start` itself for a
/// span of 0 or less. None while an open pause stands before it, and where it lies more than
/// [`HORIZON_YEARS`] ahead.
pub fn due(
    start: Timestamp,
    span: SignedDuration,
    calendar: &Calendar,
    pauses: &Pauses,
) -> Option<Timestamp> {
    let mut left = span;
    if !left.is_positive() {
        return Some(start);
    }
    let horizon = start.checked_add(HORIZON).unwrap_or(Timestamp::MAX);
    for (from, until) in stretches(start, horizon, calendar, pauses) {
        let length = until.duration_since(from);
        if length >= left {
            return from.checked_add(left).ok();
        }
        left -= length;
    }
    None
}

/// How much working time lies between `start` and `until`; 0 when `until` is not after `start`.
pub fn elapsed(
    start: Timestamp,
    until: Timestamp,
    calendar: &Calendar,
    pauses: &Pauses,
) -> SignedDuration {
    stretches(start, until, calendar, pauses)
        .map(|(from, until)| until.duration_since(from))
        .fold(SignedDuration::ZERO, |sum, length| sum + length)
}

/// The stretches of working time between `start` and `until`, less the pauses, in order.
pub fn stretches<'a>(
    start: Timestamp,
    until: Timestamp,
    calendar: &'a Calendar,
    pauses: &'a Pauses,
) -> impl Iterator<Item = (Timestamp, Timestamp)> + 'a {
    Stretches::new(calendar, start, until).flat_map(|working| pauses.outside(working))
}
