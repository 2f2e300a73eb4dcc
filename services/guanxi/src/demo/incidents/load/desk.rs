//! Who calls, who works where, and what is promised.

use anyhow::Context;
use guanxi_proto::{
    customers::v1::{
        CustomerKind, CustomerProfile, RegisterCustomerRequest,
        customer_service_client::CustomerServiceClient,
    },
    service::v1::{
        AssignmentStrategy, CalendarDefinition, DefineCalendarRequest, OpenQueueRequest,
        QueueMember, QueueSettings, SetSlaPoliciesRequest, SlaPolicy, SlaPriorityTargets,
        SlaTarget, WorkingHours, calendar_service_client::CalendarServiceClient,
        queue_service_client::QueueServiceClient,
        sla_policy_service_client::SlaPolicyServiceClient,
    },
};
use guanxi_runtime::Token;

use super::{Loading, queue};
use crate::demo::{
    incidents::promises::{CLOSES, OPENS, PROMISES},
    load::{abreast, bar, finish, token},
};

/// The commands that say what is promised: the calendar and the policy.
pub(super) const RULES: u64 = 2;

/// The file says of no incident that it may not be reopened: for ten years each may.
const REOPEN_DAYS: i32 = 3_650;

/// Registers who calls.
pub(super) async fn callers(loading: &Loading<'_>) -> anyhow::Result<Option<Token>> {
    let bar = bar("callers", loading.story.callers.len() as u64);
    let client = CustomerServiceClient::new(loading.caller.customers.clone());
    let registered = abreast(&loading.story.callers, &bar, async |name: &String| {
        let id = loading.customer(name);
        let message = RegisterCustomerRequest {
            header: loading.header(id, "register", loading.opening())?,
            customer_id: id.to_string(),
            profile: Some(CustomerProfile {
                kind: CustomerKind::Person.into(),
                name: name.clone(),
                ..CustomerProfile::default()
            }),
            ..RegisterCustomerRequest::default()
        };
        let call = async |request| client.clone().register_customer(request).await;
        let answer = loading.caller.send(message, call).await;
        let receipt = answer.with_context(|| format!("register {name}"))?.receipt;
        Ok((token(receipt), 1))
    })
    .await?;
    finish(&bar)?;
    Ok(registered)
}

/// Defines the working hours and what is promised within them.
pub(super) async fn rules(loading: &Loading<'_>) -> anyhow::Result<()> {
    let calendar = loading.ids.of_thing("calendar", "desk");
    let hours = || {
        let at = |hour: i8| format!("{hour:02}:00");
        vec![WorkingHours {
            from: at(OPENS),
            until: at(CLOSES),
        }]
    };
    let message = DefineCalendarRequest {
        header: loading.header(calendar, "define", loading.opening())?,
        calendar_id: calendar.to_string(),
        definition: Some(CalendarDefinition {
            name: "Service desk".to_owned(),
            time_zone: "UTC".to_owned(),
            monday: hours(),
            tuesday: hours(),
            wednesday: hours(),
            thursday: hours(),
            friday: hours(),
            ..CalendarDefinition::default()
        }),
    };
    let client = CalendarServiceClient::new(loading.caller.service.clone());
    let call = async |request| client.clone().define_calendar(request).await;
    loading.caller.send(message, call).await?;

    let target = |minutes: u32| {
        Some(SlaTarget {
            span: Some(prost_types::Duration {
                seconds: i64::from(minutes) * 60,
                nanos: 0,
            }),
            ..SlaTarget::default()
        })
    };
    let targets = PROMISES.iter().map(|promise| SlaPriorityTargets {
        priority: promise.priority.on_wire().into(),
        first_response: target(promise.answer),
        resolution: target(promise.resolution),
        ..SlaPriorityTargets::default()
    });
    let policy = loading.ids.of_thing("policies", "desk");
    let message = SetSlaPoliciesRequest {
        header: loading.header(policy, "set", loading.opening())?,
        policies: vec![SlaPolicy {
            key: "desk".to_owned(),
            name: "Service desk".to_owned(),
            calendar_id: calendar.to_string(),
            targets: targets.collect(),
            ..SlaPolicy::default()
        }],
    };
    let client = SlaPolicyServiceClient::new(loading.caller.service.clone());
    let call = async |request| client.clone().set_sla_policies(request).await;
    loading.caller.send(message, call).await?;
    Ok(())
}

/// Opens the queues with those who work in them.
pub(super) async fn queues(loading: &Loading<'_>) -> anyhow::Result<()> {
    let bar = bar("queues", loading.story.queues.len() as u64);
    let client = QueueServiceClient::new(loading.caller.service.clone());
    abreast(&loading.story.queues, &bar, async |(name, people)| {
        let id = queue(loading.ids, name);
        let shown = if name.is_empty() {
            "Service desk"
        } else {
            name
        };
        let message = OpenQueueRequest {
            header: loading.header(id, "open", loading.opening())?,
            queue_id: id.to_string(),
            settings: Some(QueueSettings {
                name: shown.to_owned(),
                strategy: AssignmentStrategy::ByHand.into(),
                reopen_days: REOPEN_DAYS,
                ..QueueSettings::default()
            }),
            members: people
                .iter()
                .map(|person| QueueMember {
                    person: Loading::person(person),
                    capacity: None,
                    available: true,
                })
                .collect(),
        };
        let call = async |request| client.clone().open_queue(request).await;
        let answer = loading.caller.send(message, call).await;
        let receipt = answer
            .with_context(|| format!("open queue {shown}"))?
            .receipt;
        Ok((token(receipt), 1))
    })
    .await?;
    finish(&bar)
}
