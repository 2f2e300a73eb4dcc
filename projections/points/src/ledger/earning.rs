//! Points come, become active and expire (L-12 to L-14).

use guanxi_events::loyalty::points::{
    EarnedBy, PointsActivated, PointsEarned, PointsExpired, RulesApplied,
};
use rust_decimal::Decimal;

use super::{
    Booking, Cause, CauseKind, Figures, Life, Line, LineKind, LotMove, NewLot, RuleShare, Rules,
    sum, taken,
};

pub(super) fn earned(earned: &PointsEarned) -> Booking {
    let rules = match &earned.by {
        EarnedBy::Rules(applied) => Some(rules(applied)),
        EarnedBy::Stated => None,
    };
    let cause = Cause::source(&earned.source);
    let (pending, active) = if earned.is_pending() {
        (earned.points, Decimal::ZERO)
    } else {
        (Decimal::ZERO, earned.points)
    };
    let new = NewLot {
        origin: earned.lot,
        source: cause.clone(),
        life: Life {
            earned_at: earned.at,
            active_at: earned.active_at,
            expires_at: earned.expires_at,
        },
        program_version: Some(earned.program.version),
        rules_version: rules.as_ref().map(|rules| rules.version),
        tier: rules.as_ref().and_then(|rules| rules.tier.clone()),
    };
    let line = Line {
        figures: Figures {
            earned: earned.points,
            pending,
            active,
            ..Figures::default()
        },
        program_version: Some(earned.program.version),
        rules,
        ..Line::reward(LineKind::Earned, earned.at, earned.points, cause)
    };
    let tier = Figures {
        earned: earned.tier_points,
        active: earned.tier_points,
        ..Figures::default()
    };
    // A purchase may give tier points alone.
    let booking = if earned.points.is_zero() {
        Booking::default()
    } else {
        Booking {
            lines: vec![line.clone()],
            moves: vec![LotMove {
                pending,
                remaining: active,
                new: Some(new),
                ..LotMove::of(earned.lot)
            }],
        }
    };
    booking.with_tier(&line, earned.tier_points, tier)
}

fn rules(applied: &RulesApplied) -> Rules {
    let shares = applied.rules.iter().map(|share| RuleShare {
        rule: share.rule.clone(),
        points: share.points,
    });
    Rules {
        version: applied.version,
        tier: applied.tier.clone().map(String::from),
        ladder_version: applied.ladder_version,
        factor: applied.factor,
        capped: applied.capped,
        shares: shares.collect(),
    }
}

pub(super) fn activated(activated: &PointsActivated) -> Booking {
    let points = sum(&activated.lots);
    let figures = Figures {
        pending: -points,
        active: points,
        ..Figures::default()
    };
    let cause = Cause::new(CauseKind::Time);
    let moves = activated.lots.iter().map(|part| LotMove {
        pending: -part.points,
        remaining: part.points,
        ..LotMove::of(part.lot)
    });
    Booking {
        lines: vec![Line {
            figures,
            ..Line::reward(LineKind::Activated, activated.at, points, cause)
        }],
        moves: moves.collect(),
    }
}

pub(super) fn expired(expired: &PointsExpired) -> Booking {
    let points = sum(&expired.lots);
    let figures = Figures {
        active: -points,
        expired: points,
        ..Figures::default()
    };
    let cause = Cause::new(CauseKind::Time);
    let moves = taken(&expired.lots).into_iter().map(|part| LotMove {
        expired: -part.remaining,
        ..part
    });
    Booking {
        lines: vec![Line {
            figures,
            ..Line::reward(LineKind::Expired, expired.at, -points, cause)
        }],
        moves: moves.collect(),
    }
}
