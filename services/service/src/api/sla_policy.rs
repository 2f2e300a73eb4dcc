//! `SlaPolicyService`.

use std::collections::BTreeMap;

use guanxi_events::service::{
    Channel, Priority, SLA_POLICIES, SlaClock, SlaCondition, SlaPolicy, SlaTarget, SlaTargets,
    TicketKind,
};
use guanxi_proto::service::v1::{
    self as wire,
    sla_policy_service_server::{SlaPolicyService, SlaPolicyServiceServer},
};
use guanxi_runtime::{Commands, Fields, command, count_to_wire, each, span_to_wire};
use tonic::{Request, Response, Status};

use super::{
    channel_to_wire, kind_to_wire, optional_channel, optional_kind, optional_priority,
    priority_to_wire, target_span,
};
use crate::domain::sla_policy::{Command, Policies, SlaPolicies};

#[cfg(test)]
mod tests;

/// There are at most this many policies.
const MAX_POLICIES: usize = 20;
/// A condition's list has at most this many values.
const MAX_VALUES: usize = 100;
/// A target has at most this many warnings.
const MAX_WARNINGS: usize = 10;

/// `SlaPolicyService` on the service's commands.
struct SlaPolicyRpcs {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> SlaPolicyServiceServer<impl SlaPolicyService> {
    SlaPolicyServiceServer::new(SlaPolicyRpcs { commands })
}

#[tonic::async_trait]
impl SlaPolicyService for SlaPolicyRpcs {
    async fn set_sla_policies(
        &self,
        request: Request<wire::SetSlaPoliciesRequest>,
    ) -> Result<Response<wire::SetSlaPoliciesResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_sla_policies(
        &self,
        request: Request<wire::GetSlaPoliciesRequest>,
    ) -> Result<Response<wire::GetSlaPoliciesResponse>, Status> {
        let get = self.commands.get::<SlaPolicies, _>(&request, SLA_POLICIES);
        let (policies, version) = get.await?;
        Ok(Response::new(wire::GetSlaPoliciesResponse {
            policies: Some(to_wire(version.0, &policies)),
        }))
    }
}

command!(wire::SetSlaPoliciesRequest => wire::SetSlaPoliciesResponse, SlaPolicies,
|request, fields| {
    let policies = each(fields, "policies", &request.policies, MAX_POLICIES, policy);
    Some((SLA_POLICIES, Command::Set(policies?)))
});

fn policy(fields: &mut Fields, path: &str, given: &wire::SlaPolicy) -> Option<SlaPolicy> {
    let key = fields.text(&format!("{path}.key"), &given.key, 1, 64);
    let name = fields.text(&format!("{path}.name"), &given.name, 1, 100);
    let wanted = given.condition.clone().unwrap_or_default();
    let condition = condition(fields, &format!("{path}.condition"), &wanted);
    let calendar = fields.id(&format!("{path}.calendar_id"), &given.calendar_id);
    let targets_path = format!("{path}.targets");
    let most = Priority::ALL.len();
    let read = each(
        fields,
        &targets_path,
        &given.targets,
        most,
        priority_targets,
    )?;
    let named = read.len();
    let targets: BTreeMap<_, _> = read.into_iter().collect();
    if targets.len() < named {
        fields.bad(targets_path, "names a priority twice");
        return None;
    }
    Some(SlaPolicy {
        key: key?,
        name: name?,
        condition: condition?,
        calendar: calendar?,
        targets,
    })
}

fn condition(fields: &mut Fields, path: &str, given: &wire::SlaCondition) -> Option<SlaCondition> {
    let list = format!("{path}.queue_ids");
    let queues = each(
        fields,
        &list,
        &given.queue_ids,
        MAX_VALUES,
        |fields, path, id| fields.id(path, id),
    );
    let list = format!("{path}.kinds");
    let kinds = each(
        fields,
        &list,
        &given.kinds,
        MAX_VALUES,
        |fields, path, kind| {
            let kind = optional_kind(fields, path, *kind)?;
            named(fields, path, kind)
        },
    );
    let list = format!("{path}.channels");
    let channels = each(
        fields,
        &list,
        &given.channels,
        MAX_VALUES,
        |fields, path, channel| {
            let channel = optional_channel(fields, path, *channel)?;
            named(fields, path, channel)
        },
    );
    let list = format!("{path}.customer_ids");
    let customers = each(
        fields,
        &list,
        &given.customer_ids,
        MAX_VALUES,
        |fields, path, id| fields.id(path, id),
    );
    Some(SlaCondition {
        queues: queues?.into_iter().collect(),
        kinds: kinds?.into_iter().collect(),
        channels: channels?.into_iter().collect(),
        customers: customers?.into_iter().collect(),
    })
}

fn priority_targets(
    fields: &mut Fields,
    path: &str,
    given: &wire::SlaPriorityTargets,
) -> Option<(Priority, SlaTargets)> {
    let field = format!("{path}.priority");
    let priority = optional_priority(fields, &field, given.priority)
        .and_then(|priority| named(fields, &field, priority));
    let clocks = [
        (
            SlaClock::FirstResponse,
            "first_response",
            &given.first_response,
        ),
        (
            SlaClock::NextResponse,
            "next_response",
            &given.next_response,
        ),
        (SlaClock::Resolution, "resolution", &given.resolution),
    ];
    let mut targets = Some(SlaTargets::new());
    for (clock, name, given) in clocks {
        let Some(given) = given else { continue };
        let target = target(fields, &format!("{path}.{name}"), given);
        targets = targets.zip(target).map(|(mut targets, target)| {
            targets.insert(clock, target);
            targets
        });
    }
    Some((priority?, targets?))
}

fn target(fields: &mut Fields, path: &str, given: &wire::SlaTarget) -> Option<SlaTarget> {
    let span = target_span(fields, &format!("{path}.span"), given.span.as_ref());
    let list = format!("{path}.warn_before");
    let warn_before = each(
        fields,
        &list,
        &given.warn_before,
        MAX_WARNINGS,
        |fields, path, span| target_span(fields, path, Some(span)),
    );
    let field = format!("{path}.escalate_after");
    let escalate_after = match &given.escalate_after {
        None => Some(None),
        after => target_span(fields, &field, after.as_ref()).map(Some),
    };
    Some(SlaTarget {
        span: span?,
        warn_before: warn_before?.into_iter().collect(),
        escalate_after: escalate_after?,
    })
}

/// A value that must be one of those known.
fn named<T>(fields: &mut Fields, field: &str, value: Option<T>) -> Option<T> {
    if value.is_none() {
        fields.bad(field, "must be one of the known values");
    }
    value
}

fn to_wire(version: i64, policies: &Policies) -> wire::SlaPolicies {
    wire::SlaPolicies {
        version,
        policies_version: count_to_wire(policies.version),
        policies: policies.list.iter().map(policy_to_wire).collect(),
    }
}

fn policy_to_wire(policy: &SlaPolicy) -> wire::SlaPolicy {
    let condition = &policy.condition;
    let channel = |channel: &Channel| channel_to_wire(*channel).into();
    let kind = |kind: &TicketKind| kind_to_wire(*kind).into();
    wire::SlaPolicy {
        key: policy.key.clone(),
        name: policy.name.clone(),
        condition: Some(wire::SlaCondition {
            queue_ids: condition.queues.iter().map(ToString::to_string).collect(),
            kinds: condition.kinds.iter().map(kind).collect(),
            channels: condition.channels.iter().map(channel).collect(),
            customer_ids: condition
                .customers
                .iter()
                .map(ToString::to_string)
                .collect(),
        }),
        calendar_id: policy.calendar.to_string(),
        targets: policy.targets.iter().map(targets_to_wire).collect(),
    }
}

fn targets_to_wire((priority, targets): (&Priority, &SlaTargets)) -> wire::SlaPriorityTargets {
    let target = |clock| targets.get(&clock).map(target_to_wire);
    wire::SlaPriorityTargets {
        priority: priority_to_wire(*priority).into(),
        first_response: target(SlaClock::FirstResponse),
        next_response: target(SlaClock::NextResponse),
        resolution: target(SlaClock::Resolution),
    }
}

fn target_to_wire(target: &SlaTarget) -> wire::SlaTarget {
    wire::SlaTarget {
        span: Some(span_to_wire(target.span)),
        warn_before: target
            .warn_before
            .iter()
            .map(|before| span_to_wire(*before))
            .collect(),
        escalate_after: target.escalate_after.map(span_to_wire),
    }
}
