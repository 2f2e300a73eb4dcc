//! The state of a points account: open lots, what is pending, what is owed, and the sums of the law
//! of conservation (L-10, L-14, L-19).
//!
//! It keeps only what decisions need. What a lot once held is forgotten when it is spent: a
//! redemption keeps the lots that it took, and a purchase the lot that it earned, so that a refund
//! or a return years later finds them there. What expired of a purchase's points is remembered for
//! as long as a return is likely ([`RETURNS_AFTER_EXPIRY`]).

use guanxi_events::{
    PersonId,
    loyalty::{
        ProgramId, PurchaseId,
        points::{AdjustmentNo, LotLife, LotNo, LotPart, PointsSource},
    },
};
use imbl::OrdMap;
use jiff::{SignedDuration, Timestamp, civil::Date};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What expired of a purchase's points is remembered for so long: two years. A return after that
/// treats them as spent.
pub const RETURNS_AFTER_EXPIRY: SignedDuration = SignedDuration::from_hours(731 * 24);

/// A points account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    /// The program, since anything was booked.
    pub program: Option<ProgramId>,
    /// Active lots with something left.
    pub lots: OrdMap<LotNo, Lot>,
    /// Lots that cannot be spent yet.
    pub pending: OrdMap<LotNo, PendingLot>,
    /// By how much the balance is below zero.
    pub debt: Decimal,
    /// What is owed without a negative balance, by purchase.
    pub owed: OrdMap<PurchaseId, Decimal>,
    /// What expired of lots that purchases earned.
    pub lapsed: OrdMap<LotNo, Lapsed>,
    /// The reward points that ever moved.
    pub sums: Sums,
    /// Tier points (升级积分).
    pub tier: TierSums,
    /// What purchases earned, for the caps.
    pub earnings: Earnings,
    /// Adjustments that wait for somebody's approval.
    pub waiting: OrdMap<AdjustmentNo, WaitingAdjustment>,
    /// The last adjustment's number.
    pub adjustments: u32,
    /// The last lot's number.
    pub last_lot: u32,
    /// Until when at the latest more history is to come; nothing happens by itself before.
    pub held_until: Option<Timestamp>,
}

/// An active lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// The lot of which its points were earned: itself, or the one beside which it stands.
    pub origin: LotNo,
    /// What is left.
    pub points: Decimal,
    /// When it was earned, and expires.
    pub life: LotLife,
    /// Where its points came from.
    pub source: PointsSource,
}

/// A lot that cannot be spent yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingLot {
    /// What it will be.
    pub lot: Lot,
    /// When it becomes active.
    pub active_at: Timestamp,
}

/// What expired of a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lapsed {
    /// How many points.
    pub points: Decimal,
    /// When, at last.
    pub at: Timestamp,
}

/// The reward points that ever moved. `earned + adjusted + received = pending + active + spent +
/// sent + expired + reversed` (L-19).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Earned.
    pub earned: Decimal,
    /// Adjusted; below 0 where more was taken than given.
    pub adjusted: Decimal,
    /// From other members.
    pub received: Decimal,
    /// Spent and not refunded.
    pub spent: Decimal,
    /// To other members.
    pub sent: Decimal,
    /// Expired.
    pub expired: Decimal,
    /// Taken back, and not given again.
    pub reversed: Decimal,
}

/// The tier points that ever moved: `earned + adjusted − reversed` is the balance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierSums {
    /// Earned.
    pub earned: Decimal,
    /// Adjusted.
    pub adjusted: Decimal,
    /// Taken back, and not given again.
    pub reversed: Decimal,
}

/// What purchases earned. Returns give nothing back of a cap.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earnings {
    /// By business day, of this month and the one before the latest.
    pub by_day: OrdMap<Date, Decimal>,
    /// In all.
    pub total: Decimal,
    /// How often.
    pub count: u32,
}

/// An adjustment that waits for somebody's approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingAdjustment {
    /// Reward points.
    pub points: Decimal,
    /// Tier points.
    pub tier_points: Decimal,
    /// Why.
    pub reason: String,
    /// Who asks.
    pub by: PersonId,
}

impl Ledger {
    /// The points that are in active lots.
    pub fn in_lots(&self) -> Decimal {
        self.lots.values().map(|lot| lot.points).sum()
    }

    /// The balance that can be spent, or is below zero: Σ lots − debt.
    pub fn active(&self) -> Decimal {
        self.in_lots() - self.debt
    }

    /// The points that cannot be spent yet.
    pub fn pending(&self) -> Decimal {
        self.pending
            .values()
            .map(|pending| pending.lot.points)
            .sum()
    }

    /// What is owed without a negative balance.
    pub fn owed(&self) -> Decimal {
        self.owed.values().sum()
    }

    /// The balance of tier points.
    pub fn tier_points(&self) -> Decimal {
        self.tier.earned + self.tier.adjusted - self.tier.reversed
    }

    /// The law of conservation (L-19): what came in less what is there and what went out, which is 0
    /// at every moment.
    pub fn imbalance(&self) -> Decimal {
        let sums = &self.sums;
        let came = sums.earned + sums.adjusted + sums.received;
        let went = sums.spent + sums.sent + sums.expired + sums.reversed;
        came - went - self.pending() - self.active()
    }

    /// The next instant at which points become active or expire.
    pub fn next_change(&self) -> Option<Timestamp> {
        let expiries = self.lots.values().filter_map(|lot| lot.life.expires_at);
        let activations = self.pending.values().map(|pending| pending.active_at);
        expiries.chain(activations).min()
    }

    /// The lots that so many points are taken from: the soonest to expire first, then the first
    /// earned, then the lowest number (L-14). Fewer when there are fewer.
    pub fn take(&self, points: Decimal) -> Vec<LotPart> {
        self.take_from(points, |_| true)
    }

    /// The same, from the lots that `which` chooses.
    pub fn take_from(&self, points: Decimal, which: impl Fn(&Lot) -> bool) -> Vec<LotPart> {
        let mut order: Vec<(Timestamp, Timestamp, LotNo, Decimal)> = self
            .lots
            .iter()
            .filter(|(_, lot)| which(lot))
            .map(|(no, lot)| {
                let expires = lot.life.expires_at.unwrap_or(Timestamp::MAX);
                (expires, lot.life.earned_at, *no, lot.points)
            })
            .collect();
        order.sort_unstable();
        let mut left = points;
        let mut parts = Vec::new();
        for (_, _, lot, has) in order {
            let taken = has.min(left);
            if taken > Decimal::ZERO {
                parts.push(LotPart { lot, points: taken });
                left -= taken;
            }
        }
        parts
    }

    /// Whether more history is to come, so that nothing happens by itself.
    pub fn is_held(&self, now: Timestamp) -> bool {
        self.held_until.is_some_and(|until| now < until)
    }

    /// The number of the next lot but `skip`.
    pub fn next_lot(&self, skip: u32) -> LotNo {
        LotNo(self.last_lot.saturating_add(skip).saturating_add(1))
    }
}

/// The points of parts of lots.
pub fn sum(parts: &[LotPart]) -> Decimal {
    parts.iter().map(|part| part.points).sum()
}
