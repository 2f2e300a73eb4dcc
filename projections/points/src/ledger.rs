//! The fold of one account's event, pure: from what happened to lines and movements of lots.
//!
//! The figures of a line are read from what the event says in all, the movements from the lots that
//! it names. Where an event contradicts itself the two disagree, and the law of conservation (L-19)
//! shows it.

mod corrections;
mod earning;
mod figures;
mod line;
mod reversing;
mod spending;

use guanxi_events::loyalty::points::{LotPart, PointsEvent};
use rust_decimal::Decimal;

pub use figures::Figures;
pub(crate) use line::named;
pub use line::{
    Account, Cause, CauseKind, Collected, Life, Line, LineKind, LotMove, NewLot, RuleShare, Rules,
};

/// What one event leaves.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Booking {
    /// Its lines: at most one an account.
    pub lines: Vec<Line>,
    /// What it does to lots.
    pub moves: Vec<LotMove>,
}

impl Booking {
    /// Books an event. One that moves no points leaves nothing.
    pub fn of(event: &PointsEvent) -> Self {
        match event {
            PointsEvent::Earned(earned) => earning::earned(earned),
            PointsEvent::Activated(activated) => earning::activated(activated),
            PointsEvent::Expired(expired) => earning::expired(expired),
            PointsEvent::Spent(spent) => spending::spent(spent),
            PointsEvent::Returned(returned) => spending::returned(returned),
            PointsEvent::Reversed(reversed) => reversing::reversed(reversed),
            PointsEvent::Restored(restored) => reversing::restored(restored),
            PointsEvent::DebtSettled(settled) => reversing::debt_settled(settled),
            PointsEvent::Adjusted(adjusted) => corrections::adjusted(adjusted),
            PointsEvent::Sent(sent) => corrections::sent(sent),
            PointsEvent::Received(received) => corrections::received(received),
            // Nothing is moved by a wish, nor by waiting for more history.
            PointsEvent::AdjustmentRequested(_)
            | PointsEvent::AdjustmentRejected(_)
            | PointsEvent::Held(_) => Self::default(),
        }
    }

    /// The line of tier points beside that of reward points, if there are any (L-10).
    fn with_tier(mut self, of: &Line, quantity: Decimal, figures: Figures) -> Self {
        if !quantity.is_zero() {
            self.lines.push(Line {
                account: Account::Tier,
                quantity,
                figures,
                lapsed: Decimal::ZERO,
                collected: Vec::new(),
                ..of.clone()
            });
        }
        self
    }
}

/// Parts of lots that are taken from what can be spent.
fn taken(parts: &[LotPart]) -> Vec<LotMove> {
    let parts = parts.iter();
    parts
        .map(|part| LotMove {
            remaining: -part.points,
            ..LotMove::of(part.lot)
        })
        .collect()
}

fn sum(parts: &[LotPart]) -> Decimal {
    parts.iter().map(|part| part.points).sum()
}
