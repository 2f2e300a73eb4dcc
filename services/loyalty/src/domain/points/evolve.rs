//! What each event makes of an account.

use guanxi_events::loyalty::points::{
    DebtSettled, EarnedBy, LotLife, LotNo, LotPart, PointsAdjusted, PointsEarned, PointsEvent,
    PointsExpired, PointsReceived, PointsRestored, PointsReturned, PointsReversed, PointsSource,
};
use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;

use super::ledger::{
    Lapsed, Ledger, Lot, PendingLot, RETURNS_AFTER_EXPIRY, WaitingAdjustment, sum,
};

impl Ledger {
    /// The account after the event.
    pub(super) fn after(mut self, event: &PointsEvent) -> Self {
        match event {
            PointsEvent::Earned(earned) => self.earn(earned),
            PointsEvent::Activated(activated) => {
                for part in &activated.lots {
                    self.activate(*part);
                }
            }
            PointsEvent::Expired(expired) => self.expire(expired),
            PointsEvent::Spent(spent) => {
                self.draw(&spent.lots);
                self.sums.spent += spent.points;
            }
            PointsEvent::Returned(returned) => self.give_back(returned),
            PointsEvent::Reversed(reversed) => self.reverse(reversed),
            PointsEvent::Restored(restored) => self.restore(restored),
            PointsEvent::DebtSettled(settled) => self.settle(settled),
            PointsEvent::AdjustmentRequested(asked) => {
                self.adjustments = self.adjustments.max(asked.adjustment.0);
                let waiting = WaitingAdjustment {
                    points: asked.points,
                    tier_points: asked.tier_points,
                    reason: asked.reason.clone(),
                    by: asked.by.clone(),
                };
                self.waiting.insert(asked.adjustment, waiting);
            }
            PointsEvent::AdjustmentRejected(rejected) => {
                self.waiting.remove(&rejected.adjustment);
            }
            PointsEvent::Adjusted(adjusted) => self.adjust(adjusted),
            PointsEvent::Sent(sent) => {
                self.draw(&sent.lots);
                self.sums.sent += sent.points;
            }
            PointsEvent::Received(received) => self.receive(received),
            PointsEvent::Held(held) => self.held_until = held.until,
        }
        self
    }

    fn earn(&mut self, earned: &PointsEarned) {
        self.program = Some(earned.program.program);
        self.sums.earned += earned.points;
        self.tier.earned += earned.tier_points;
        if let EarnedBy::Rules(_) = earned.by {
            self.count(earned.on, earned.points);
        }
        let lot = Lot {
            origin: earned.lot,
            points: earned.points,
            life: earned.life(),
            source: earned.source.clone(),
        };
        self.last_lot = self.last_lot.max(earned.lot.0);
        if earned.is_pending() {
            self.pend(earned.lot, lot, earned.active_at);
        } else {
            self.put(earned.lot, lot);
        }
    }

    /// What a purchase earned, for the caps of its day and month.
    fn count(&mut self, on: Date, points: Decimal) {
        self.earnings.count = self.earnings.count.saturating_add(1);
        self.earnings.total += points;
        *self.earnings.by_day.entry(on).or_default() += points;
        let Some((latest, _)) = self.earnings.by_day.get_max() else {
            return;
        };
        let first = latest.first_of_month().saturating_sub(1.month());
        let days = &self.earnings.by_day;
        if days.get_min().is_some_and(|(day, _)| *day < first) {
            let kept = days.iter().filter(|(day, _)| **day >= first);
            self.earnings.by_day = kept.map(|(day, points)| (*day, *points)).collect();
        }
    }

    /// Adds a lot, or points to the lot that it is.
    fn put(&mut self, no: LotNo, lot: Lot) {
        if lot.points.is_zero() {
            return;
        }
        self.last_lot = self.last_lot.max(no.0);
        match self.lots.get_mut(&no) {
            Some(there) => there.points += lot.points,
            None => {
                self.lots.insert(no, lot);
            }
        }
    }

    fn pend(&mut self, no: LotNo, lot: Lot, active_at: jiff::Timestamp) {
        if lot.points.is_zero() {
            return;
        }
        match self.pending.get_mut(&no) {
            Some(there) => there.lot.points += lot.points,
            None => {
                self.pending.insert(no, PendingLot { lot, active_at });
            }
        }
    }

    fn activate(&mut self, part: LotPart) {
        if let Some(pending) = self.pending.remove(&part.lot) {
            self.put(part.lot, pending.lot);
        }
    }

    /// Takes points off active lots; what is empty is forgotten.
    fn draw(&mut self, parts: &[LotPart]) {
        for part in parts {
            let Some(lot) = self.lots.get_mut(&part.lot) else {
                continue;
            };
            lot.points -= part.points;
            if lot.points <= Decimal::ZERO {
                self.lots.remove(&part.lot);
            }
        }
    }

