//! Calendars on the wire and back.

use guanxi_runtime::CommandRequest;

use super::*;

fn span(from: &str, until: &str) -> wire::WorkingHours {
    wire::WorkingHours {
        from: from.into(),
        until: until.into(),
    }
}

fn request(definition: wire::CalendarDefinition) -> wire::DefineCalendarRequest {
    wire::DefineCalendarRequest {
        definition: Some(definition),
        ..Default::default()
    }
}

#[test]
fn a_calendar_comes_back_as_it_was_given() {
    let day = |day| {
        Some(guanxi_proto::google_type::Date {
            year: 2026,
            month: 10,
            day,
        })
    };
    let given = wire::CalendarDefinition {
        name: "Office 办公".into(),
        time_zone: "Asia/Shanghai".into(),
        monday: vec![span("09:00", "12:00"), span("13:00", "18:00")],
        sunday: vec![span("00:00", "24:00")],
        friday: vec![span("08:30:15", "16:00:01")],
        holidays: vec![wire::CalendarHoliday {
            date: day(1),
            name: "国庆节".into(),
        }],
        special_days: vec![wire::SpecialDay {
            date: day(10),
            name: "调休".into(),
            hours: vec![span("09:00", "18:00")],
        }],
        ..Default::default()
    };
    let mut fields = Fields::default();
    let (_, command) = request(given.clone()).parse(&mut fields).unwrap();
    let Command::Define(definition) = command;
    assert_eq!(definition_to_wire(&definition), given);
}

#[test]
fn every_bad_field_is_named() {
    let bad = wire::CalendarDefinition {
        monday: vec![span("9:00", "24:01"), span("09:00", "09:60")],
        tuesday: vec![span("00:00", "01:00"); 11],
        holidays: vec![wire::CalendarHoliday::default()],
        special_days: vec![wire::SpecialDay {
            hours: vec![span("", "noon")],
            ..Default::default()
        }],
        ..Default::default()
    };
    let mut fields = Fields::default();
    assert!(request(bad).parse(&mut fields).is_none());
    let violations = fields.finish().unwrap_err().violations;
    let named: Vec<_> = violations.iter().map(|v| v.field.as_str()).collect();
    assert_eq!(
        named,
        [
            "definition.name",
            "definition.time_zone",
            "definition.monday[0].from",
            "definition.monday[0].until",
            "definition.monday[1].until",
            "definition.tuesday",
            "definition.holidays[0].date",
            "definition.special_days[0].date",
            "definition.special_days[0].hours[0].from",
            "definition.special_days[0].hours[0].until",
        ]
    );
}
