//! Points are spent and come back (L-15, L-16).

use guanxi_events::loyalty::points::{PointsReturned, PointsSpent};

use super::{Booking, Cause, Figures, Life, Line, LineKind, LotMove, NewLot, taken};

pub(super) fn spent(spent: &PointsSpent) -> Booking {
    let cause = Cause::redemption(spent.redemption, spent.reference.as_ref());
    let figures = Figures {
        active: -spent.points,
        spent: spent.points,
        ..Figures::default()
    };
    Booking {
        lines: vec![Line {
            figures,
            ..Line::reward(LineKind::Spent, spent.at, -spent.points, cause)
        }],
        moves: taken(&spent.lots),
    }
}

pub(super) fn returned(returned: &PointsReturned) -> Booking {
    let cause = Cause::redemption(returned.redemption, None);
    let figures = Figures {
        active: returned.points,
        spent: -returned.points,
        ..Figures::default()
    };
    let moves = returned.lots.iter().map(|part| LotMove {
        remaining: part.points,
        new: Some(NewLot {
            origin: part.origin,
            source: Cause::source(&part.source),
            life: Life {
                earned_at: part.life.earned_at,
                active_at: returned.at,
                expires_at: part.life.expires_at,
            },
            program_version: None,
            rules_version: None,
            tier: None,
        }),
        ..LotMove::of(part.lot)
    });
    Booking {
        lines: vec![Line {
            figures,
            ..Line::reward(LineKind::Returned, returned.at, returned.points, cause)
        }],
        moves: moves.collect(),
    }
}
