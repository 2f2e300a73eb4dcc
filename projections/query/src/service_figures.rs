//! `ServiceFiguresService`: the read model `service` on the wire.

mod backlog;
mod figures;
mod request;
mod tickets;
mod volumes;
mod wire;

use deadpool_postgres::Object;
use guanxi_eventlog::Turn;
use guanxi_events::Service;
use guanxi_proto::query::v1::{
    GetBacklogRequest, GetBacklogResponse, GetServiceFiguresRequest, GetServiceFiguresResponse,
    GetTicketVolumesRequest, GetTicketVolumesResponse, ListTicketsRequest, ListTicketsResponse,
    service_figures_service_server::ServiceFiguresService,
};
use guanxi_service_figures::queries::Reader;
use tonic::{Request, Response, Status};

use crate::{Queries, after::Model, asked::Asked, queries::Snapshot};

/// Customers reach it as the service service's copies of them.
const MODEL: Model = Model {
    name: "service",
    log: Service::Service,
    through: &[Service::Customers],
};

/// Answers the RPCs.
#[derive(Clone)]
pub(crate) struct ServiceFigures {
    queries: Queries,
}

impl ServiceFigures {
    pub(crate) fn new(queries: Queries) -> Self {
        Self { queries }
    }

    fn asked<T>(&self, request: &Request<T>) -> Result<Asked, Status> {
        Asked::of(&self.queries, request)
    }

    /// A connection, once the model shows what the tokens stand for.
    async fn connection(&self, asked: &Asked, after: &[String]) -> Result<Turn, Status> {
        asked.connection(&self.queries, &MODEL, after).await
    }

    async fn snapshot<'a>(
        &self,
        asked: &Asked,
        connection: &'a mut Object,
    ) -> Result<Snapshot<'a>, Status> {
        asked.snapshot(&self.queries, &MODEL, connection).await
    }
}

fn reader<'a>(snapshot: &'a Snapshot<'a>, asked: &'a Asked) -> Reader<'a> {
    Reader::new(&snapshot.transaction, &snapshot.build, &asked.tenant)
}

#[tonic::async_trait]
impl ServiceFiguresService for ServiceFigures {
    async fn list_tickets(
        &self,
        request: Request<ListTicketsRequest>,
    ) -> Result<Response<ListTicketsResponse>, Status> {
        let asked = self.asked(&request)?;
        let answer = self.tickets(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }

    async fn get_backlog(
        &self,
        request: Request<GetBacklogRequest>,
    ) -> Result<Response<GetBacklogResponse>, Status> {
        let asked = self.asked(&request)?;
        let answer = self.backlog(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }

    async fn get_ticket_volumes(
        &self,
        request: Request<GetTicketVolumesRequest>,
    ) -> Result<Response<GetTicketVolumesResponse>, Status> {
        let asked = self.asked(&request)?;
        let answer = self.volumes(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }

    async fn get_service_figures(
        &self,
        request: Request<GetServiceFiguresRequest>,
    ) -> Result<Response<GetServiceFiguresResponse>, Status> {
        let asked = self.asked(&request)?;
        let answer = self.figures(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }
}
