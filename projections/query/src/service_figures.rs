//! `ServiceFiguresService`: the read model `service` on the wire.

mod backlog;
mod figures;
mod request;
mod tickets;
mod volumes;
mod wire;

use guanxi_events::Service;
use guanxi_proto::query::v1::{
    GetBacklogRequest, GetBacklogResponse, GetServiceFiguresRequest, GetServiceFiguresResponse,
    GetTicketVolumesRequest, GetTicketVolumesResponse, ListTicketsRequest, ListTicketsResponse,
    service_figures_service_server::ServiceFiguresService,
};
use guanxi_service_figures::queries::Reader;
use tonic::{Request, Response, Status};

use crate::{Queries, after::Model, asked::Asked, queries::Snapshot, read_model::ReadModel};

/// Customers reach it as the service service's copies of them.
const MODEL: Model = Model {
    name: "service",
    log: Service::Service,
    through: &[Service::Customers],
};

/// Answers the RPCs.
#[derive(Clone)]
pub(crate) struct ServiceFigures(ReadModel);

impl ServiceFigures {
    pub(crate) fn new(queries: Queries) -> Self {
        Self(ReadModel::new(queries, &MODEL))
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
        let asked = self.0.asked(&request)?;
        let answer = self.tickets(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }

    async fn get_backlog(
        &self,
        request: Request<GetBacklogRequest>,
    ) -> Result<Response<GetBacklogResponse>, Status> {
        let asked = self.0.asked(&request)?;
        let answer = self.backlog(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }

    async fn get_ticket_volumes(
        &self,
        request: Request<GetTicketVolumesRequest>,
    ) -> Result<Response<GetTicketVolumesResponse>, Status> {
        let asked = self.0.asked(&request)?;
        let answer = self.volumes(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }

    async fn get_service_figures(
        &self,
        request: Request<GetServiceFiguresRequest>,
    ) -> Result<Response<GetServiceFiguresResponse>, Status> {
        let asked = self.0.asked(&request)?;
        let answer = self.figures(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }
}
