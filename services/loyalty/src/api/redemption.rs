//! `RedemptionService`.

use guanxi_events::loyalty::RedeemFor;
use guanxi_proto::loyalty::v1::{
    self as wire,
    redemption_service_server::{RedemptionService, RedemptionServiceServer},
};
use guanxi_runtime::{Commands, asked, command, found, money_to_wire};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::points_fields::{LEAST, number_to_wire, points, points_to_wire};
use crate::domain::redemption::{Command, Redeem, Redeemed, Redemption};

/// `RedemptionService` on the service's commands.
struct Redemptions {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> RedemptionServiceServer<impl RedemptionService> {
    RedemptionServiceServer::new(Redemptions { commands })
}

#[tonic::async_trait]
impl RedemptionService for Redemptions {
    async fn redeem_points(
        &self,
        request: Request<wire::RedeemPointsRequest>,
    ) -> Result<Response<wire::RedeemPointsResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn refund_redemption(
        &self,
        request: Request<wire::RefundRedemptionRequest>,
    ) -> Result<Response<wire::RefundRedemptionResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_redemption(
        &self,
        request: Request<wire::GetRedemptionRequest>,
    ) -> Result<Response<wire::GetRedemptionResponse>, Status> {
        let asked_for = &request.get_ref().redemption_id;
        let id: Uuid = asked(|fields| fields.id("redemption_id", asked_for))?;
        let (state, version) = self.commands.get::<Redemption, _>(&request, id).await?;
        let redeemed = found("redemption", id, &state)?;
        Ok(Response::new(wire::GetRedemptionResponse {
            redemption: Some(to_wire(id, version.0, redeemed)),
        }))
    }
}

command!(wire::RedeemPointsRequest => wire::RedeemPointsResponse, Redemption, |request, fields| {
    let id = fields.new_id("redemption_id", &request.redemption_id);
    let member = fields.id("member_id", &request.member_id);
    let card = fields.optional_id("card_id", &request.card_id);
    let points = points(fields, "points", &request.points, LEAST);
    let bill = fields.optional_money("bill", request.bill.as_ref());
    let purpose = fields.choice("purpose", request.purpose, |purpose| {
        Some(match purpose {
            wire::RedeemFor::Unspecified => return None,
            wire::RedeemFor::Payment => RedeemFor::Payment,
            wire::RedeemFor::Reward => RedeemFor::Reward,
            wire::RedeemFor::Coupon => RedeemFor::Coupon,
        })
    });
    let shop = fields.optional_text("shop", &request.shop, 60);
    let reference = fields.optional_text("reference", &request.reference, 100);
    let redeem = Redeem {
        member: member?,
        card: card?,
        points: points?,
        bill: bill?,
        purpose: purpose?,
        shop: shop?,
        reference: reference?,
    };
    Some((id?, Command::Redeem(redeem)))
});

command!(wire::RefundRedemptionRequest => wire::RefundRedemptionResponse, Redemption,
|request, fields| {
    let id = fields.id("redemption_id", &request.redemption_id);
    let points = if request.points.is_empty() {
        Some(None)
    } else {
        points(fields, "points", &request.points, LEAST).map(Some)
    };
    let reason = fields.text("reason", &request.reason, 1, 500);
    Some((id?, Command::Refund { points: points?, reason: reason? }))
});

fn to_wire(id: Uuid, version: i64, redeemed: &Redeemed) -> wire::Redemption {
    let made = &redeemed.made;
    let purpose = match made.purpose {
        RedeemFor::Payment => wire::RedeemFor::Payment,
        RedeemFor::Reward => wire::RedeemFor::Reward,
        RedeemFor::Coupon => wire::RedeemFor::Coupon,
    };
    wire::Redemption {
        id: id.to_string(),
        version,
        member_id: made.member.to_string(),
        points: points_to_wire(made.points),
        points_left: points_to_wire(redeemed.points_left()),
        value: Some(money_to_wire(&made.value)),
        purpose: purpose.into(),
        reference: made.reference.clone().unwrap_or_default(),
        lots: made
            .lots
            .iter()
            .map(|lot| wire::LotPart {
                lot: number_to_wire(lot.lot.0),
                points: points_to_wire(lot.points),
            })
            .collect(),
    }
}
