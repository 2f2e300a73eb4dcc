//! `TicketService`.

use guanxi_events::service::TicketId;
use guanxi_proto::service::v1::{
    self as wire,
    ticket_service_server::{TicketService, TicketServiceServer},
};
use guanxi_runtime::{Commands, asked, found};
use tonic::{Request, Response, Status};

use crate::domain::ticket::Ticket;

mod answers;
mod parts;
mod requests;
mod sla;
#[cfg(test)]
mod tests;

/// `TicketService` on the service's commands.
struct Tickets {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> TicketServiceServer<impl TicketService> {
    TicketServiceServer::new(Tickets { commands })
}

#[tonic::async_trait]
impl TicketService for Tickets {
    async fn open_ticket(
        &self,
        request: Request<wire::OpenTicketRequest>,
    ) -> Result<Response<wire::OpenTicketResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn change_ticket(
        &self,
        request: Request<wire::ChangeTicketRequest>,
    ) -> Result<Response<wire::ChangeTicketResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn prioritize_ticket(
        &self,
        request: Request<wire::PrioritizeTicketRequest>,
    ) -> Result<Response<wire::PrioritizeTicketResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn assign_ticket(
        &self,
        request: Request<wire::AssignTicketRequest>,
    ) -> Result<Response<wire::AssignTicketResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn unassign_ticket(
        &self,
        request: Request<wire::UnassignTicketRequest>,
    ) -> Result<Response<wire::UnassignTicketResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn transfer_ticket(
        &self,
        request: Request<wire::TransferTicketRequest>,
    ) -> Result<Response<wire::TransferTicketResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn watch_ticket(
        &self,
        request: Request<wire::WatchTicketRequest>,
    ) -> Result<Response<wire::WatchTicketResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn reply_to_ticket(
        &self,
        request: Request<wire::ReplyToTicketRequest>,
    ) -> Result<Response<wire::ReplyToTicketResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn note_on_ticket(
        &self,
        request: Request<wire::NoteOnTicketRequest>,
    ) -> Result<Response<wire::NoteOnTicketResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn set_ticket_pending(
        &self,
        request: Request<wire::SetTicketPendingRequest>,
    ) -> Result<Response<wire::SetTicketPendingResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn resume_ticket(
        &self,
        request: Request<wire::ResumeTicketRequest>,
    ) -> Result<Response<wire::ResumeTicketResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn resolve_ticket(
        &self,
        request: Request<wire::ResolveTicketRequest>,
    ) -> Result<Response<wire::ResolveTicketResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn close_ticket(
        &self,
        request: Request<wire::CloseTicketRequest>,
    ) -> Result<Response<wire::CloseTicketResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn reopen_ticket(
        &self,
        request: Request<wire::ReopenTicketRequest>,
    ) -> Result<Response<wire::ReopenTicketResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn set_ticket_parent(
        &self,
        request: Request<wire::SetTicketParentRequest>,
    ) -> Result<Response<wire::SetTicketParentResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn link_tickets(
        &self,
        request: Request<wire::LinkTicketsRequest>,
    ) -> Result<Response<wire::LinkTicketsResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn unlink_tickets(
        &self,
        request: Request<wire::UnlinkTicketsRequest>,
    ) -> Result<Response<wire::UnlinkTicketsResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn merge_ticket(
        &self,
        request: Request<wire::MergeTicketRequest>,
    ) -> Result<Response<wire::MergeTicketResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn unmerge_ticket(
        &self,
        request: Request<wire::UnmergeTicketRequest>,
    ) -> Result<Response<wire::UnmergeTicketResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn end_ticket_replay(
        &self,
        request: Request<wire::EndTicketReplayRequest>,
    ) -> Result<Response<wire::EndTicketReplayResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_ticket(
        &self,
        request: Request<wire::GetTicketRequest>,
    ) -> Result<Response<wire::GetTicketResponse>, Status> {
        let id: TicketId = asked(|fields| fields.id("ticket_id", &request.get_ref().ticket_id))?;
        let (state, version) = self.commands.get::<Ticket, _>(&request, id.0).await?;
        let work = found("ticket", id.0, &state)?;
        Ok(Response::new(wire::GetTicketResponse {
            ticket: Some(answers::to_wire(id, version.0, work)),
        }))
    }
}
