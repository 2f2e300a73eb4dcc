//! `OpportunityService`.

use guanxi_proto::sales::v1::{
    self as wire,
    opportunity_service_server::{OpportunityService, OpportunityServiceServer},
};
use guanxi_runtime::{Commands, command};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{
    asked, each, found,
    opportunity_parts::{details, line, optional_stage, patch, to_wire},
    optional_amount,
};
use crate::domain::{
    limits,
    opportunity::{Command, MAX_LINES, Open, Opportunity},
};

/// `OpportunityService` on the service's commands.
struct Opportunities {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> OpportunityServiceServer<impl OpportunityService> {
    OpportunityServiceServer::new(Opportunities { commands })
}

#[tonic::async_trait]
impl OpportunityService for Opportunities {
    async fn open_opportunity(
        &self,
        request: Request<wire::OpenOpportunityRequest>,
    ) -> Result<Response<wire::OpenOpportunityResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn change_opportunity(
        &self,
        request: Request<wire::ChangeOpportunityRequest>,
    ) -> Result<Response<wire::ChangeOpportunityResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn move_opportunity(
        &self,
        request: Request<wire::MoveOpportunityRequest>,
    ) -> Result<Response<wire::MoveOpportunityResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn assign_opportunity(
        &self,
        request: Request<wire::AssignOpportunityRequest>,
    ) -> Result<Response<wire::AssignOpportunityResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn set_opportunity_lines(
        &self,
        request: Request<wire::SetOpportunityLinesRequest>,
    ) -> Result<Response<wire::SetOpportunityLinesResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn win_opportunity(
        &self,
        request: Request<wire::WinOpportunityRequest>,
    ) -> Result<Response<wire::WinOpportunityResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn lose_opportunity(
        &self,
        request: Request<wire::LoseOpportunityRequest>,
    ) -> Result<Response<wire::LoseOpportunityResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn reopen_opportunity(
        &self,
        request: Request<wire::ReopenOpportunityRequest>,
    ) -> Result<Response<wire::ReopenOpportunityResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_opportunity(
        &self,
        request: Request<wire::GetOpportunityRequest>,
    ) -> Result<Response<wire::GetOpportunityResponse>, Status> {
        let asked_for = &request.get_ref().opportunity_id;
        let id: Uuid = asked(|fields| fields.id("opportunity_id", asked_for))?;
        let (state, version) = self.commands.get::<Opportunity, _>(&request, id).await?;
        let deal = found("opportunity", id, &state)?;
        Ok(Response::new(wire::GetOpportunityResponse {
            opportunity: Some(to_wire(id, version.0, deal)),
        }))
    }
}

command!(wire::OpenOpportunityRequest => wire::OpenOpportunityResponse, Opportunity,
|request, fields| {
    let id = fields.new_id("opportunity_id", &request.opportunity_id);
    let pipeline = fields.id("pipeline_id", &request.pipeline_id);
    let stage = optional_stage(fields, &request.stage);
    let details = details(fields, &request.details.unwrap_or_default());
    let owner = fields.optional_person("owner", &request.owner);
    let team = fields.optional_text("team", &request.team, 100);
    let lines = each(fields, "lines", &request.lines, MAX_LINES, line);
    let open = Open {
        pipeline: pipeline?,
        stage: stage?,
        details: details?,
        owner: owner?,
        team: team?,
        lines: lines?,
    };
    Some((id?, Command::Open(Box::new(open))))
});

command!(wire::ChangeOpportunityRequest => wire::ChangeOpportunityResponse, Opportunity,
|request, fields| {
    let id = fields.id("opportunity_id", &request.opportunity_id);
    let mask = request.update_mask.unwrap_or_default();
    let patch = patch(fields, &request.details.unwrap_or_default(), &mask.paths);
    Some((id?, Command::Change(Box::new(patch?))))
});

command!(wire::MoveOpportunityRequest => wire::MoveOpportunityResponse, Opportunity,
|request, fields| {
    let id = fields.id("opportunity_id", &request.opportunity_id);
    let stage = fields.parsed("stage", &request.stage);
    Some((id?, Command::Move { stage: stage? }))
});

command!(wire::AssignOpportunityRequest => wire::AssignOpportunityResponse, Opportunity,
|request, fields| {
    let id = fields.id("opportunity_id", &request.opportunity_id);
    if request.owner.is_none() && request.team.is_none() {
        fields.bad("owner", "set the owner, the team or both");
    }
    let owner = match &request.owner {
        Some(owner) => fields.person("owner", owner).map(Some),
        None => Some(None),
    };
    let team = match &request.team {
        Some(team) => fields.optional_text("team", team, 100).map(Some),
        None => Some(None),
    };
    Some((id?, Command::Assign { owner: owner?, team: team? }))
});

command!(wire::SetOpportunityLinesRequest => wire::SetOpportunityLinesResponse, Opportunity,
|request, fields| {
    let id = fields.id("opportunity_id", &request.opportunity_id);
    let lines = each(fields, "lines", &request.lines, MAX_LINES, line);
    Some((id?, Command::SetLines(lines?)))
});

command!(wire::WinOpportunityRequest => wire::WinOpportunityResponse, Opportunity,
|request, fields| {
    let id = fields.id("opportunity_id", &request.opportunity_id);
    let amount = optional_amount(fields, "amount", request.amount.as_ref(), limits::AMOUNT);
    let reason = fields.text("reason", &request.reason, 1, 500);
    Some((id?, Command::Win { amount: amount?, reason: reason? }))
});

command!(wire::LoseOpportunityRequest => wire::LoseOpportunityResponse, Opportunity,
|request, fields| {
    let id = fields.id("opportunity_id", &request.opportunity_id);
    let reason = fields.text("reason", &request.reason, 1, 500);
    Some((id?, Command::Lose { reason: reason? }))
});

command!(wire::ReopenOpportunityRequest => wire::ReopenOpportunityResponse, Opportunity,
|request, fields| {
    let id = fields.id("opportunity_id", &request.opportunity_id);
    let stage = optional_stage(fields, &request.stage);
    let reason = fields.text("reason", &request.reason, 1, 500);
    Some((id?, Command::Reopen { stage: stage?, reason: reason? }))
});

#[cfg(test)]
mod tests;
