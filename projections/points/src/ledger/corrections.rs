//! Adjustments, and transfers between members (L-17).

use guanxi_events::loyalty::points::{PointsAdjusted, PointsReceived, PointsSent};

use super::{Booking, Cause, CauseKind, Figures, Life, Line, LineKind, LotMove, NewLot, taken};

pub(super) fn adjusted(adjusted: &PointsAdjusted) -> Booking {
    let cause = Cause {
        reference: Some(adjusted.adjustment.to_string()),
        ..Cause::new(CauseKind::Adjustment)
    };
    let points = adjusted.points;
    let mut moves = taken(&adjusted.lots);
    moves.extend(adjusted.lot.map(|lot| LotMove {
        remaining: points,
        new: Some(NewLot {
            origin: lot,
            source: cause.clone(),
            life: Life {
                earned_at: adjusted.at,
                active_at: adjusted.at,
                expires_at: adjusted.expires_at,
            },
            program_version: Some(adjusted.program.version),
            rules_version: None,
            tier: None,
        }),
        ..LotMove::of(lot)
    }));
    let line = Line {
        figures: Figures {
            adjusted: points,
            active: points,
            ..Figures::default()
        },
        reason: Some(adjusted.reason.clone()),
        requested_by: Some(adjusted.by.as_str().to_owned()),
        approved_by: adjusted
            .approved_by
            .as_ref()
            .map(|by| by.as_str().to_owned()),
        program_version: Some(adjusted.program.version),
        ..Line::reward(LineKind::Adjusted, adjusted.at, points, cause)
    };
    let tier = Figures {
        adjusted: adjusted.tier_points,
        active: adjusted.tier_points,
        ..Figures::default()
    };
    // Tier points may be adjusted alone.
    let lines = if points.is_zero() {
        Vec::new()
    } else {
        vec![line.clone()]
    };
    Booking { lines, moves }.with_tier(&line, adjusted.tier_points, tier)
}

pub(super) fn sent(sent: &PointsSent) -> Booking {
    let cause = Cause::of(CauseKind::Member, sent.to);
    Booking {
        lines: vec![Line {
            figures: Figures {
                active: -sent.points,
                transferred_out: sent.points,
                ..Figures::default()
            },
            reason: sent.reason.clone(),
            ..Line::reward(LineKind::Sent, sent.at, -sent.points, cause)
        }],
        moves: taken(&sent.lots),
    }
}

pub(super) fn received(received: &PointsReceived) -> Booking {
    let cause = Cause::of(CauseKind::Member, received.from);
    let moves = received.lots.iter().map(|part| LotMove {
        remaining: part.points,
        new: Some(NewLot {
            origin: part.lot,
            source: cause.clone(),
            life: Life {
                earned_at: part.life.earned_at,
                active_at: received.at,
                expires_at: part.life.expires_at,
            },
            program_version: None,
            rules_version: None,
            tier: None,
        }),
        ..LotMove::of(part.lot)
    });
    Booking {
        moves: moves.collect(),
        lines: vec![Line {
            figures: Figures {
                transferred_in: received.points,
                active: received.points,
                ..Figures::default()
            },
            ..Line::reward(LineKind::Received, received.at, received.points, cause)
        }],
    }
}
