//! What purchases earn, and what is taken back of it and given again.

use guanxi_events::loyalty::{
    PurchaseId,
    points::{
        DebtSettled, EarnedBy, LotLife, LotNo, LotPart, OwedCollected, PointsEarned, PointsEvent,
        PointsRestored, PointsReversed, PointsSource, RulePoints, RulesApplied,
    },
};
use jiff::{Timestamp, ToSpan, civil::date};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::Naive;

/// A purchase that earned.
#[derive(Debug, Clone)]
pub(crate) struct Bought {
    pub(crate) id: Uuid,
    pub(crate) lot: u32,
    /// What can still be taken back.
    left: Decimal,
    /// What was taken back and counts, and can be given again.
    back: Decimal,
    /// What expired of it and was not taken back.
    pub(crate) expired: Decimal,
    /// What was to be taken back and had expired.
    lapsed: Decimal,
}

fn sum(parts: &[LotPart]) -> Decimal {
    parts.iter().map(|part| part.points).sum()
}

impl Naive {
    /// A purchase earns: every second time pending first, every third time with tier points, every
    /// fourth time without an expiry, every seventh time tier points alone.
    pub(crate) fn earn(&mut self, at: Timestamp, points: Decimal, which: usize) -> PointsEvent {
        let alone = which.is_multiple_of(7);
        let points = if alone { Decimal::ZERO } else { points };
        let tier_points = if alone || which.is_multiple_of(3) {
            Decimal::TEN
        } else {
            Decimal::ZERO
        };
        let no = self.next_lot();
        let id = Uuid::from_u128(self.id.as_u128() * 1_000_000 + self.bought.len() as u128);
        let pending = which.is_multiple_of(2);
        let active_at = if pending { at + 48.hours() } else { at };
        let expires_at = (!which.is_multiple_of(4)).then(|| at + 700.hours());
        let life = LotLife {
            earned_at: at,
            expires_at,
        };
        let source = PointsSource::Purchase(PurchaseId::from(id));
        if !alone {
            self.put(no, no, source.clone(), life);
            let lot = self.lots.get_mut(&no).unwrap();
            if pending {
                lot.pending = points;
            } else {
                lot.remaining = points;
            }
            self.bought.push(Bought {
                id,
                lot: no,
                left: points,
                back: Decimal::ZERO,
                expired: Decimal::ZERO,
                lapsed: Decimal::ZERO,
            });
        }
        self.counters.earned += points;
        self.tier[0] += tier_points;
        let applied = RulesApplied {
            version: 3,
            tier: Some("gold".parse().unwrap()),
            ladder_version: Some(1),
            factor: Decimal::ONE,
            rules: vec![RulePoints {
                rule: "spend".into(),
                points,
            }],
            capped: Decimal::ZERO,
        };
        PointsEarned {
            lot: LotNo(no),
            at,
            on: date(2024, 1, 31),
            points,
            tier_points,
            source,
            program: self.version(),
            by: EarnedBy::Rules(applied),
            active_at,
            expires_at,
        }
        .into()
    }

