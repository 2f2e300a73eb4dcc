//! The RPCs of the follow-up plans.

use std::collections::BTreeSet;

use guanxi_events::customers::{FollowUpId, FollowUpPlanned, InteractionField};
use guanxi_proto::customers::v1::{
    CancelFollowUpRequest, CancelFollowUpResponse, CompleteFollowUpRequest,
    CompleteFollowUpResponse, GetFollowUpRequest, GetFollowUpResponse, PlanFollowUpRequest,
    PlanFollowUpResponse, RescheduleFollowUpRequest, RescheduleFollowUpResponse,
    follow_up_service_server, {self as wire},
};
use guanxi_runtime::{Commands, Fields, command, errors, instant_to_wire};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{interaction, part, queried_id, text_of};
use crate::domain::{
    FollowUp,
    follow_up::{Command, Plan, State, Status as Became, Wanted},
};

command!(PlanFollowUpRequest => PlanFollowUpResponse, FollowUp, |request, fields| {
    let id: Option<Uuid> = fields.new_id("follow_up_id", &request.follow_up_id);
    let customer = fields.id("customer_id", &request.customer_id);
    let contact = fields.optional_id("contact_id", &request.contact_id);
    let kind = fields.choice("kind", request.kind, interaction::kind);
    let person = fields.optional_person("person", &request.person);
    let subject = fields.text("subject", &request.subject, 1, 200);
    let note = fields.optional_text("note", &request.note, 2000);
    let opportunity = fields.optional_id("opportunity_id", &request.opportunity_id);
    let wanted = wanted(fields, request.schedule.as_ref());
    Some((id?, Command::Plan(Box::new(Plan {
        customer: customer?,
        contact: contact?,
        kind: kind?,
        person: person?,
        subject: subject?,
        note: note?,
        opportunity: opportunity?,
        wanted: wanted?,
    }))))
});

command!(RescheduleFollowUpRequest => RescheduleFollowUpResponse, FollowUp, |request, fields| {
    let id: Option<Uuid> = fields.id("follow_up_id", &request.follow_up_id);
    let wanted = wanted(fields, request.schedule.as_ref());
    let reason = fields.optional_text("reason", &request.reason, 500);
    Some((id?, Command::Reschedule { wanted: wanted?, reason: reason? }))
});

command!(CompleteFollowUpRequest => CompleteFollowUpResponse, FollowUp, |request, fields| {
    let id: Option<Uuid> = fields.id("follow_up_id", &request.follow_up_id);
    let interaction = fields.new_id("interaction_id", &request.interaction_id);
    let given = part(fields, "details", request.details.as_ref());
    if given.is_some_and(|given| !given.customer_id.is_empty()) {
        fields.bad("details.customer_id", "is the plan's: leave it empty");
    }
    let mut meant: BTreeSet<_> = InteractionField::ALL.iter().copied().collect();
    meant.remove(&InteractionField::Customer);
    let account = given.and_then(|given| interaction::read_details(fields, given, &meant));
    let account = Box::new(account?);
    Some((id?, Command::Complete { interaction: interaction?, account }))
});

command!(CancelFollowUpRequest => CancelFollowUpResponse, FollowUp, |request, fields| {
    let id: Option<Uuid> = fields.id("follow_up_id", &request.follow_up_id);
    let reason = fields.text("reason", &request.reason, 1, 500);
    Some((id?, Command::Cancel { reason: reason? }))
});

fn wanted(fields: &mut Fields, given: Option<&wire::FollowUpSchedule>) -> Option<Wanted> {
    const FARTHEST_MINUTES: u32 = 366 * 24 * 60;
    let given = part(fields, "schedule", given)?;
    let planned_at = fields.instant("schedule.planned_at", given.planned_at.as_ref());
    if given.duration_minutes > interaction::LONGEST_MINUTES {
        let description = format!("must be at most {}", interaction::LONGEST_MINUTES);
        fields.bad("schedule.duration_minutes", description);
    }
    let reminders = &given.remind_before_minutes;
    let count = fields.count("schedule.remind_before_minutes", reminders.len(), 10);
    for (n, minutes) in reminders.iter().enumerate() {
        if *minutes > FARTHEST_MINUTES {
            let description = format!("must be at most {FARTHEST_MINUTES}");
            fields.bad(format!("schedule.remind_before_minutes[{n}]"), description);
        }
    }
    count?;
    Some(Wanted {
        planned_at: planned_at?,
        duration_minutes: given.duration_minutes,
        remind_before_minutes: reminders.iter().copied().collect(),
    })
}

/// [`follow_up_service_server::FollowUpService`] on the service's commands.
#[derive(Clone)]
pub struct FollowUpApi {
    /// What runs them.
    pub commands: Commands,
}

#[tonic::async_trait]
impl follow_up_service_server::FollowUpService for FollowUpApi {
    async fn plan_follow_up(
        &self,
        request: Request<PlanFollowUpRequest>,
    ) -> Result<Response<PlanFollowUpResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn reschedule_follow_up(
        &self,
        request: Request<RescheduleFollowUpRequest>,
    ) -> Result<Response<RescheduleFollowUpResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn complete_follow_up(
        &self,
        request: Request<CompleteFollowUpRequest>,
    ) -> Result<Response<CompleteFollowUpResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn cancel_follow_up(
        &self,
        request: Request<CancelFollowUpRequest>,
    ) -> Result<Response<CancelFollowUpResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_follow_up(
        &self,
        request: Request<GetFollowUpRequest>,
    ) -> Result<Response<GetFollowUpResponse>, Status> {
        let id = queried_id("follow_up_id", &request.get_ref().follow_up_id)?;
        let (state, version) = self.commands.get::<FollowUp, _>(&request, id).await?;
        let plan = state
            .existing(FollowUpId(id))
            .map_err(|refusal| errors::refused(&refusal))?;
        Ok(Response::new(GetFollowUpResponse {
            follow_up: Some(to_wire(id, version.0, &state, plan.clone())),
        }))
    }
}

fn to_wire(id: Uuid, version: i64, state: &State, plan: FollowUpPlanned) -> wire::FollowUp {
    let (status, interaction) = match state.status {
        Became::Open => (wire::FollowUpStatus::Open, None),
        Became::Done(interaction) => (wire::FollowUpStatus::Done, Some(interaction)),
        Became::Cancelled => (wire::FollowUpStatus::Cancelled, None),
    };
    // What is done or cancelled reminds no more.
    let to_come = state
        .pending
        .iter()
        .filter(|_| state.status == Became::Open);
    wire::FollowUp {
        id: id.to_string(),
        version,
        customer_id: plan.customer.to_string(),
        contact_id: text_of(plan.contact),
        kind: interaction::kind_to_wire(plan.kind).into(),
        person: plan.person.to_string(),
        planner: plan.planner.to_string(),
        subject: plan.subject,
        note: plan.note.unwrap_or_default(),
        opportunity_id: text_of(plan.opportunity),
        schedule: Some(wire::FollowUpSchedule {
            planned_at: Some(instant_to_wire(plan.schedule.planned_at)),
            duration_minutes: plan.schedule.duration_minutes,
            remind_before_minutes: plan.schedule.remind_before_minutes.into_iter().collect(),
        }),
        status: status.into(),
        overdue: state.overdue,
        interaction_id: text_of(interaction),
        reminders: to_come.map(|at| instant_to_wire(*at)).collect(),
    }
}
