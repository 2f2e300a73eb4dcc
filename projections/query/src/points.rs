//! `PointsService`: the read model `points` on the wire.

mod balances;
mod expiring;
mod liability;
mod lots;
mod places;
mod request;
mod statement;
mod wire;

use deadpool_postgres::Object;
use guanxi_decider::Home;
use guanxi_eventlog::Turn;
use guanxi_events::{Service, TenantId};
use guanxi_points::queries::Reader;
use guanxi_proto::query::v1::{
    GetExpiringPointsRequest, GetExpiringPointsResponse, GetPointsBalancesRequest,
    GetPointsBalancesResponse, GetPointsLiabilityRequest, GetPointsLiabilityResponse,
    GetPointsStatementRequest, GetPointsStatementResponse, ListPointsLotsRequest,
    ListPointsLotsResponse, points_service_server::PointsService,
};
use guanxi_runtime::{deadline, identity};
use tokio::time::Instant;
use tonic::{Request, Response, Status};

use crate::{Queries, after::Model, queries::Snapshot};

/// Customers reach it as the loyalty service's copies of them, orders as what they earn.
const MODEL: Model = Model {
    name: "points",
    log: Service::Loyalty,
    through: &[Service::Customers, Service::Sales],
};

/// Answers the RPCs.
#[derive(Clone)]
pub(crate) struct Points {
    queries: Queries,
}

/// Who asks, and until when an answer is of use.
struct Asked {
    tenant: TenantId,
    home: Home,
    deadline: Instant,
}

impl Asked {
    fn reader<'a>(&'a self, snapshot: &'a Snapshot<'a>) -> Reader<'a> {
        let Snapshot { transaction, build } = snapshot;
        Reader::new(transaction, build, &self.tenant)
    }
}

impl Points {
    pub(crate) fn new(queries: Queries) -> Self {
        Self { queries }
    }

    fn asked<T>(&self, request: &Request<T>) -> Result<Asked, Status> {
        let tenant = identity(request)?.tenant;
        Ok(Asked {
            home: self.queries.config.home(&tenant),
            deadline: deadline(request, &self.queries.config),
            tenant,
        })
    }

    /// A connection, once the model shows what the tokens stand for.
    async fn connection(&self, asked: &Asked, after: &[String]) -> Result<Turn, Status> {
        self.queries
            .after(&asked.tenant, &MODEL, after, asked.deadline)
            .await?;
        self.queries.connection(&asked.tenant).await
    }

    async fn snapshot<'a>(
        &self,
        asked: &Asked,
        connection: &'a mut Object,
    ) -> Result<Snapshot<'a>, Status> {
        Snapshot::open(&self.queries, connection, &MODEL, asked.deadline).await
    }
}

#[tonic::async_trait]
impl PointsService for Points {
    async fn get_points_balances(
        &self,
        request: Request<GetPointsBalancesRequest>,
    ) -> Result<Response<GetPointsBalancesResponse>, Status> {
        let asked = self.asked(&request)?;
        let answer = self.balances(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }

    async fn get_points_statement(
        &self,
        request: Request<GetPointsStatementRequest>,
    ) -> Result<Response<GetPointsStatementResponse>, Status> {
        let asked = self.asked(&request)?;
        let answer = self.statement(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }

    async fn list_points_lots(
        &self,
        request: Request<ListPointsLotsRequest>,
    ) -> Result<Response<ListPointsLotsResponse>, Status> {
        let asked = self.asked(&request)?;
        let answer = self.lots(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }

    async fn get_expiring_points(
        &self,
        request: Request<GetExpiringPointsRequest>,
    ) -> Result<Response<GetExpiringPointsResponse>, Status> {
        let asked = self.asked(&request)?;
        let answer = self.expiring(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }

    async fn get_points_liability(
        &self,
        request: Request<GetPointsLiabilityRequest>,
    ) -> Result<Response<GetPointsLiabilityResponse>, Status> {
        let asked = self.asked(&request)?;
        let answer = self.liability(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }
}
