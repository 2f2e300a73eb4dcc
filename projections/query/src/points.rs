//! `PointsService`: the read model `points` on the wire.

mod balances;
mod expiring;
mod liability;
mod lots;
mod places;
mod request;
mod statement;
mod wire;

use guanxi_events::Service;
use guanxi_points::queries::Reader;
use guanxi_proto::query::v1::{
    GetExpiringPointsRequest, GetExpiringPointsResponse, GetPointsBalancesRequest,
    GetPointsBalancesResponse, GetPointsLiabilityRequest, GetPointsLiabilityResponse,
    GetPointsStatementRequest, GetPointsStatementResponse, ListPointsLotsRequest,
    ListPointsLotsResponse, points_service_server::PointsService,
};
use tonic::{Request, Response, Status};

use crate::{Queries, after::Model, asked::Asked, queries::Snapshot, read_model::ReadModel};

/// Customers reach it as the loyalty service's copies of them, orders as what they earn.
const MODEL: Model = Model {
    name: "points",
    log: Service::Loyalty,
    through: &[Service::Customers, Service::Sales],
};

/// Answers the RPCs.
#[derive(Clone)]
pub(crate) struct Points(ReadModel);

impl Points {
    pub(crate) fn new(queries: Queries) -> Self {
        Self(ReadModel::new(queries, &MODEL))
    }
}

fn reader<'a>(snapshot: &'a Snapshot<'a>, asked: &'a Asked) -> Reader<'a> {
    Reader::new(&snapshot.transaction, &snapshot.build, &asked.tenant)
}

#[tonic::async_trait]
impl PointsService for Points {
    async fn get_points_balances(
        &self,
        request: Request<GetPointsBalancesRequest>,
    ) -> Result<Response<GetPointsBalancesResponse>, Status> {
        let asked = self.0.asked(&request)?;
        let answer = self.balances(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }

    async fn get_points_statement(
        &self,
        request: Request<GetPointsStatementRequest>,
    ) -> Result<Response<GetPointsStatementResponse>, Status> {
        let asked = self.0.asked(&request)?;
        let answer = self.statement(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }

    async fn list_points_lots(
        &self,
        request: Request<ListPointsLotsRequest>,
    ) -> Result<Response<ListPointsLotsResponse>, Status> {
        let asked = self.0.asked(&request)?;
        let answer = self.lots(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }

    async fn get_expiring_points(
        &self,
        request: Request<GetExpiringPointsRequest>,
    ) -> Result<Response<GetExpiringPointsResponse>, Status> {
        let asked = self.0.asked(&request)?;
        let answer = self.expiring(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }

    async fn get_points_liability(
        &self,
        request: Request<GetPointsLiabilityRequest>,
    ) -> Result<Response<GetPointsLiabilityResponse>, Status> {
        let asked = self.0.asked(&request)?;
        let answer = self.liability(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }
}
