//! `CreditNoteService`.

use guanxi_proto::sales::v1::{
    self as wire,
    credit_note_service_server::{CreditNoteService, CreditNoteServiceServer},
};
use guanxi_runtime::Commands;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{asked, found};
use crate::domain::credit_note::CreditNote;

mod answers;
mod requests;

/// `CreditNoteService` on the service's commands.
struct CreditNotes {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> CreditNoteServiceServer<impl CreditNoteService> {
    CreditNoteServiceServer::new(CreditNotes { commands })
}

#[tonic::async_trait]
impl CreditNoteService for CreditNotes {
    async fn issue_credit_note(
        &self,
        request: Request<wire::IssueCreditNoteRequest>,
    ) -> Result<Response<wire::IssueCreditNoteResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn void_credit_note(
        &self,
        request: Request<wire::VoidCreditNoteRequest>,
    ) -> Result<Response<wire::VoidCreditNoteResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_credit_note(
        &self,
        request: Request<wire::GetCreditNoteRequest>,
    ) -> Result<Response<wire::GetCreditNoteResponse>, Status> {
        let asked_for = &request.get_ref().credit_note_id;
        let id: Uuid = asked(|fields| fields.id("credit_note_id", asked_for))?;
        let (state, version) = self.commands.get::<CreditNote, _>(&request, id).await?;
        let note = found("credit note", id, &state)?;
        Ok(Response::new(wire::GetCreditNoteResponse {
            credit_note: Some(answers::to_wire(id, version.0, note)),
        }))
    }
}
