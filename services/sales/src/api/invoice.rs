//! `InvoiceService`.

use guanxi_proto::sales::v1::{
    self as wire,
    invoice_service_server::{InvoiceService, InvoiceServiceServer},
};
use guanxi_runtime::Commands;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{asked, found};
use crate::domain::invoice::Invoice;

mod answers;
mod requests;

/// `InvoiceService` on the service's commands.
struct Invoices {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> InvoiceServiceServer<impl InvoiceService> {
    InvoiceServiceServer::new(Invoices { commands })
}

#[tonic::async_trait]
impl InvoiceService for Invoices {
    async fn request_invoice(
        &self,
        request: Request<wire::RequestInvoiceRequest>,
    ) -> Result<Response<wire::RequestInvoiceResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn issue_invoice(
        &self,
        request: Request<wire::IssueInvoiceRequest>,
    ) -> Result<Response<wire::IssueInvoiceResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn withdraw_invoice(
        &self,
        request: Request<wire::WithdrawInvoiceRequest>,
    ) -> Result<Response<wire::WithdrawInvoiceResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn mail_invoice(
        &self,
        request: Request<wire::MailInvoiceRequest>,
    ) -> Result<Response<wire::MailInvoiceResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn confirm_invoice_delivery(
        &self,
        request: Request<wire::ConfirmInvoiceDeliveryRequest>,
    ) -> Result<Response<wire::ConfirmInvoiceDeliveryResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn void_invoice(
        &self,
        request: Request<wire::VoidInvoiceRequest>,
    ) -> Result<Response<wire::VoidInvoiceResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_invoice(
        &self,
        request: Request<wire::GetInvoiceRequest>,
    ) -> Result<Response<wire::GetInvoiceResponse>, Status> {
        let asked_for = &request.get_ref().invoice_id;
        let id: Uuid = asked(|fields| fields.id("invoice_id", asked_for))?;
        let (state, version) = self.commands.get::<Invoice, _>(&request, id).await?;
        let bill = found("invoice", id, &state)?;
        Ok(Response::new(wire::GetInvoiceResponse {
            invoice: Some(answers::to_wire(id, version.0, bill)),
        }))
    }
}
