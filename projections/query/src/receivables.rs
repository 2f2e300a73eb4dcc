//! `ReceivablesService`: the read model `receivables` on the wire.

mod ageing;
mod bad_debts;
mod cash_flow;
mod control;
mod open_items;
mod places;
mod plan;
mod request;
mod statement;
mod wire;

use guanxi_events::Service;
use guanxi_proto::query::v1::{
    GetAgeingRequest, GetAgeingResponse, GetBadDebtsRequest, GetBadDebtsResponse,
    GetCashFlowRequest, GetCashFlowResponse, GetControlAccountRequest, GetControlAccountResponse,
    GetCustomerStatementRequest, GetCustomerStatementResponse, GetPlanAgainstReceivedRequest,
    GetPlanAgainstReceivedResponse, ListOpenItemsRequest, ListOpenItemsResponse,
    receivables_service_server::ReceivablesService,
};
use guanxi_receivables::queries::Reader;
use tonic::{Request, Response, Status};

use crate::{Queries, after::Model, asked::Asked, queries::Snapshot, read_model::ReadModel};

/// Customers reach it as the sales service's copies of them.
const MODEL: Model = Model {
    name: "receivables",
    log: Service::Sales,
    through: &[Service::Customers],
};

/// Answers the RPCs.
#[derive(Clone)]
pub(crate) struct Receivables(ReadModel);

impl Receivables {
    pub(crate) fn new(queries: Queries) -> Self {
        Self(ReadModel::new(queries, &MODEL))
    }
}

impl Asked {
    /// The base currency's code.
    fn base(&self) -> &'static str {
        self.home.currency.code()
    }
}

fn reader<'a>(snapshot: &'a Snapshot<'a>, asked: &'a Asked) -> Reader<'a> {
    let Snapshot { transaction, build } = snapshot;
    Reader::new(transaction, build, &asked.tenant, asked.home.currency)
}

#[tonic::async_trait]
impl ReceivablesService for Receivables {
    async fn list_open_items(
        &self,
        request: Request<ListOpenItemsRequest>,
    ) -> Result<Response<ListOpenItemsResponse>, Status> {
        let asked = self.0.asked(&request)?;
        let answer = self.open_items(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }

    async fn get_ageing(
        &self,
        request: Request<GetAgeingRequest>,
    ) -> Result<Response<GetAgeingResponse>, Status> {
        let asked = self.0.asked(&request)?;
        let answer = self.ageing(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }

    async fn get_control_account(
        &self,
        request: Request<GetControlAccountRequest>,
    ) -> Result<Response<GetControlAccountResponse>, Status> {
        let asked = self.0.asked(&request)?;
        let answer = self.control(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }

    async fn get_customer_statement(
        &self,
        request: Request<GetCustomerStatementRequest>,
    ) -> Result<Response<GetCustomerStatementResponse>, Status> {
        let asked = self.0.asked(&request)?;
        let answer = self.statement(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }

    async fn get_plan_against_received(
        &self,
        request: Request<GetPlanAgainstReceivedRequest>,
    ) -> Result<Response<GetPlanAgainstReceivedResponse>, Status> {
        let asked = self.0.asked(&request)?;
        let answer = self.plan(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }

    async fn get_bad_debts(
        &self,
        request: Request<GetBadDebtsRequest>,
    ) -> Result<Response<GetBadDebtsResponse>, Status> {
        let asked = self.0.asked(&request)?;
        let answer = self.bad_debts(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }

    async fn get_cash_flow(
        &self,
        request: Request<GetCashFlowRequest>,
    ) -> Result<Response<GetCashFlowResponse>, Status> {
        let asked = self.0.asked(&request)?;
        let answer = self.cash_flow(&asked, request.into_inner()).await;
        answer.map(Response::new)
    }
}
