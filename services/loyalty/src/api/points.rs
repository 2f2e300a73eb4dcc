//! `PointsService`.

use guanxi_events::StreamVersion;
use guanxi_proto::loyalty::v1::{
    self as wire,
    points_service_server::{PointsService, PointsServiceServer},
};
use guanxi_runtime::{Commands, asked, errors, found};
use jiff::Timestamp;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::domain::{
    member::Member,
    points::{PointsAccount, book::Book},
    points_batch::PointsBatch,
};

mod answers;
mod requests;

/// `PointsService` on the service's commands.
struct Points {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> PointsServiceServer<impl PointsService> {
    PointsServiceServer::new(Points { commands })
}

#[tonic::async_trait]
impl PointsService for Points {
    async fn adjust_points(
        &self,
        request: Request<wire::AdjustPointsRequest>,
    ) -> Result<Response<wire::AdjustPointsResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn approve_adjustment(
        &self,
        request: Request<wire::ApproveAdjustmentRequest>,
    ) -> Result<Response<wire::ApproveAdjustmentResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn reject_adjustment(
        &self,
        request: Request<wire::RejectAdjustmentRequest>,
    ) -> Result<Response<wire::RejectAdjustmentResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn transfer_points(
        &self,
        request: Request<wire::TransferPointsRequest>,
    ) -> Result<Response<wire::TransferPointsResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn accrue_points(
        &self,
        request: Request<wire::AccruePointsRequest>,
    ) -> Result<Response<wire::AccruePointsResponse>, Status> {
        self.commands.execute(request).await
    }

    /// The receipt is the command's; what was refused stands in the batch, which never changes, so a
    /// repeated command reads the same.
    async fn book_points_history(
        &self,
        request: Request<wire::BookPointsHistoryRequest>,
    ) -> Result<Response<wire::BookPointsHistoryResponse>, Status> {
        let mut again = Request::new(());
        *again.metadata_mut() = request.metadata().clone();
        *again.extensions_mut() = request.extensions().clone();
        let batch = request.get_ref().batch_id.clone();
        let mut answer = self.commands.execute(request).await?;
        let id: Uuid = asked(|fields| fields.id("batch_id", &batch))?;
        let (state, _) = self.commands.get::<PointsBatch, _>(&again, id).await?;
        let Some(booked) = state.as_ref() else {
            return Err(errors::internal("a batch that was booked is not there"));
        };
        answers::booked(answer.get_mut(), booked);
        Ok(answer)
    }

    async fn get_points_account(
        &self,
        request: Request<wire::GetPointsAccountRequest>,
    ) -> Result<Response<wire::GetPointsAccountResponse>, Status> {
        let id: Uuid = asked(|fields| fields.id("member_id", &request.get_ref().member_id))?;
        let (ledger, version) = self.commands.get::<PointsAccount, _>(&request, id).await?;
        if version == StreamVersion::NONE {
            let (member, _) = self.commands.get::<Member, _>(&request, id).await?;
            found("member", id, &member)?;
        }
        let now = Timestamp::now();
        // What is due and was not written yet counts as having happened.
        let ledger = if ledger.is_held(now) {
            ledger.as_ref().clone()
        } else {
            Book::open(&ledger, now).ledger().clone()
        };
        Ok(Response::new(wire::GetPointsAccountResponse {
            account: Some(answers::account(id, version.0, &ledger)),
        }))
    }
}
