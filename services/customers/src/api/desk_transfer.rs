//! The RPCs of desk transfers.

use std::collections::BTreeSet;

use guanxi_events::customers::{CustomerId, DeskTransferId};
use guanxi_proto::customers::v1::{
    GetDeskTransferRequest, GetDeskTransferResponse, RefusedDeskItem, StartDeskTransferRequest,
    StartDeskTransferResponse, TakeDeskTransferBackRequest, TakeDeskTransferBackResponse,
    desk_transfer_service_server, {self as wire},
};
use guanxi_runtime::{Commands, Fields, command, errors};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::queried_id;
use crate::domain::{DeskTransfer, desk_transfer::Command};

/// What one event holds within its 256 KiB, with room for the rest.
const MOST_CUSTOMERS: usize = 5000;

command!(StartDeskTransferRequest => StartDeskTransferResponse, DeskTransfer, |request, fields| {
    let id: Option<Uuid> = fields.new_id("desk_transfer_id", &request.desk_transfer_id);
    let from = fields.person("from", &request.from);
    let to = fields.person("to", &request.to);
    let customers = customers(fields, &request.customer_ids);
    let reason = fields.optional_text("reason", &request.reason, 500);
    Some((id?, Command::Start {
        from: from?,
        to: to?,
        customers: customers?,
        reason: reason?,
    }))
});

command!(TakeDeskTransferBackRequest => TakeDeskTransferBackResponse, DeskTransfer, |request, fields| {
    let id: Option<Uuid> = fields.id("desk_transfer_id", &request.desk_transfer_id);
    let reason = fields.optional_text("reason", &request.reason, 500);
    Some((id?, Command::TakeBack { reason: reason? }))
});

fn customers(fields: &mut Fields, ids: &[String]) -> Option<Vec<CustomerId>> {
    if ids.is_empty() {
        fields.bad("customer_ids", "must name at least one customer");
        return None;
    }
    fields.count("customer_ids", ids.len(), MOST_CUSTOMERS)?;
    let mut seen = BTreeSet::new();
    let read: Vec<Option<CustomerId>> = (0..)
        .zip(ids)
        .map(|(n, text)| {
            let field = format!("customer_ids[{n}]");
            let id = fields.id(&field, text)?;
            if !seen.insert(id) {
                fields.bad(field, "is named twice");
                return None;
            }
            Some(id)
        })
        .collect();
    read.into_iter().collect()
}

/// Serves desk transfers.
#[derive(Clone)]
pub struct DeskTransferApi {
    /// The commands of the service.
    pub commands: Commands,
}

#[tonic::async_trait]
impl desk_transfer_service_server::DeskTransferService for DeskTransferApi {
    async fn start_desk_transfer(
        &self,
        request: Request<StartDeskTransferRequest>,
    ) -> Result<Response<StartDeskTransferResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn take_desk_transfer_back(
        &self,
        request: Request<TakeDeskTransferBackRequest>,
    ) -> Result<Response<TakeDeskTransferBackResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_desk_transfer(
        &self,
        request: Request<GetDeskTransferRequest>,
    ) -> Result<Response<GetDeskTransferResponse>, Status> {
        let id = queried_id("desk_transfer_id", &request.get_ref().desk_transfer_id)?;
        let (state, version) = self.commands.get::<DeskTransfer, _>(&request, id).await?;
        let order = state
            .existing(DeskTransferId(id))
            .map_err(|refusal| errors::refused(&refusal))?;
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let refused = state.refused.iter().map(|refused| RefusedDeskItem {
            item: count(refused.item),
            code: refused.code.clone(),
            reason: refused.reason.clone(),
        });
        let transfer = wire::DeskTransfer {
            id: id.to_string(),
            version: version.0,
            from: order.from.to_string(),
            to: order.to.to_string(),
            items: count(state.items()),
            done: count(state.next),
            finished: state.finished(),
            taken_back: state.back.is_some(),
            refused: refused.collect(),
        };
        Ok(Response::new(GetDeskTransferResponse {
            desk_transfer: Some(transfer),
        }))
    }
}
