//! A calendar ready to be walked: its zone looked up, its special days by date.

use std::{collections::BTreeMap, fmt};

use guanxi_events::service::{CalendarDefinition, Hours, Week};
use jiff::{
    civil::{Date, Weekday},
    tz::TimeZone,
};

/// A business calendar that has working time in every week without special days.
#[derive(Debug, Clone)]
pub struct Calendar {
    zone: TimeZone,
    week: Week,
    /// The days that are not as their weekday: no hours on a holiday.
    special: BTreeMap<Date, Vec<Hours>>,
}

/// Why a definition is no calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsound {
    /// No such time zone.
    UnknownZone,
    /// No weekday has working hours, so a span might never be used up.
    NeverOpen,
}

impl fmt::Display for Unsound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownZone => "the time zone is not known",
            Self::NeverOpen => {
                "no day of the week has working hours, so no target would ever be due"
            }
        })
    }
}

impl Calendar {
    /// The calendar of a definition whose hours are in order. A special day goes before a holiday.
    ///
    /// # Errors
    /// [`Unsound`].
    pub fn of(definition: &CalendarDefinition) -> Result<Self, Unsound> {
        let zone = TimeZone::get(&definition.zone).map_err(|_| Unsound::UnknownZone)?;
        let open = |day: &Weekday| !hours_of(&definition.week, *day).is_empty();
        if !Weekday::Monday
            .cycle_forward()
            .take(7)
            .any(|day| open(&day))
        {
            return Err(Unsound::NeverOpen);
        }
        let holidays = definition.holidays.iter();
        let mut special: BTreeMap<_, _> = holidays.map(|day| (day.date, Vec::new())).collect();
        let days = definition.special_days.iter();
        special.extend(days.map(|day| (day.date, day.hours.clone())));
        Ok(Self {
            zone,
            week: definition.week.clone(),
            special,
        })
    }

    /// Its time zone.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The working hours of a day, in order.
    pub fn hours(&self, day: Date) -> &[Hours] {
        match self.special.get(&day) {
            Some(hours) => hours,
            None => hours_of(&self.week, day.weekday()),
        }
    }
}

/// The hours of a weekday.
fn hours_of(week: &Week, day: Weekday) -> &[Hours] {
    match day {
        Weekday::Monday => &week.monday,
        Weekday::Tuesday => &week.tuesday,
        Weekday::Wednesday => &week.wednesday,
        Weekday::Thursday => &week.thursday,
        Weekday::Friday => &week.friday,
        Weekday::Saturday => &week.saturday,
        Weekday::Sunday => &week.sunday,
    }
}
