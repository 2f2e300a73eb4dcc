//! Accounts and batches on the wire.

use guanxi_events::loyalty::{
    PointsBatchBooked,
    points::{AdjustmentNo, LotNo},
};
use guanxi_proto::loyalty::v1 as wire;
use guanxi_runtime::instant_to_wire;
use uuid::Uuid;

use crate::{
    api::points_fields::{number_to_wire, points_to_wire},
    domain::points::ledger::{Ledger, Lot, PendingLot, Sums, WaitingAdjustment},
};

pub(super) fn account(id: Uuid, version: i64, ledger: &Ledger) -> wire::PointsAccount {
    let order = ledger.take(ledger.in_lots());
    let lots = order.iter().filter_map(|part| {
        let lot = ledger.lots.get(&part.lot)?;
        Some(lot_to_wire(part.lot, lot))
    });
    wire::PointsAccount {
        member_id: id.to_string(),
        version,
        active: points_to_wire(ledger.active()),
        pending: points_to_wire(ledger.pending()),
        debt: points_to_wire(ledger.debt),
        owed: points_to_wire(ledger.owed()),
        tier_points: points_to_wire(ledger.tier_points()),
        sums: Some(sums(&ledger.sums)),
        lots: lots.collect(),
        pending_lots: ledger
            .pending
            .iter()
            .map(|(no, pending)| pending_to_wire(*no, pending))
            .collect(),
        waiting: ledger
            .waiting
            .iter()
            .map(|(no, waiting)| waiting_to_wire(*no, waiting))
            .collect(),
    }
}

fn sums(sums: &Sums) -> wire::PointsSums {
    wire::PointsSums {
        earned: points_to_wire(sums.earned),
        adjusted: points_to_wire(sums.adjusted),
        received: points_to_wire(sums.received),
        spent: points_to_wire(sums.spent),
        sent: points_to_wire(sums.sent),
        expired: points_to_wire(sums.expired),
        reversed: points_to_wire(sums.reversed),
    }
}

fn lot_to_wire(no: LotNo, lot: &Lot) -> wire::PointsLot {
    wire::PointsLot {
        lot: number_to_wire(no.0),
        points: points_to_wire(lot.points),
        earned_at: Some(instant_to_wire(lot.life.earned_at)),
        expires_at: lot.life.expires_at.map(instant_to_wire),
        active_at: None,
    }
}

fn pending_to_wire(no: LotNo, pending: &PendingLot) -> wire::PointsLot {
    wire::PointsLot {
        active_at: Some(instant_to_wire(pending.active_at)),
        ..lot_to_wire(no, &pending.lot)
    }
}

fn waiting_to_wire(no: AdjustmentNo, waiting: &WaitingAdjustment) -> wire::WaitingAdjustment {
    wire::WaitingAdjustment {
        adjustment: number_to_wire(no.0),
        points: points_to_wire(waiting.points),
        tier_points: points_to_wire(waiting.tier_points),
        reason: waiting.reason.clone(),
        requested_by: waiting.by.to_string(),
    }
}

/// Adds what became of the items.
pub(super) fn booked(answer: &mut wire::BookPointsHistoryResponse, booked: &PointsBatchBooked) {
    answer.booked = number_to_wire(booked.booked);
    let refused = booked.refused.iter().map(|item| wire::RefusedItem {
        index: number_to_wire(item.index),
        code: item.code.clone(),
        reason: item.reason.clone(),
        points: points_to_wire(item.points),
        active: points_to_wire(item.active),
    });
    answer.refused = refused.collect();
}
