//! `PurchaseService`.

use guanxi_events::{Money, loyalty::CardId};
use guanxi_proto::loyalty::v1::{
    self as wire,
    purchase_service_server::{PurchaseService, PurchaseServiceServer},
};
use guanxi_runtime::{Commands, asked, found, money_to_wire};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{
    find, id_to_wire,
    points_fields::{number_to_wire, points_to_wire},
};
use crate::domain::purchase::{Command, Earning, Found, Purchase, Recorded};

mod requests;

/// `PurchaseService` on the service's commands.
struct Purchases {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> PurchaseServiceServer<impl PurchaseService> {
    PurchaseServiceServer::new(Purchases { commands })
}

#[tonic::async_trait]
impl PurchaseService for Purchases {
    async fn record_purchase(
        &self,
        request: Request<wire::RecordPurchaseRequest>,
    ) -> Result<Response<wire::RecordPurchaseResponse>, Status> {
        // What is wrong with the fields is said by the command, all at once.
        let mut fields = guanxi_runtime::Fields::default();
        let wanted = requests::wanted(&mut fields, request.get_ref());
        let Some((program, wanted)) = wanted else {
            return self.commands.execute(request).await;
        };
        let found = find::member(&self.commands, &request, program, &wanted).await?;
        let amend = |command: &mut Command| {
            if let (Command::Record(record), Some(found)) = (command, &found) {
                record.member = Some(Found {
                    member: found.member.id,
                    by: found.by,
                });
                record.card = found.card.or(record.card);
            }
        };
        self.commands.execute_amended(request, amend).await
    }

    async fn match_purchase(
        &self,
        request: Request<wire::MatchPurchaseRequest>,
    ) -> Result<Response<wire::MatchPurchaseResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn record_return(
        &self,
        request: Request<wire::RecordReturnRequest>,
    ) -> Result<Response<wire::RecordReturnResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_purchase(
        &self,
        request: Request<wire::GetPurchaseRequest>,
    ) -> Result<Response<wire::GetPurchaseResponse>, Status> {
        let id: Uuid = asked(|fields| fields.id("purchase_id", &request.get_ref().purchase_id))?;
        let (state, version) = self.commands.get::<Purchase, _>(&request, id).await?;
        let recorded = found("purchase", id, &state)?;
        Ok(Response::new(wire::GetPurchaseResponse {
            purchase: Some(to_wire(id, version.0, recorded)),
        }))
    }
}

/// The card of a printed number.
fn card_of(program: guanxi_events::loyalty::ProgramId, number: Option<&str>) -> Option<CardId> {
    number.map(|number| CardId::of(program, number))
}

fn to_wire(id: Uuid, version: i64, recorded: &Recorded) -> wire::Purchase {
    let money = |amount| {
        Some(money_to_wire(&Money {
            amount,
            currency: recorded.currency,
        }))
    };
    let settled = recorded.parts.iter().filter(|part| part.settled);
    wire::Purchase {
        id: id.to_string(),
        version,
        customer_id: id_to_wire(recorded.customer),
        program_id: id_to_wire(recorded.program),
        shop: recorded.shop.clone().unwrap_or_default(),
        reference: recorded.reference.clone().unwrap_or_default(),
        member_ids: recorded
            .members
            .iter()
            .map(|(_, member)| member.to_string())
            .collect(),
        paid: money(settled.map(|part| part.paid).sum()),
        credited: money(recorded.credited()),
        earnings: recorded.earnings.iter().map(earning_to_wire).collect(),
    }
}

fn earning_to_wire(earning: &Earning) -> wire::PurchaseEarning {
    wire::PurchaseEarning {
        part_id: earning.part.to_string(),
        member_id: earning.member.to_string(),
        program_id: earning.program.to_string(),
        lot: number_to_wire(earning.lot.0),
        points: points_to_wire(earning.points),
        tier_points: points_to_wire(earning.tier_points),
        reversed: points_to_wire(earning.reversed),
        tier_reversed: points_to_wire(earning.tier_reversed),
    }
}
