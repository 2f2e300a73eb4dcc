//! `ReturnService`.

use guanxi_proto::sales::v1::{
    self as wire,
    return_service_server::{ReturnService, ReturnServiceServer},
};
use guanxi_runtime::Commands;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{asked, found};
use crate::domain::{order::Order, order_return::OrderReturn};

mod answers;
mod requests;
#[cfg(test)]
mod tests;

/// `ReturnService` on the service's commands.
struct Returns {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> ReturnServiceServer<impl ReturnService> {
    ReturnServiceServer::new(Returns { commands })
}

#[tonic::async_trait]
impl ReturnService for Returns {
    async fn request_return(
        &self,
        request: Request<wire::RequestReturnRequest>,
    ) -> Result<Response<wire::RequestReturnResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn approve_return(
        &self,
        request: Request<wire::ApproveReturnRequest>,
    ) -> Result<Response<wire::ApproveReturnResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn reject_return(
        &self,
        request: Request<wire::RejectReturnRequest>,
    ) -> Result<Response<wire::RejectReturnResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn withdraw_return(
        &self,
        request: Request<wire::WithdrawReturnRequest>,
    ) -> Result<Response<wire::WithdrawReturnResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn receive_return(
        &self,
        request: Request<wire::ReceiveReturnRequest>,
    ) -> Result<Response<wire::ReceiveReturnResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn close_return(
        &self,
        request: Request<wire::CloseReturnRequest>,
    ) -> Result<Response<wire::CloseReturnResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_return(
        &self,
        request: Request<wire::GetReturnRequest>,
    ) -> Result<Response<wire::GetReturnResponse>, Status> {
        let id: Uuid = asked(|fields| fields.id("return_id", &request.get_ref().return_id))?;
        let (state, version) = self.commands.get::<OrderReturn, _>(&request, id).await?;
        let returned = found("return", id, &state)?;
        let order = returned.order;
        let (sale, _) = self.commands.get::<Order, _>(&request, order.0).await?;
        let sale = found("order", order.0, &sale)?;
        Ok(Response::new(answers::to_wire(
            id, version.0, returned, sale,
        )))
    }
}
