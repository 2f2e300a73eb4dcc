//! What a purchase earned is taken back, and given again (L-16).

use guanxi_decider::Refusal;
use guanxi_events::loyalty::{
    PurchaseId, ShortfallPolicy,
    points::{LotLife, LotNo, PointsRestored, PointsReversed},
};
use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{
    book::Book,
    ledger::{Lot, sum},
};

/// What a purchase's lot is to give back, or gets again.
#[derive(Debug, Clone, Copy)]
pub struct Share {
    /// The purchase.
    pub purchase: PurchaseId,
    /// The lot that it earned.
    pub lot: LotNo,
    /// How many reward points; 0 or more.
    pub points: Decimal,
    /// How many tier points; 0 or more.
    pub tier_points: Decimal,
}

/// How the lot was before anything was taken back of it, and how that was taken.
#[derive(Debug, Clone, Copy)]
pub struct Before {
    /// When it became, or becomes, active.
    pub active_at: Timestamp,
    /// When it was earned, and expires.
    pub life: LotLife,
    /// How many reward points are taken back by now.
    pub reversed: Decimal,
    /// Of these, what had expired.
    pub lapsed: Decimal,
}

impl Book {
    /// Takes points of a purchase back: what is pending, then what its own lots still hold, then what
    /// expired of them (nothing more is taken for that); the rest was spent, and follows the policy:
    /// other lots give it as far as they can, what is left is a negative balance, or owed.
    ///
    /// The answer is how many had expired.
    ///
    /// # Errors
    /// `POINTS_SPENT` where the policy refuses.
    pub fn reverse(
        &mut self,
        at: Timestamp,
        share: Share,
        policy: ShortfallPolicy,
    ) -> Result<Decimal, Refusal> {
        let ledger = self.ledger();
        let mut left = share.points;
        let mut take = |has: Decimal| {
            let taken = left.min(has).max(Decimal::ZERO);
            left -= taken;
            taken
        };
        let pending = ledger.pending.get(&share.lot);
        let pending = take(pending.map_or(Decimal::ZERO, |pending| pending.lot.points));
        let own = |lot: &Lot| lot.origin == share.lot;
        let mut lots = ledger.take_from(share.points - pending, own);
        take(sum(&lots));
        let lapsed = ledger.lapsed.get(&share.lot);
        let lapsed = take(lapsed.map_or(Decimal::ZERO, |lapsed| lapsed.points));
        let asked = left;
        let others = ledger.take_from(asked, |lot| !own(lot));
        let short = asked - sum(&others);
        if short > Decimal::ZERO && policy == ShortfallPolicy::Refuse {
            let there = share.points - short;
            return Err(Refusal::precondition(
                "POINTS_SPENT",
                format!(
                    "{} points are to be taken back, {} of them are there: the rest was spent",
                    share.points.normalize(),
                    there.normalize()
                ),
            )
            .figure("asked", share.points.normalize())
            .figure("there", there.normalize())
            .figure("missing", short.normalize()));
        }
        lots.extend(others);
        let (debt, owed) = match policy {
            ShortfallPolicy::GoNegative => (short, Decimal::ZERO),
            ShortfallPolicy::Owe | ShortfallPolicy::Refuse => (Decimal::ZERO, short),
        };
        self.push(PointsReversed {
            at,
            purchase: share.purchase,
            lot: share.lot,
            points: share.points,
            pending,
            lots,
            debt,
            owed,
            lapsed,
            tier_points: share.tier_points,
        });
        Ok(lapsed)
    }

    /// Gives points of a purchase again: first what is still owed is owed no more, then what was
    /// taken comes back, last what had expired stays expired. They live at least until `grace`.
    ///
    /// The answer is how many stay expired.
    pub fn restore(
        &mut self,
        at: Timestamp,
        share: Share,
        before: Before,
        grace: Option<Timestamp>,
    ) -> Decimal {
        let ledger = self.ledger();
        let owed = ledger.owed.get(&share.purchase).copied();
        let owed = owed.unwrap_or_default().min(share.points);
        let rest = share.points - owed;
        let taken = before.reversed - before.lapsed - owed;
        let lapsed = (rest - taken).clamp(Decimal::ZERO, before.lapsed);
        let points = rest - lapsed;
        let active_at = before.active_at.max(at);
        let mut life = before.life;
        life.expires_at = life.expires_at.map(|original| match grace {
            Some(grace) => original.max(grace),
            None => original,
        });
        let there = ledger.lots.get(&share.lot);
        let beside = there.is_some_and(|there| there.life != life);
        let lot = if beside {
            ledger.next_lot(0)
        } else {
            share.lot
        };
        self.push(PointsRestored {
            at,
            purchase: share.purchase,
            lot,
            origin: share.lot,
            points,
            owed,
            lapsed,
            tier_points: share.tier_points,
            active_at,
            life,
        });
        self.settle(at);
        self.catch_up();
        lapsed
    }
}
