//! `CalendarService`.

use guanxi_events::service::{CalendarDefinition, CalendarVersion, Holiday, SpecialDay, Week};
use guanxi_proto::service::v1::{
    self as wire,
    calendar_service_server::{CalendarService, CalendarServiceServer},
};
use guanxi_runtime::{
    Commands, Fields, asked, command, count_to_wire, date_to_wire, each, errors, instant_to_wire,
};
use jiff::Timestamp;
use tonic::{Request, Response, Status};
use uuid::Uuid;

mod hours;
#[cfg(test)]
mod tests;

use self::hours::{hours, hours_to_wire};
use super::target_span;
use crate::domain::{
    calendar::{Calendar, Command, Versions},
    working_time::{Pause, Pauses, due, stretches},
};

/// A calendar has at most this many holidays.
const MAX_HOLIDAYS: usize = 400;
/// A calendar has at most this many days with hours of their own.
const MAX_SPECIAL_DAYS: usize = 200;
/// A day's name has at most this many characters.
const MAX_NAME: usize = 60;
/// A question names at most this many pauses, and its answer as many stretches.
const MAX_STRETCHES: usize = 100;

/// `CalendarService` on the service's commands.
struct Calendars {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> CalendarServiceServer<impl CalendarService> {
    CalendarServiceServer::new(Calendars { commands })
}

#[tonic::async_trait]
impl CalendarService for Calendars {
    async fn define_calendar(
        &self,
        request: Request<wire::DefineCalendarRequest>,
    ) -> Result<Response<wire::DefineCalendarResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_calendar(
        &self,
        request: Request<wire::GetCalendarRequest>,
    ) -> Result<Response<wire::GetCalendarResponse>, Status> {
        let id: Uuid = asked(|fields| fields.id("calendar_id", &request.get_ref().calendar_id))?;
        let (state, version) = self.commands.get::<Calendar, _>(&request, id).await?;
        let (calendar_version, definition) = latest(id, &state)?;
        Ok(Response::new(wire::GetCalendarResponse {
            calendar: Some(wire::Calendar {
                id: id.to_string(),
                version: version.0,
                calendar_version: count_to_wire(calendar_version.version),
                definition: Some(definition_to_wire(definition)),
            }),
        }))
    }

