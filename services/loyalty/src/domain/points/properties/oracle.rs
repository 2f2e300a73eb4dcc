//! The figures of an account, computed anew from all its events: each is folded by what it says of
//! itself, without the code that keeps the account.

use std::collections::BTreeMap;

use guanxi_events::loyalty::points::{LotNo, LotPart, PointsEvent};
use jiff::Timestamp;
use rust_decimal::Decimal;

use super::Ledger;

/// What an account comes to.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Figures {
    lots: BTreeMap<LotNo, Decimal>,
    pending: BTreeMap<LotNo, Decimal>,
    debt: Decimal,
    owed: Decimal,
    came: Decimal,
    spent: Decimal,
    sent: Decimal,
    expired: Decimal,
    reversed: Decimal,
    tier_points: Decimal,
}

type Lots = BTreeMap<LotNo, (Option<Timestamp>, Decimal)>;

impl Figures {
    /// As the account keeps them.
    pub(super) fn kept(ledger: &Ledger) -> Self {
        let lots = ledger.lots.iter().map(|(no, lot)| (*no, lot.points));
        let pending = ledger.pending.iter();
        let pending = pending.map(|(no, pending)| (*no, pending.lot.points));
        let sums = ledger.sums;
        Self {
            lots: lots.collect(),
            pending: pending.collect(),
            debt: ledger.debt,
            owed: ledger.owed(),
            came: sums.earned + sums.adjusted + sums.received,
            spent: sums.spent,
            sent: sums.sent,
            expired: sums.expired,
            reversed: sums.reversed,
            tier_points: ledger.tier_points(),
        }
    }

    /// As all events say.
    pub(super) fn of(events: &[PointsEvent]) -> Self {
        let mut figures = Self::default();
        let mut lots = Lots::new();
        for event in events {
            figures.add(event, &mut lots);
        }
        figures.lots = lots
            .into_iter()
            .map(|(no, (_, points))| (no, points))
            .collect();
        figures.lots.retain(|_, points| !points.is_zero());
        figures.pending.retain(|_, points| !points.is_zero());
        figures
    }

    fn add(&mut self, event: &PointsEvent, lots: &mut Lots) {
        match event {
            PointsEvent::Earned(e) => {
                self.came += e.points;
                self.tier_points += e.tier_points;
                if e.active_at > e.at {
                    *self.pending.entry(e.lot).or_default() += e.points;
                    lots.insert(e.lot, (e.expires_at, Decimal::ZERO));
                } else {
                    lots.insert(e.lot, (e.expires_at, e.points));
                }
            }
            PointsEvent::Activated(e) => {
                for part in &e.lots {
                    let pending = self.pending.remove(&part.lot).unwrap();
                    assert_eq!(pending, part.points, "what is left of it becomes active");
                    lots.get_mut(&part.lot).unwrap().1 += part.points;
                }
            }
            PointsEvent::Expired(e) => {
                for part in &e.lots {
                    let (expires, points) = lots[&part.lot];
                    assert!(
                        expires.is_some_and(|expires| expires <= e.at),
                        "its time has come"
                    );
                    assert_eq!(points, part.points, "all that is left of it");
                }
                self.expired += draw(lots, &e.lots);
            }
            PointsEvent::Spent(e) => {
                soonest_first(lots, &e.lots, e.at);
                assert_eq!(draw(lots, &e.lots), e.points);
                self.spent += e.points;
            }
            PointsEvent::Sent(e) => {
                soonest_first(lots, &e.lots, e.at);
                assert_eq!(draw(lots, &e.lots), e.points);
                self.sent += e.points;
            }
            PointsEvent::Received(e) => {
                for part in &e.lots {
                    let new = lots.insert(part.lot, (part.life.expires_at, part.points));
                    assert!(new.is_none(), "a new lot");
                }
                self.came += e.points;
            }
            PointsEvent::Returned(e) => {
                let mut sum = Decimal::ZERO;
                for part in &e.lots {
                    sum += part.points;
                    let lot = lots
                        .entry(part.lot)
                        .or_insert((part.life.expires_at, Decimal::ZERO));
                    assert!(
                        lot.1.is_zero() || lot.0 == part.life.expires_at,
                        "no life is mixed"
                    );
                    *lot = (part.life.expires_at, lot.1 + part.points);
                }
                assert_eq!(sum, e.points);
                self.spent -= e.points;
            }
            PointsEvent::Reversed(e) => {
                let taken = draw(lots, &e.lots);
                let all = e.pending + taken + e.debt + e.owed + e.lapsed;
                assert_eq!(all, e.points, "it says where each point comes from");
                if !e.pending.is_zero() {
                    let pending = self.pending.get_mut(&e.lot).unwrap();
                    *pending -= e.pending;
                    assert!(*pending >= Decimal::ZERO);
                    if pending.is_zero() {
                        self.pending.remove(&e.lot);
                    }
                }
                self.debt += e.debt;
                self.owed += e.owed;
                self.reversed += e.pending + taken + e.debt;
                self.tier_points -= e.tier_points;
            }
            PointsEvent::Restored(e) => {
                self.owed -= e.owed;
                self.reversed -= e.points;
                self.tier_points += e.tier_points;
                if e.active_at > e.at {
                    *self.pending.entry(e.lot).or_default() += e.points;
                    lots.entry(e.lot)
                        .or_insert((e.life.expires_at, Decimal::ZERO));
                } else {
                    let lot = lots
                        .entry(e.lot)
                        .or_insert((e.life.expires_at, Decimal::ZERO));
                    *lot = (e.life.expires_at, lot.1 + e.points);
                }
            }
            PointsEvent::DebtSettled(e) => {
                let used = draw(lots, &e.lots);
                let collected: Decimal = e.owed.iter().map(|owed| owed.points).sum();
                assert_eq!(used, e.debt + collected, "what is used pays something");
                self.debt -= e.debt;
                self.owed -= collected;
                self.reversed += collected;
            }
            PointsEvent::Adjusted(e) => {
                self.came += e.points;
                self.tier_points += e.tier_points;
                let taken = draw(lots, &e.lots);
                match e.lot {
                    Some(lot) => {
                        lots.insert(lot, (e.expires_at, e.points));
                    }
                    None => assert_eq!(taken, -e.points),
                }
            }
            PointsEvent::AdjustmentRequested(_)
            | PointsEvent::AdjustmentRejected(_)
            | PointsEvent::Held(_) => {}
        }
    }
}

fn draw(lots: &mut Lots, parts: &[LotPart]) -> Decimal {
    for part in parts {
        let lot = lots.get_mut(&part.lot).unwrap();
        lot.1 -= part.points;
        assert!(lot.1 >= Decimal::ZERO, "no lot is below zero");
    }
    parts.iter().map(|part| part.points).sum()
}

/// No lot that is left would have expired sooner than one that was taken, and none had expired.
fn soonest_first(lots: &Lots, parts: &[LotPart], at: Timestamp) {
    let never = Timestamp::MAX;
    let expiry = |lot: LotNo| lots[&lot].0.unwrap_or(never);
    let last = parts.iter().map(|part| expiry(part.lot)).max().unwrap();
    for part in parts {
        assert!(expiry(part.lot) > at, "nothing that has expired is spent");
    }
    for (no, (expires, points)) in lots {
        let taken: Decimal = parts
            .iter()
            .filter(|p| p.lot == *no)
            .map(|p| p.points)
            .sum();
        if *points > taken {
            assert!(expires.unwrap_or(never) >= last, "lot {no} expires sooner");
        }
    }
}
