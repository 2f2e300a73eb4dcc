//! Requests about how long tickets may take, each with a fresh command id.

use guanxi_proto::service::v1::{
    CalendarDefinition, DefineCalendarRequest, Priority, SetSlaPoliciesRequest, SlaPolicy,
    SlaPriorityTargets, SlaTarget, WorkingHours,
};

use super::header;

/// A calendar that is open on Mondays.
pub fn calendar(name: &str) -> DefineCalendarRequest {
    DefineCalendarRequest {
        header: header(),
        calendar_id: String::new(),
        definition: Some(CalendarDefinition {
            name: name.to_owned(),
            time_zone: "Asia/Shanghai".to_owned(),
            monday: vec![WorkingHours {
                from: "09:00".to_owned(),
                until: "18:00".to_owned(),
            }],
            ..CalendarDefinition::default()
        }),
    }
}

/// One policy: medium tickets are resolved within two hours of a calendar.
pub fn policies(calendar_id: &str, name: &str) -> SetSlaPoliciesRequest {
    let two_hours = prost_types::Duration {
        seconds: 7200,
        nanos: 0,
    };
    SetSlaPoliciesRequest {
        header: header(),
        policies: vec![SlaPolicy {
            key: "standard".to_owned(),
            name: name.to_owned(),
            condition: None,
            calendar_id: calendar_id.to_owned(),
            targets: vec![SlaPriorityTargets {
                priority: Priority::Medium.into(),
                resolution: Some(SlaTarget {
                    span: Some(two_hours),
                    ..SlaTarget::default()
                }),
                ..SlaPriorityTargets::default()
            }],
        }],
    }
}
