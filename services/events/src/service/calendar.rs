//! What can happen to a business calendar: a versioned rule that says when work is done (V-06).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{domain_events, typed_id};

typed_id! {
    /// One business calendar.
    CalendarId
}

/// The version of a calendar by which something was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CalendarVersion {
    /// The calendar.
    pub id: CalendarId,
    /// 1 when it was defined, one more with each change.
    pub version: u32,
}

/// Working hours of a day, by the clock on the wall: work is done at every instant at which it shows
/// a time from `from` until before `until`. When a clock change skips or repeats some of them, the
/// hours have that much less or more time in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hours {
    /// The clock's seconds from 0:00.
    pub from: u32,
    /// The clock's seconds from 0:00, after `from`; 86 400 is the end of the day.
    pub until: u32,
}

/// A day of the year on which no work is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday {
    /// The day.
    pub date: Date,
    /// Its name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

/// A day with hours of its own, whatever the week and the holidays say: a make-up working day (调休),
/// a short Christmas Eve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialDay {
    /// The day.
    pub date: Date,
    /// What it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its hours, in order and without overlaps; at least one.
    pub hours: Vec<Hours>,
}

/// The hours of each day of a week, in order and without overlaps; at least one in all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the days of the week")]
pub struct Week {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub monday: Vec<Hours>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tuesday: Vec<Hours>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wednesday: Vec<Hours>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thursday: Vec<Hours>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub friday: Vec<Hours>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub saturday: Vec<Hours>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sunday: Vec<Hours>,
}

/// A business calendar, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarDefinition {
    /// For people.
    pub name: String,
    /// The IANA time zone in which it runs.
    pub zone: String,
    /// The hours of a usual week.
    pub week: Week,
    /// Days without work, in order; at most one entry a day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<Holiday>,
    /// Days with hours of their own, in order; at most one entry a day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub special_days: Vec<SpecialDay>,
}

/// A calendar was defined, or changed: clocks that start from now on run by it. Those that run already
/// keep their version until their ticket's terms are chosen anew (V-05).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarDefined {
    /// The version that this makes, from 1.
    pub version: u32,
    /// The calendar from now on, whole.
    pub definition: CalendarDefinition,
}

domain_events! {
    /// What can happen to a business calendar.
    CalendarEvent in Service, "calendar" {
        /// It was defined or changed.
        Defined(CalendarDefined) = "service.calendar_defined" / 1,
    }
}
