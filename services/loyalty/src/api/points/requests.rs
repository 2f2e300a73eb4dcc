//! From the messages of `PointsService` to the account's commands.

use guanxi_events::loyalty::points::AdjustmentNo;
use guanxi_proto::{
    loyalty::v1::{self as wire, history_item},
    types::v1::{CommandHeader, Receipt},
};
use guanxi_runtime::{CommandRequest, Fields, command, each};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    api::points_fields::{LEAST, MOST, points, points_or_none},
    domain::{
        points::{Command, PointsAccount},
        points_batch::{self, Item, MOST_ITEMS, PointsBatch, What},
    },
};

command!(wire::AdjustPointsRequest => wire::AdjustPointsResponse, PointsAccount,
|request, fields| {
    let id = fields.id("member_id", &request.member_id);
    let points = points_or_none(fields, "points", &request.points, -MOST);
    let tier_points = points_or_none(fields, "tier_points", &request.tier_points, -MOST);
    let reason = fields.text("reason", &request.reason, 1, 500);
    let (points, tier_points) = (points?, tier_points?);
    if points.is_zero() && tier_points.is_zero() {
        fields.bad("points", "they or tier_points are other than 0");
        return None;
    }
    Some((id?, Command::Adjust { points, tier_points, reason: reason? }))
});

command!(wire::ApproveAdjustmentRequest => wire::ApproveAdjustmentResponse, PointsAccount,
|request, fields| {
    let id = fields.id("member_id", &request.member_id);
    let adjustment = adjustment(fields, request.adjustment);
    Some((id?, Command::Approve(adjustment?)))
});

command!(wire::RejectAdjustmentRequest => wire::RejectAdjustmentResponse, PointsAccount,
|request, fields| {
    let id = fields.id("member_id", &request.member_id);
    let adjustment = adjustment(fields, request.adjustment);
    let reason = fields.text("reason", &request.reason, 1, 500);
    Some((id?, Command::Reject { adjustment: adjustment?, reason: reason? }))
});

command!(wire::TransferPointsRequest => wire::TransferPointsResponse, PointsAccount,
|request, fields| {
    let id = fields.id("member_id", &request.member_id);
    let to = fields.id("to_member_id", &request.to_member_id);
    let points = points(fields, "points", &request.points, LEAST);
    let reason = fields.optional_text("reason", &request.reason, 500);
    Some((id?, Command::Transfer { to: to?, points: points?, reason: reason? }))
});

command!(wire::AccruePointsRequest => wire::AccruePointsResponse, PointsAccount,
|request, fields| {
    let id = fields.id("member_id", &request.member_id);
    let points = points(fields, "points", &request.points, Decimal::ZERO);
    let tier_points = points_or_none(fields, "tier_points", &request.tier_points, Decimal::ZERO);
    let reference = fields.text("reference", &request.reference, 1, 100);
    let command = Command::Accrue {
        points: points?,
        tier_points: tier_points?,
        reference: reference?,
    };
    Some((id?, command))
});

/// By hand: the answer has more than the receipt.
impl CommandRequest<PointsBatch> for wire::BookPointsHistoryRequest {
    type Response = wire::BookPointsHistoryResponse;

    fn header(&self) -> Option<&CommandHeader> {
        self.header.as_ref()
    }

    fn parse(self, fields: &mut Fields) -> Option<(Uuid, points_batch::Command)> {
        let id = fields.id("batch_id", &self.batch_id);
        let member = fields.id("member_id", &self.member_id);
        let source = fields.text("source", &self.source, 1, 100);
        if self.items.is_empty() {
            fields.bad("items", "must have one item at least");
        }
        let items = each(fields, "items", &self.items, MOST_ITEMS, item);
        let book = points_batch::Command::Book {
            member: member?,
            source: source?,
            items: items?,
            more_follows: self.more_follows,
        };
        Some((id?, book))
    }

    fn response(receipt: Receipt) -> Self::Response {
        wire::BookPointsHistoryResponse {
            receipt: Some(receipt),
            ..Default::default()
        }
    }
}

fn item(fields: &mut Fields, path: &str, item: &wire::HistoryItem) -> Option<Item> {
    let at = fields.instant(&format!("{path}.at"), item.at.as_ref());
    let reference = fields.text(&format!("{path}.reference"), &item.reference, 1, 100);
    let what = match &item.what {
        None => {
            fields.bad(format!("{path}.earned"), "it or spent must be given");
            None
        }
        Some(history_item::What::Earned(earned)) => {
            let field = format!("{path}.earned.points");
            let points = points(fields, &field, &earned.points, Decimal::ZERO);
            let field = format!("{path}.earned.tier_points");
            let tier_points = points_or_none(fields, &field, &earned.tier_points, Decimal::ZERO);
            points
                .zip(tier_points)
                .map(|(points, tier_points)| What::Earned {
                    points,
                    tier_points,
                })
        }
        Some(history_item::What::Spent(spent)) => {
            points(fields, &format!("{path}.spent"), spent, LEAST).map(What::Spent)
        }
    };
    Some(Item {
        at: at?,
        reference: reference?,
        what: what?,
    })
}

fn adjustment(fields: &mut Fields, number: i32) -> Option<AdjustmentNo> {
    let no = u32::try_from(number).ok().filter(|no| *no > 0);
    if no.is_none() {
        fields.bad("adjustment", "adjustments are numbered from 1");
    }
    no.map(AdjustmentNo)
}
