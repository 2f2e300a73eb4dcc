//! `DashboardService`: the read model `dashboards` on the wire.

mod daily;
mod work_list;

use guanxi_dashboards::queries::Reader;
use guanxi_events::Service;
use guanxi_proto::query::v1::{
    GetDailyFiguresRequest, GetDailyFiguresResponse, GetWorkListRequest, GetWorkListResponse,
    dashboard_service_server::DashboardService,
};
use guanxi_runtime::identity;
use tonic::{Request, Response, Status};

use crate::{Queries, after::Model, asked::Asked, queries::Snapshot, read_model::ReadModel};

/// It follows every log itself.
const MODEL: Model = Model {
    name: "dashboards",
    log: Service::Customers,
    through: &[],
};

/// Answers the RPCs.
#[derive(Clone)]
pub(crate) struct Dashboards(ReadModel);

impl Dashboards {
    pub(crate) fn new(queries: Queries) -> Self {
        Self(ReadModel::new(queries, &MODEL))
    }
}

fn reader<'a>(snapshot: &'a Snapshot<'a>, asked: &'a Asked) -> Reader<'a> {
    Reader::new(&snapshot.transaction, &snapshot.build, &asked.tenant)
}

#[tonic::async_trait]
impl DashboardService for Dashboards {
    async fn get_daily_figures(
        &self,
        request: Request<GetDailyFiguresRequest>,
    ) -> Result<Response<GetDailyFiguresResponse>, Status> {
        let asked = self.0.asked(&request)?;
        let answer = self.daily(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }

    async fn get_work_list(
        &self,
        request: Request<GetWorkListRequest>,
    ) -> Result<Response<GetWorkListResponse>, Status> {
        let asked = self.0.asked(&request)?;
        let manages = identity(&request)?.roles.iter().any(|role| role.manages());
        let answer = self.work_list(&asked, manages, request.into_inner()).await;
        answer.map(Response::new)
    }
}
