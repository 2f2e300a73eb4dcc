//! `FunnelService`: the read model `funnels` on the wire.

mod request;
mod watch;
mod wire;

use guanxi_events::{Service, TenantId};
use guanxi_funnels::queries::{FunnelQuery, Reader};
use guanxi_proto::{
    query::v1::{
        FunnelGroup, GetFunnelRequest, GetFunnelResponse, ListOpportunitiesRequest,
        ListOpportunitiesResponse, WatchFunnelRequest, WatchFunnelResponse,
        funnel_service_server::FunnelService,
    },
    types::v1::ModelPosition,
};
use guanxi_runtime::{deadline, identity};
use tokio::time::Instant;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use crate::{
    Queries,
    after::Model,
    failure,
    pages::{self, Binding},
    queries::Snapshot,
};

/// Customers reach it as the sales service's copies of them.
const MODEL: Model = Model {
    name: "funnels",
    log: Service::Sales,
    through: &[Service::Customers],
};

/// Answers the RPCs.
#[derive(Clone)]
pub(crate) struct Funnels {
    queries: Queries,
}

impl Funnels {
    pub(crate) fn new(queries: Queries) -> Self {
        Self { queries }
    }

    async fn funnel(
        &self,
        tenant: &TenantId,
        query: &FunnelQuery,
        deadline: Instant,
    ) -> Result<(Vec<FunnelGroup>, Vec<ModelPosition>), Status> {
        let mut connection = self.queries.connection(tenant).await?;
        let snapshot = Snapshot::open(&self.queries, &mut connection, &MODEL, deadline).await?;
        let reader = Reader::new(&snapshot.transaction, &snapshot.build, tenant);
        let funnel = reader
            .funnel(query)
            .await
            .map_err(|error| failure::postgres(&error))?;
        Ok((wire::groups(&funnel)?, snapshot.positions().await?))
    }
}

#[tonic::async_trait]
impl FunnelService for Funnels {
    async fn get_funnel(
        &self,
        request: Request<GetFunnelRequest>,
    ) -> Result<Response<GetFunnelResponse>, Status> {
        let tenant = identity(&request)?.tenant;
        let deadline = deadline(&request, &self.queries.config);
        let request = request.into_inner();
        let query = request::funnel(&request, &self.queries.config.time_zone(&tenant))?;
        self.queries
            .after(&tenant, &MODEL, &request.after, deadline)
            .await?;
        let (groups, positions) = self.funnel(&tenant, &query, deadline).await?;
        Ok(Response::new(GetFunnelResponse { groups, positions }))
    }

    async fn list_opportunities(
        &self,
        request: Request<ListOpportunitiesRequest>,
    ) -> Result<Response<ListOpportunitiesResponse>, Status> {
        let tenant = identity(&request)?.tenant;
        let deadline = deadline(&request, &self.queries.config);
        let request = request.into_inner();
        let asked = ListOpportunitiesRequest {
            after: vec![],
            page: None,
            ..request.clone()
        };
        let binding = Binding::of(tenant.as_str(), &asked);
        let zone = self.queries.config.time_zone(&tenant);
        let mut query = request::opportunities(&request, &binding, &zone)?;
        self.queries
            .after(&tenant, &MODEL, &request.after, deadline)
            .await?;

        let mut connection = self.queries.connection(&tenant).await?;
        let snapshot = Snapshot::open(&self.queries, &mut connection, &MODEL, deadline).await?;
        let reader = Reader::new(&snapshot.transaction, &snapshot.build, &tenant);
        // One row more than asked for tells whether there is another page.
        let size = query.limit;
        query.limit += 1;
        let rows = reader.opportunities(&query).await;
        let mut rows = rows.map_err(|error| failure::postgres(&error))?;
        let last = pages::cut(&mut rows, size).map(|row| binding.token(&row.cursor));
        let opportunities = rows
            .iter()
            .map(wire::opportunity)
            .collect::<Result<_, _>>()?;
        Ok(Response::new(ListOpportunitiesResponse {
            opportunities,
            next_page_token: last.unwrap_or_default(),
            positions: snapshot.positions().await?,
        }))
    }

    type WatchFunnelStream = ReceiverStream<Result<WatchFunnelResponse, Status>>;

    async fn watch_funnel(
        &self,
        request: Request<WatchFunnelRequest>,
    ) -> Result<Response<Self::WatchFunnelStream>, Status> {
        self.watch(request).await
    }
}