    async fn compute_due(
        &self,
        request: Request<wire::ComputeDueRequest>,
    ) -> Result<Response<wire::ComputeDueResponse>, Status> {
        let question = asked(|fields| question(fields, request.get_ref()))?;
        let state = self
            .commands
            .get::<Calendar, _>(&request, question.calendar);
        let (state, _) = state.await?;
        let (version, _) = latest(question.calendar, &state)?;
        let calendar = state
            .walkable(version)
            .map_err(|refusal| errors::refused(&refusal))?;
        let Question {
            start,
            span,
            pauses,
            ..
        } = question;
        let due_at = due(start, span, &calendar, &pauses);
        let year = jiff::SignedDuration::from_hours(366 * 24);
        let end = due_at.or_else(|| start.checked_add(year).ok());
        let end = end.unwrap_or(Timestamp::MAX);
        let taken = stretches(start, end, &calendar, &pauses).take(MAX_STRETCHES);
        Ok(Response::new(wire::ComputeDueResponse {
            due_at: due_at.map(instant_to_wire),
            stretches: taken.map(stretch_to_wire).collect(),
            calendar_version: count_to_wire(version.version),
        }))
    }
}

command!(wire::DefineCalendarRequest => wire::DefineCalendarResponse, Calendar,
|request, fields| {
    let id = fields.new_id("calendar_id", &request.calendar_id);
    let definition = definition(fields, &request.definition.unwrap_or_default());
    Some((id?, Command::Define(definition?)))
});

/// What is to be computed.
struct Question {
    calendar: Uuid,
    start: Timestamp,
    span: jiff::SignedDuration,
    pauses: Pauses,
}

fn question(fields: &mut Fields, asked: &wire::ComputeDueRequest) -> Option<Question> {
    let calendar = fields.id("calendar_id", &asked.calendar_id);
    let start = fields.instant("start", asked.start.as_ref());
    let span = target_span(fields, "span", asked.span.as_ref());
    let pauses = each(fields, "pauses", &asked.pauses, MAX_STRETCHES, pause);
    Some(Question {
        calendar: calendar?,
        start: start?,
        span: span?,
        pauses: Pauses::of(pauses?),
    })
}

fn pause(fields: &mut Fields, path: &str, given: &wire::Stretch) -> Option<Pause> {
    let from = fields.instant(&format!("{path}.from"), given.from.as_ref());
    let until = fields.optional_instant(&format!("{path}.until"), given.until.as_ref());
    let (from, until) = (from?, until?);
    if until.is_some_and(|until| until < from) {
        fields.bad(format!("{path}.until"), "must not be before it begins");
        return None;
    }
    Some(Pause { from, until })
}

fn latest(id: Uuid, state: &Versions) -> Result<(CalendarVersion, &CalendarDefinition), Status> {
    let none = || errors::refused(&guanxi_decider::Refusal::not_found("calendar", id));
    let (version, definition) = state.latest().ok_or_else(none)?;
    let id = id.into();
    Ok((CalendarVersion { id, version }, definition))
}

fn definition(fields: &mut Fields, given: &wire::CalendarDefinition) -> Option<CalendarDefinition> {
    let name = fields.text("definition.name", &given.name, 1, 100);
    let zone = fields.text("definition.time_zone", &given.time_zone, 1, 64);
    let mut day = |name: &str, given| hours(fields, &format!("definition.{name}"), given);
    let (monday, tuesday) = (day("monday", &given.monday), day("tuesday", &given.tuesday));
    let wednesday = day("wednesday", &given.wednesday);
    let (thursday, friday) = (
        day("thursday", &given.thursday),
        day("friday", &given.friday),
    );
    let (saturday, sunday) = (
        day("saturday", &given.saturday),
        day("sunday", &given.sunday),
    );
    let path = "definition.holidays";
    let holidays = each(fields, path, &given.holidays, MAX_HOLIDAYS, holiday);
    let path = "definition.special_days";
    let special_days = each(
        fields,
        path,
        &given.special_days,
        MAX_SPECIAL_DAYS,
        special_day,
    );
    Some(CalendarDefinition {
        name: name?,
        zone: zone?,
        week: Week {
            monday: monday?,
            tuesday: tuesday?,
            wednesday: wednesday?,
            thursday: thursday?,
            friday: friday?,
            saturday: saturday?,
            sunday: sunday?,
        },
        holidays: holidays?,
        special_days: special_days?,
    })
}

fn holiday(fields: &mut Fields, path: &str, given: &wire::CalendarHoliday) -> Option<Holiday> {
    let date = fields.date(&format!("{path}.date"), given.date.as_ref());
    let name = fields.optional_text(&format!("{path}.name"), &given.name, MAX_NAME);
    Some(Holiday {
        date: date?,
        name: name?.unwrap_or_default(),
    })
}

fn special_day(fields: &mut Fields, path: &str, given: &wire::SpecialDay) -> Option<SpecialDay> {
    let date = fields.date(&format!("{path}.date"), given.date.as_ref());
    let name = fields.optional_text(&format!("{path}.name"), &given.name, MAX_NAME);
    let hours = hours(fields, &format!("{path}.hours"), &given.hours);
    Some(SpecialDay {
        date: date?,
        name: name?.unwrap_or_default(),
        hours: hours?,
    })
}

fn definition_to_wire(definition: &CalendarDefinition) -> wire::CalendarDefinition {
    let week = &definition.week;
    let holidays = definition.holidays.iter().map(|day| wire::CalendarHoliday {
        date: Some(date_to_wire(day.date)),
        name: day.name.clone(),
    });
    let special_days = definition.special_days.iter().map(|day| wire::SpecialDay {
        date: Some(date_to_wire(day.date)),
        name: day.name.clone(),
        hours: hours_to_wire(&day.hours),
    });
    wire::CalendarDefinition {
        name: definition.name.clone(),
        time_zone: definition.zone.clone(),
        monday: hours_to_wire(&week.monday),
        tuesday: hours_to_wire(&week.tuesday),
        wednesday: hours_to_wire(&week.wednesday),
        thursday: hours_to_wire(&week.thursday),
        friday: hours_to_wire(&week.friday),
        saturday: hours_to_wire(&week.saturday),
        sunday: hours_to_wire(&week.sunday),
        holidays: holidays.collect(),
        special_days: special_days.collect(),
    }
}

fn stretch_to_wire((from, until): (Timestamp, Timestamp)) -> wire::Stretch {
    wire::Stretch {
        from: Some(instant_to_wire(from)),
        until: Some(instant_to_wire(until)),
    }
}
