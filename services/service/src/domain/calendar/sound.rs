//! What a calendar's definition must be to be walked: its hours in order, each day once, and working
//! time in its week.

use guanxi_decider::{FieldViolation, Refusal};
use guanxi_events::service::{CalendarDefinition, Hours, Week};
use jiff::civil::Date;

use crate::domain::working_time::{Calendar, Unsound};

/// The seconds that a wall's clock shows in a day.
const DAY: u32 = 86_400;

/// The definition with everything in order.
///
/// # Errors
/// The bad fields, all at once; `CALENDAR_NEVER_OPEN`.
pub(super) fn checked(definition: &CalendarDefinition) -> Result<CalendarDefinition, Refusal> {
    let mut sound = definition.clone();
    let mut bad = Vec::new();
    for (day, hours) in weekdays(&mut sound.week) {
        in_order(&format!("definition.{day}"), hours, &mut bad);
    }
    sound.holidays.sort_by_key(|holiday| holiday.date);
    let days = sound.holidays.iter().map(|holiday| holiday.date);
    once("definition.holidays", days, &mut bad);
    for (index, special) in sound.special_days.iter_mut().enumerate() {
        let field = format!("definition.special_days[{index}].hours");
        in_order(&field, &mut special.hours, &mut bad);
        if special.hours.is_empty() {
            let description = "has no hours; a day without work is a holiday".to_owned();
            bad.push(FieldViolation { field, description });
        }
    }
    sound.special_days.sort_by_key(|special| special.date);
    let days = sound.special_days.iter().map(|special| special.date);
    once("definition.special_days", days, &mut bad);
    let walked = Calendar::of(&sound);
    if let Err(Unsound::UnknownZone) = walked {
        bad.push(FieldViolation {
            field: "definition.time_zone".to_owned(),
            description: "is no IANA time zone".to_owned(),
        });
    }
    if !bad.is_empty() {
        return Err(Refusal::invalid(bad));
    }
    walked.map_err(super::unsound)?;
    Ok(sound)
}

fn weekdays(week: &mut Week) -> [(&'static str, &mut Vec<Hours>); 7] {
    [
        ("monday", &mut week.monday),
        ("tuesday", &mut week.tuesday),
        ("wednesday", &mut week.wednesday),
        ("thursday", &mut week.thursday),
        ("friday", &mut week.friday),
        ("saturday", &mut week.saturday),
        ("sunday", &mut week.sunday),
    ]
}

/// Puts hours in order, and notes what is no span of a day or overlaps.
fn in_order(field: &str, hours: &mut [Hours], bad: &mut Vec<FieldViolation>) {
    hours.sort_by_key(|hours| hours.from);
    let mut ended = 0;
    for one in hours.iter() {
        let description = if one.from >= one.until || one.until > DAY {
            "has hours that do not end after they begin, on the same day".to_owned()
        } else if one.from < ended {
            "has hours that overlap".to_owned()
        } else {
            ended = one.until;
            continue;
        };
        bad.push(FieldViolation {
            field: field.to_owned(),
            description,
        });
        return;
    }
}

fn once(field: &str, days: impl Iterator<Item = Date>, bad: &mut Vec<FieldViolation>) {
    let mut last = None;
    for day in days {
        if last == Some(day) {
            bad.push(FieldViolation {
                field: field.to_owned(),
                description: format!("{day} is there twice"),
            });
        }
        last = Some(day);
    }
}
