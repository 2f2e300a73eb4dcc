//! `MemberService`.

use guanxi_decider::Refusal;
use guanxi_events::loyalty::ProgramId;
use guanxi_proto::loyalty::v1::{
    self as wire,
    member_service_server::{MemberService, MemberServiceServer},
};
use guanxi_runtime::{Commands, asked, errors, found};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::find;
use crate::domain::member::Member;

mod answers;
mod requests;
#[cfg(test)]
mod tests;

pub(super) use answers::{status as status_to_wire, status_from_wire};
pub(super) use requests::email;

/// `MemberService` on the service's commands.
struct Members {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> MemberServiceServer<impl MemberService> {
    MemberServiceServer::new(Members { commands })
}

#[tonic::async_trait]
impl MemberService for Members {
    async fn enrol_member(
        &self,
        request: Request<wire::EnrolMemberRequest>,
    ) -> Result<Response<wire::EnrolMemberResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn activate_member(
        &self,
        request: Request<wire::ActivateMemberRequest>,
    ) -> Result<Response<wire::ActivateMemberResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn freeze_member(
        &self,
        request: Request<wire::FreezeMemberRequest>,
    ) -> Result<Response<wire::FreezeMemberResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn unfreeze_member(
        &self,
        request: Request<wire::UnfreezeMemberRequest>,
    ) -> Result<Response<wire::UnfreezeMemberResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn close_member(
        &self,
        request: Request<wire::CloseMemberRequest>,
    ) -> Result<Response<wire::CloseMemberResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn change_contact_keys(
        &self,
        request: Request<wire::ChangeContactKeysRequest>,
    ) -> Result<Response<wire::ChangeContactKeysResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn add_card(
        &self,
        request: Request<wire::AddCardRequest>,
    ) -> Result<Response<wire::AddCardResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn set_tier(
        &self,
        request: Request<wire::SetTierRequest>,
    ) -> Result<Response<wire::SetTierResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn review_tier(
        &self,
        request: Request<wire::ReviewTierRequest>,
    ) -> Result<Response<wire::ReviewTierResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_member(
        &self,
        request: Request<wire::GetMemberRequest>,
    ) -> Result<Response<wire::GetMemberResponse>, Status> {
        let id: Uuid = asked(|fields| fields.id("member_id", &request.get_ref().member_id))?;
        let (state, version) = self.commands.get::<Member, _>(&request, id).await?;
        let member = found("member", id, &state)?;
        Ok(Response::new(wire::GetMemberResponse {
            member: Some(answers::to_wire(version.0, member)),
        }))
    }

    async fn find_member(
        &self,
        request: Request<wire::FindMemberRequest>,
    ) -> Result<Response<wire::FindMemberResponse>, Status> {
        let (program, wanted) = asked(|fields| requests::wanted(fields, request.get_ref()))?;
        let found = find::member(&self.commands, &request, program, &wanted).await?;
        let found = found.ok_or_else(|| nobody(program))?;
        Ok(Response::new(answers::found(&found)))
    }
}

/// What was asked for is personal, so it is not repeated.
fn nobody(program: ProgramId) -> Status {
    errors::refused(&Refusal::not_found("such member of program", program))
}