    /// What is pending goes first, then what its own lots hold, then what expired; the rest comes
    /// from other lots, and what they lack is a debt or owed.
    pub(crate) fn reverse(
        &mut self,
        at: Timestamp,
        points: Decimal,
        which: usize,
    ) -> Option<PointsEvent> {
        let count = self.bought.len().max(1);
        let n = which % count;
        let bought = self.bought.get(n)?.clone();
        let points = points.min(bought.left);
        if points.is_zero() {
            return None;
        }
        let own = self.lots.get_mut(&bought.lot)?;
        let pending = own.pending.min(points);
        own.pending -= pending;
        let mut lots = self.take(points - pending, |lot| lot.origin == bought.lot);
        let rest = points - pending - sum(&lots);
        let lapsed = rest.min(bought.expired);
        lots.extend(self.take(rest - lapsed, |lot| lot.origin != bought.lot));
        let short = points - pending - lapsed - sum(&lots);
        let (debt, owed) = if which.is_multiple_of(2) {
            (short, Decimal::ZERO)
        } else {
            (Decimal::ZERO, short)
        };
        self.debt += debt;
        if owed > Decimal::ZERO {
            *self.owed.entry(bought.id).or_default() += owed;
        }
        let counts = points - lapsed - owed;
        self.counters.reversed += counts;
        let bought = &mut self.bought[n];
        bought.left -= points;
        bought.back += counts;
        bought.expired -= lapsed;
        bought.lapsed += lapsed;
        let tier_points = Decimal::from(which % 2);
        self.tier[2] += tier_points;
        Some(
            PointsReversed {
                at,
                purchase: PurchaseId::from(bought.id),
                lot: LotNo(bought.lot),
                points,
                pending,
                lots,
                debt,
                owed,
                lapsed,
                tier_points,
            }
            .into(),
        )
    }

    /// What is still owed is owed no more, then what counts comes back, then what had expired stays
    /// so.
    pub(crate) fn restore(
        &mut self,
        at: Timestamp,
        points: Decimal,
        which: usize,
    ) -> Option<PointsEvent> {
        let count = self.bought.len().max(1);
        let n = which % count;
        let bought = self.bought.get(n)?.clone();
        let owed = self.owed.get(&bought.id).copied().unwrap_or_default();
        let owed = owed.min(points);
        let back = bought.back.min(points - owed);
        let lapsed = bought.lapsed.min(points - owed - back);
        if (owed + back + lapsed).is_zero() {
            return None;
        }
        let lot = self.lots.get(&bought.lot)?.clone();
        let mut life = lot.life;
        if which.is_multiple_of(3) {
            life.expires_at = life.expires_at.map(|at| at + 100.hours());
        }
        let beside = (lot.remaining + lot.pending) > Decimal::ZERO && life != lot.life;
        let no = if beside { self.next_lot() } else { bought.lot };
        let pending = which.is_multiple_of(5);
        let active_at = if pending { at + 1.hours() } else { at };
        if !back.is_zero() {
            self.put(no, lot.origin, lot.source, life);
            let lot = self.lots.get_mut(&no)?;
            if pending {
                lot.pending += back;
            } else {
                lot.remaining += back;
            }
        }
        if let Some(left) = self.owed.get_mut(&bought.id) {
            *left -= owed;
        }
        self.counters.reversed -= back;
        let bought = &mut self.bought[n];
        bought.left += owed + back + lapsed;
        bought.back -= back;
        bought.lapsed -= lapsed;
        bought.expired += lapsed;
        Some(
            PointsRestored {
                at,
                purchase: PurchaseId::from(bought.id),
                lot: LotNo(no),
                origin: LotNo(bought.lot),
                points: back,
                owed,
                lapsed,
                tier_points: Decimal::ZERO,
                active_at,
                life,
            }
            .into(),
        )
    }

    /// What the lots hold pays the negative balance first, then what is owed.
    pub(crate) fn settle(&mut self, at: Timestamp) -> Option<PointsEvent> {
        let held = self.held();
        let debt = self.debt.min(held);
        let mut left = held - debt;
        let mut collected = Vec::new();
        for (purchase, owed) in &mut self.owed {
            let points = left.min(*owed);
            if points > Decimal::ZERO {
                *owed -= points;
                left -= points;
                collected.push(OwedCollected {
                    purchase: PurchaseId::from(*purchase),
                    points,
                });
                self.counters.reversed += points;
                let bought = self.bought.iter_mut().find(|bought| bought.id == *purchase);
                bought.unwrap().back += points;
            }
        }
        self.debt -= debt;
        let lots = self.take(held - left, |_| true);
        (!lots.is_empty()).then(|| {
            DebtSettled {
                at,
                lots,
                debt,
                owed: collected,
            }
            .into()
        })
    }
}
