//! `OrderService`.

use guanxi_proto::sales::v1::{
    self as wire,
    order_service_server::{OrderService, OrderServiceServer},
};
use guanxi_runtime::Commands;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{asked, found};
use crate::domain::order::Order;

mod answers;
mod requests;
#[cfg(test)]
mod tests;

/// `OrderService` on the service's commands.
struct Orders {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> OrderServiceServer<impl OrderService> {
    OrderServiceServer::new(Orders { commands })
}

#[tonic::async_trait]
impl OrderService for Orders {
    async fn place_order(
        &self,
        request: Request<wire::PlaceOrderRequest>,
    ) -> Result<Response<wire::PlaceOrderResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn change_order_lines(
        &self,
        request: Request<wire::ChangeOrderLinesRequest>,
    ) -> Result<Response<wire::ChangeOrderLinesResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn confirm_order(
        &self,
        request: Request<wire::ConfirmOrderRequest>,
    ) -> Result<Response<wire::ConfirmOrderResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn hold_order(
        &self,
        request: Request<wire::HoldOrderRequest>,
    ) -> Result<Response<wire::HoldOrderResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn release_order(
        &self,
        request: Request<wire::ReleaseOrderRequest>,
    ) -> Result<Response<wire::ReleaseOrderResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn deliver_order(
        &self,
        request: Request<wire::DeliverOrderRequest>,
    ) -> Result<Response<wire::DeliverOrderResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn cancel_rest(
        &self,
        request: Request<wire::CancelRestRequest>,
    ) -> Result<Response<wire::CancelRestResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn reopen_order(
        &self,
        request: Request<wire::ReopenOrderRequest>,
    ) -> Result<Response<wire::ReopenOrderResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_order(
        &self,
        request: Request<wire::GetOrderRequest>,
    ) -> Result<Response<wire::GetOrderResponse>, Status> {
        let id: Uuid = asked(|fields| fields.id("order_id", &request.get_ref().order_id))?;
        let (state, version) = self.commands.get::<Order, _>(&request, id).await?;
        let sale = found("order", id, &state)?;
        Ok(Response::new(wire::GetOrderResponse {
            order: Some(answers::to_wire(id, version.0, sale)),
        }))
    }
}