    fn expire(&mut self, expired: &PointsExpired) {
        for part in &expired.lots {
            let Some(lot) = self.lots.get(&part.lot) else {
                continue;
            };
            if let PointsSource::Purchase(_) = lot.source {
                self.lapse(lot.origin, part.points, expired.at);
            }
        }
        self.draw(&expired.lots);
        self.sums.expired += sum(&expired.lots);
        let old = |lapsed: &Lapsed| expired.at.duration_since(lapsed.at) > RETURNS_AFTER_EXPIRY;
        if self.lapsed.values().any(old) {
            let kept = self.lapsed.iter().filter(|(_, lapsed)| !old(lapsed));
            self.lapsed = kept.map(|(lot, lapsed)| (*lot, *lapsed)).collect();
        }
    }

    fn lapse(&mut self, origin: LotNo, points: Decimal, at: jiff::Timestamp) {
        let lapsed = self.lapsed.entry(origin).or_insert(Lapsed {
            points: Decimal::ZERO,
            at,
        });
        lapsed.points += points;
        lapsed.at = lapsed.at.max(at);
    }

    fn give_back(&mut self, returned: &PointsReturned) {
        self.sums.spent -= returned.points;
        for part in &returned.lots {
            let lot = Lot {
                origin: part.origin,
                points: part.points,
                life: part.life,
                source: part.source.clone(),
            };
            self.put(part.lot, lot);
        }
    }

    fn reverse(&mut self, reversed: &PointsReversed) {
        if reversed.pending > Decimal::ZERO {
            let empty = self.pending.get_mut(&reversed.lot).is_some_and(|pending| {
                pending.lot.points -= reversed.pending;
                pending.lot.points <= Decimal::ZERO
            });
            if empty {
                self.pending.remove(&reversed.lot);
            }
        }
        self.draw(&reversed.lots);
        self.debt += reversed.debt;
        self.sums.reversed += reversed.pending + sum(&reversed.lots) + reversed.debt;
        if reversed.owed > Decimal::ZERO {
            *self.owed.entry(reversed.purchase).or_default() += reversed.owed;
        }
        if reversed.lapsed > Decimal::ZERO {
            let empty = self.lapsed.get_mut(&reversed.lot).is_some_and(|lapsed| {
                lapsed.points -= reversed.lapsed;
                lapsed.points <= Decimal::ZERO
            });
            if empty {
                self.lapsed.remove(&reversed.lot);
            }
        }
        self.tier.reversed += reversed.tier_points;
    }

    fn restore(&mut self, restored: &PointsRestored) {
        self.sums.reversed -= restored.points;
        self.owe_less(restored.purchase, restored.owed);
        if restored.lapsed > Decimal::ZERO {
            self.lapse(restored.origin, restored.lapsed, restored.at);
        }
        self.tier.reversed -= restored.tier_points;
        let lot = Lot {
            origin: restored.origin,
            points: restored.points,
            life: restored.life,
            source: PointsSource::Purchase(restored.purchase),
        };
        if restored.active_at > restored.at {
            self.pend(restored.lot, lot, restored.active_at);
        } else {
            self.put(restored.lot, lot);
        }
    }

    fn owe_less(&mut self, purchase: guanxi_events::loyalty::PurchaseId, points: Decimal) {
        let Some(owed) = self.owed.get_mut(&purchase) else {
            return;
        };
        *owed -= points;
        if *owed <= Decimal::ZERO {
            self.owed.remove(&purchase);
        }
    }

    fn settle(&mut self, settled: &DebtSettled) {
        self.draw(&settled.lots);
        self.debt -= settled.debt;
        for collected in &settled.owed {
            self.sums.reversed += collected.points;
            self.owe_less(collected.purchase, collected.points);
        }
    }

    fn adjust(&mut self, adjusted: &PointsAdjusted) {
        self.program = Some(adjusted.program.program);
        self.adjustments = self.adjustments.max(adjusted.adjustment.0);
        self.waiting.remove(&adjusted.adjustment);
        self.sums.adjusted += adjusted.points;
        self.tier.adjusted += adjusted.tier_points;
        self.draw(&adjusted.lots);
        if let Some(no) = adjusted.lot {
            let lot = Lot {
                origin: no,
                points: adjusted.points,
                life: LotLife {
                    earned_at: adjusted.at,
                    expires_at: adjusted.expires_at,
                },
                source: PointsSource::Adjustment(adjusted.adjustment),
            };
            self.put(no, lot);
        }
    }

    fn receive(&mut self, received: &PointsReceived) {
        self.sums.received += received.points;
        for part in &received.lots {
            let lot = Lot {
                origin: part.lot,
                points: part.points,
                life: part.life,
                source: PointsSource::Transfer(received.from),
            };
            self.put(part.lot, lot);
        }
    }
}
