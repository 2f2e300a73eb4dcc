//! The working intervals of a calendar between two instants, in order, one after the other.

use guanxi_events::service::Hours;
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime, Time},
    tz::Offset,
};

use super::Calendar;

/// Walks from `cursor` to `end`, day by day of the wall's clock between two changes of the offset.
pub(super) struct Stretches<'a> {
    calendar: &'a Calendar,
    cursor: Timestamp,
    end: Timestamp,
    /// The offset that holds at the cursor, and until when.
    offset: Offset,
    offset_ends: Timestamp,
    /// The wall's day at the cursor, and its hours that are still ahead.
    day: Option<Date>,
    hours: std::slice::Iter<'a, Hours>,
}

impl<'a> Stretches<'a> {
    pub(super) fn new(calendar: &'a Calendar, start: Timestamp, end: Timestamp) -> Self {
        let mut walk = Self {
            calendar,
            cursor: start,
            end,
            offset: Offset::UTC,
            offset_ends: start,
            day: None,
            hours: [].iter(),
        };
        walk.take_offset();
        walk
    }

    /// The offset at the cursor, and the wall's day there.
    fn take_offset(&mut self) {
        let zone = self.calendar.zone();
        self.offset = zone.to_offset(self.cursor);
        let change = zone.following(self.cursor).next();
        self.offset_ends = change.map_or(Timestamp::MAX, |change| change.timestamp());
        let day = self.offset.to_datetime(self.cursor).date();
        self.enter(Some(day));
    }

    fn enter(&mut self, day: Option<Date>) {
        self.day = day;
        self.hours = day.map_or([].iter(), |day| self.calendar.hours(day).iter());
    }
}

impl Iterator for Stretches<'_> {
    type Item = (Timestamp, Timestamp);

    fn next(&mut self) -> Option<Self::Item> {
        while self.cursor < self.end {
            let limit = self.end.min(self.offset_ends);
            let day = self.day?;
            for hours in self.hours.by_ref() {
                let (Some(from), Some(until)) = (
                    instant(self.offset, day, hours.from),
                    instant(self.offset, day, hours.until),
                ) else {
                    return None;
                };
                let (from, until) = (from.max(self.cursor), until.min(limit));
                if from < until {
                    return Some((from, until));
                }
            }
            let tomorrow = day.tomorrow().ok();
            let begins = tomorrow.and_then(|day| instant(self.offset, day, 0));
            if begins.is_some_and(|begins| begins < limit) {
                self.enter(tomorrow);
            } else {
                // This offset has no more days: either it ends, or the walk does.
                self.cursor = limit;
                if limit < self.end {
                    self.take_offset();
                }
            }
        }
        None
    }
}

/// When the wall's clock shows so many seconds of a day, where this offset holds.
fn instant(offset: Offset, day: Date, seconds: u32) -> Option<Timestamp> {
    let midnight = offset.to_timestamp(DateTime::from_parts(day, Time::midnight()));
    let since = SignedDuration::from_secs(seconds.into());
    midnight.ok()?.checked_add(since).ok()
}
