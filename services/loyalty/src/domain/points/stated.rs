//! Points that another system, or an activity, states: nobody computes them here (L-12).

use guanxi_decider::Context;
use guanxi_events::loyalty::{
    MemberEvent, MemberId, QualifyingCause, QualifyingSums,
    points::{EarnedBy, PointsEarned, PointsSource},
};
use jiff::Timestamp;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Ledger, book::Book};
use crate::domain::{program::life, standing::Standing};

/// A reference is booked once for a member: as a batch of one item, whose id follows from both.
pub fn booking(member: MemberId, reference: &str) -> Uuid {
    Uuid::new_v5(&member.0, format!("stated {reference}").as_bytes())
}

/// Points that somebody states, checked.
#[derive(Debug, Clone)]
pub struct Stated {
    /// Reward points.
    pub points: Decimal,
    /// Tier points.
    pub tier_points: Decimal,
    /// What the other calls it.
    pub reference: String,
}

/// Books stated points, active at once; the answer is what follows for the member's tier.
pub fn accrue(
    book: &mut Book,
    standing: &mut Standing,
    stated: Stated,
    at: Timestamp,
    context: &Context,
) -> Vec<MemberEvent> {
    let life = life::at_once(&standing.program.rules, at, &context.zone);
    let on = context.date_of(at);
    let cause = Uuid::new_v5(&standing.id.0, stated.reference.as_bytes());
    book.earn(PointsEarned {
        lot: book.ledger().next_lot(0),
        at,
        on,
        points: stated.points,
        tier_points: stated.tier_points,
        source: PointsSource::Stated(stated.reference),
        program: standing.program.as_of_now(standing.member.program),
        by: EarnedBy::Stated,
        active_at: at,
        expires_at: life.expires_at,
    });
    let sums = QualifyingSums {
        tier_points: stated.tier_points,
        ..QualifyingSums::default()
    };
    standing.qualify(on, QualifyingCause::Adjustment(cause), sums, context)
}

/// The account at the time of a booking: as of now, or, while its history is loaded, as of then.
pub fn open(ledger: &Ledger, at: Timestamp, context: &Context) -> Book {
    let held = ledger.is_held(context.now);
    Book::open(ledger, if held { at } else { context.now })
}
