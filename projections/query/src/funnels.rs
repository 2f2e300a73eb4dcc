//! `FunnelService`: the read model `funnels` on the wire.

mod request;
mod watch;
mod wire;

use guanxi_events::Service;
use guanxi_funnels::queries::{FunnelQuery, Reader};
use guanxi_proto::{
    query::v1::{
        FunnelGroup, GetFunnelRequest, GetFunnelResponse, ListOpportunitiesRequest,
        ListOpportunitiesResponse, WatchFunnelRequest, WatchFunnelResponse,
        funnel_service_server::FunnelService,
    },
    types::v1::ModelPosition,
};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use crate::{
    Queries, after::Model, asked::Asked, failure, pages::Binding, queries::Snapshot,
    read_model::ReadModel,
};

/// Customers reach it as the sales service's copies of them.
const MODEL: Model = Model {
    name: "funnels",
    log: Service::Sales,
    through: &[Service::Customers],
};

/// Answers the RPCs.
#[derive(Clone)]
pub(crate) struct Funnels(ReadModel);

impl Funnels {
    pub(crate) fn new(queries: Queries) -> Self {
        Self(ReadModel::new(queries, &MODEL))
    }

    async fn funnel(
        &self,
        asked: &Asked,
        query: &FunnelQuery,
        after: &[String],
    ) -> Result<(Vec<FunnelGroup>, Vec<ModelPosition>), Status> {
        let mut connection = self.0.connection(asked, after).await?;
        let snapshot = self.0.snapshot(asked, &mut connection).await?;
        let funnel = reader(&snapshot, asked).funnel(query).await;
        let funnel = funnel.map_err(|error| failure::postgres(&error))?;
        Ok((wire::groups(&funnel)?, snapshot.positions().await?))
    }

    async fn opportunities(
        &self,
        asked: &Asked,
        request: ListOpportunitiesRequest,
    ) -> Result<ListOpportunitiesResponse, Status> {
        let binding = Binding::of(&asked.tenant, &request);
        let query = request::opportunities(&request, &binding, &asked.home.zone)?;
        let mut connection = self.0.connection(asked, &request.after).await?;
        let snapshot = self.0.snapshot(asked, &mut connection).await?;
        let rows = reader(&snapshot, asked).opportunities(&query).await;
        let mut rows = rows.map_err(|error| failure::postgres(&error))?;
        let next = binding.next(&mut rows, query.limit, |row| &row.cursor);
        let opportunities = rows.iter().map(wire::opportunity);
        Ok(ListOpportunitiesResponse {
            opportunities: opportunities.collect::<Result<_, _>>()?,
            next_page_token: next,
            positions: snapshot.positions().await?,
        })
    }
}

fn reader<'a>(snapshot: &'a Snapshot<'a>, asked: &'a Asked) -> Reader<'a> {
    Reader::new(&snapshot.transaction, &snapshot.build, &asked.tenant)
}

#[tonic::async_trait]
impl FunnelService for Funnels {
    async fn get_funnel(
        &self,
        request: Request<GetFunnelRequest>,
    ) -> Result<Response<GetFunnelResponse>, Status> {
        let asked = self.0.asked(&request)?;
        let request = request.into_inner();
        let query = request::funnel(&request, &asked.home.zone)?;
        let (groups, positions) = self.funnel(&asked, &query, &request.after).await?;
        Ok(Response::new(GetFunnelResponse { groups, positions }))
    }

    async fn list_opportunities(
        &self,
        request: Request<ListOpportunitiesRequest>,
    ) -> Result<Response<ListOpportunitiesResponse>, Status> {
        let asked = self.0.asked(&request)?;
        let answer = self.opportunities(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }

    type WatchFunnelStream = ReceiverStream<Result<WatchFunnelResponse, Status>>;

    async fn watch_funnel(
        &self,
        request: Request<WatchFunnelRequest>,
    ) -> Result<Response<Self::WatchFunnelStream>, Status> {
        self.watch(request).await
    }
}
