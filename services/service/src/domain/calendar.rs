//! Business calendars as a versioned rule (V-06). Every version stays known: a clock that runs by one
//! keeps it until its ticket's terms are chosen anew.

use std::collections::BTreeMap;

use guanxi_decider::{Context, Decider, Decision, Refusal};
use guanxi_events::service::{
    CalendarDefined, CalendarDefinition, CalendarEvent, CalendarId, CalendarVersion,
};
use serde::{Deserialize, Serialize};

use super::working_time::{self, Unsound};

mod sound;
#[cfg(test)]
mod tests;

/// The decider of a business calendar.
#[derive(Debug)]
pub struct Calendar;

/// A calendar that exists, with all that it ever was, by version; the default is "does not exist".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions(BTreeMap<u32, CalendarDefinition>);

/// What can be asked of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Define it, or replace it by a new version.
    Define(CalendarDefinition),
}

impl Versions {
    /// The version that holds now, and what it says.
    pub fn latest(&self) -> Option<(u32, &CalendarDefinition)> {
        let (version, definition) = self.0.last_key_value()?;
        Some((*version, definition))
    }

    /// A version of the calendar ready to be walked.
    ///
    /// # Errors
    /// `CALENDAR_UNKNOWN`.
    pub fn walkable(&self, wanted: CalendarVersion) -> Result<working_time::Calendar, Refusal> {
        let definition = self.0.get(&wanted.version);
        let definition = definition.ok_or_else(|| unknown(wanted.id))?;
        working_time::Calendar::of(definition).map_err(unsound)
    }
}

impl Decider for Calendar {
    type State = Versions;
    type Command = Command;
    type Event = CalendarEvent;

    const SNAPSHOT: u16 = 1;

    fn decide(
        state: &Versions,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<CalendarEvent>, Refusal> {
        let Command::Define(definition) = command;
        let definition = sound::checked(definition)?;
        let version = match state.latest() {
            Some((_, latest)) if *latest == definition => return Ok(Decision::nothing()),
            Some((version, _)) => version.saturating_add(1),
            None => 1,
        };
        let defined = CalendarDefined {
            version,
            definition,
        };
        Ok(Decision::event(defined).occurred_at(Some(context.occurred_at()?)))
    }

    fn evolve(mut state: Versions, event: &CalendarEvent) -> Versions {
        let CalendarEvent::Defined(defined) = event;
        state.0.insert(defined.version, defined.definition.clone());
        state
    }
}

/// The version of a calendar by which clocks that start now run, which the command must have read.
///
/// # Errors
/// `CALENDAR_UNKNOWN`.
pub fn current(id: CalendarId, context: &Context) -> Result<CalendarVersion, Refusal> {
    let versions = context.read::<Calendar>(id)?;
    let (version, _) = versions.latest().ok_or_else(|| unknown(id))?;
    Ok(CalendarVersion { id, version })
}

/// A version of a calendar ready to be walked, which the command must have read.
///
/// # Errors
/// `CALENDAR_UNKNOWN`.
pub fn of_version(
    wanted: CalendarVersion,
    context: &Context,
) -> Result<working_time::Calendar, Refusal> {
    context.read::<Calendar>(wanted.id)?.walkable(wanted)
}

fn unknown(id: CalendarId) -> Refusal {
    Refusal::precondition("CALENDAR_UNKNOWN", format!("there is no calendar {id}"))
        .figure("calendar_id", id)
}

/// A definition that was sound once is so still, unless the zones that this machine knows changed.
fn unsound(unsound: Unsound) -> Refusal {
    let code = match unsound {
        Unsound::UnknownZone => "TIME_ZONE_UNKNOWN",
        Unsound::NeverOpen => "CALENDAR_NEVER_OPEN",
    };
    Refusal::precondition(code, unsound.to_string())
}
