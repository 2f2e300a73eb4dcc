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

/// A calendar that is always open.
pub fn around_the_clock(name: &str) -> DefineCalendarRequest {
    let all_day = vec![WorkingHours {
        from: "00:00".to_owned(),
        until: "24:00".to_owned(),
    }];
    let mut calendar = calendar(name);
    if let Some(definition) = &mut calendar.definition {
        for day in [
            &mut definition.monday,
            &mut definition.tuesday,
            &mut definition.wednesday,
            &mut definition.thursday,
            &mut definition.friday,
            &mut definition.saturday,
            &mut definition.sunday,
        ] {
            day.clone_from(&all_day);
        }
    }
    calendar
}

/// One policy of a few seconds, so that tickets are warned about, late and escalated while people
/// work.
pub fn hasty_policies(calendar_id: &str, name: &str) -> SetSlaPoliciesRequest {
    let seconds = |seconds| prost_types::Duration { seconds, nanos: 0 };
    let target = |span| SlaTarget {
        span: Some(seconds(span)),
        warn_before: vec![seconds(1)],
        escalate_after: Some(seconds(3)),
    };
    let mut policies = policies(calendar_id, name);
    for policy in &mut policies.policies {
        for targets in &mut policy.targets {
            targets.first_response = Some(target(4));
            targets.next_response = Some(target(3));
            targets.resolution = Some(target(8));
        }
    }
    policies
}
