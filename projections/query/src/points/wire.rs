//! What several answers about points have in common.

use guanxi_points::ledger::{Cause, CauseKind, Figures};
use guanxi_proto::query::v1::{PointsCause, PointsCauseKind, PointsFigures};
use rust_decimal::Decimal;
use uuid::Uuid;

/// So many points: 10.50 is 10.5.
pub(super) fn points(points: Decimal) -> String {
    points.normalize().to_string()
}

/// An id, or nothing.
pub(super) fn id(id: Option<Uuid>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// Text, or nothing.
pub(super) fn text(text: Option<&String>) -> String {
    text.cloned().unwrap_or_default()
}

pub(super) fn figures(figures: &Figures, lots: Decimal) -> PointsFigures {
    PointsFigures {
        earned: points(figures.earned),
        adjusted: points(figures.adjusted),
        transferred_in: points(figures.transferred_in),
        pending: points(figures.pending),
        active: points(figures.active),
        spent: points(figures.spent),
        settled: points(figures.settled),
        transferred_out: points(figures.transferred_out),
        expired: points(figures.expired),
        reversed: points(figures.reversed),
        lots: points(lots),
        debt: points(figures.debt),
        owed: points(figures.owed),
    }
}

/// A cause, of which no more is known than that.
pub(super) fn cause(cause: &Cause, shop: Option<&String>) -> PointsCause {
    let kind = match cause.kind {
        CauseKind::Purchase => PointsCauseKind::Purchase,
        CauseKind::Stated => PointsCauseKind::Stated,
        CauseKind::Adjustment => PointsCauseKind::Adjustment,
        CauseKind::Member => PointsCauseKind::Member,
        CauseKind::Redemption => PointsCauseKind::Redemption,
        CauseKind::Time => PointsCauseKind::Time,
        CauseKind::Debt => PointsCauseKind::Debt,
    };
    PointsCause {
        kind: kind.into(),
        id: id(cause.id),
        reference: text(cause.reference.as_ref()),
        shop: text(shop),
        ..PointsCause::default()
    }
}
