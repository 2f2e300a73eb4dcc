//! What a purchase earned is taken back, and given again (L-16).

use guanxi_events::loyalty::points::{DebtSettled, PointsRestored, PointsReversed};
use rust_decimal::Decimal;

use super::{
    Booking, Cause, CauseKind, Collected, Figures, Life, Line, LineKind, LotMove, NewLot, sum,
    taken,
};

pub(super) fn reversed(reversed: &PointsReversed) -> Booking {
    // What had expired is gone already, and what is owed counts when it is collected.
    let counts = reversed.points - reversed.owed - reversed.lapsed;
    let cause = Cause::of(CauseKind::Purchase, reversed.purchase);
    let mut moves = taken(&reversed.lots);
    if !reversed.pending.is_zero() {
        moves.push(LotMove {
            pending: -reversed.pending,
            ..LotMove::of(reversed.lot)
        });
    }
    let line = Line {
        figures: Figures {
            pending: -reversed.pending,
            active: reversed.pending - counts,
            reversed: counts,
            debt: reversed.debt,
            owed: reversed.owed,
            ..Figures::default()
        },
        lapsed: reversed.lapsed,
        ..Line::reward(LineKind::Reversed, reversed.at, -counts, cause)
    };
    let tier = Figures {
        active: -reversed.tier_points,
        reversed: reversed.tier_points,
        ..Figures::default()
    };
    let lines = some(&line, reversed.points);
    Booking { lines, moves }.with_tier(&line, -reversed.tier_points, tier)
}

pub(super) fn restored(restored: &PointsRestored) -> Booking {
    let cause = Cause::of(CauseKind::Purchase, restored.purchase);
    let points = restored.points;
    let (pending, active) = if restored.active_at > restored.at {
        (points, Decimal::ZERO)
    } else {
        (Decimal::ZERO, points)
    };
    let line = Line {
        figures: Figures {
            pending,
            active,
            reversed: -points,
            owed: -restored.owed,
            ..Figures::default()
        },
        lapsed: -restored.lapsed,
        ..Line::reward(LineKind::Restored, restored.at, points, cause.clone())
    };
    let tier = Figures {
        active: restored.tier_points,
        reversed: -restored.tier_points,
        ..Figures::default()
    };
    let lot = (!points.is_zero()).then(|| LotMove {
        pending,
        remaining: active,
        new: Some(NewLot {
            origin: restored.origin,
            source: cause,
            life: Life {
                earned_at: restored.life.earned_at,
                active_at: restored.active_at,
                expires_at: restored.life.expires_at,
            },
            program_version: None,
            rules_version: None,
            tier: None,
        }),
        ..LotMove::of(restored.lot)
    });
    Booking {
        lines: some(&line, points + restored.owed + restored.lapsed),
        moves: lot.into_iter().collect(),
    }
    .with_tier(&line, restored.tier_points, tier)
}

/// The line of reward points, where they were asked for: tier points may go and come alone.
fn some(line: &Line, asked: Decimal) -> Vec<Line> {
    if asked.is_zero() {
        Vec::new()
    } else {
        vec![line.clone()]
    }
}

pub(super) fn debt_settled(settled: &DebtSettled) -> Booking {
    let used = sum(&settled.lots);
    // What covers a negative balance was taken back when it went below zero.
    let collected = used - settled.debt;
    let owed = settled.owed.iter().map(|part| part.points).sum::<Decimal>();
    let parts = settled.owed.iter().map(|part| Collected {
        purchase: part.purchase.into(),
        points: part.points,
    });
    let cause = Cause::new(CauseKind::Debt);
    Booking {
        lines: vec![Line {
            figures: Figures {
                active: -collected,
                reversed: owed,
                debt: -settled.debt,
                owed: -owed,
                ..Figures::default()
            },
            collected: parts.collect(),
            ..Line::reward(LineKind::DebtSettled, settled.at, -used, cause)
        }],
        moves: taken(&settled.lots),
    }
}
