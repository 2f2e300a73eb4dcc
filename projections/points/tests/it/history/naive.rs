//! An account as simply as it can be kept: its lots, what is owed, and counters.

use std::collections::BTreeMap;

use guanxi_events::loyalty::{
    ProgramId,
    points::{
        LotLife, LotNo, LotPart, PointsActivated, PointsEvent, PointsExpired, PointsReturned,
        PointsSource, PointsSpent, ProgramVersion, RedemptionId, ReturnedLot,
    },
};
use guanxi_points::ledger::Figures;
use jiff::{Timestamp, ToSpan};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::purchases::Bought;

/// A lot.
#[derive(Debug, Clone)]
pub(crate) struct NaiveLot {
    pub(crate) origin: u32,
    pub(crate) source: PointsSource,
    pub(crate) life: LotLife,
    pub(crate) pending: Decimal,
    pub(crate) remaining: Decimal,
    pub(crate) expired: Decimal,
    /// How often an event said how long it lives.
    pub(crate) told: u32,
}

/// An account.
#[derive(Debug, Clone)]
pub(crate) struct Naive {
    pub(crate) id: Uuid,
    pub(super) program: Uuid,
    pub(super) lots: BTreeMap<u32, NaiveLot>,
    pub(super) debt: Decimal,
    pub(super) owed: BTreeMap<Uuid, Decimal>,
    pub(super) bought: Vec<Bought>,
    redeemed: Vec<(Uuid, Vec<LotPart>)>,
    pub(super) adjustments: u32,
    /// What came in and went out.
    pub(super) counters: Figures,
    /// Tier points: earned, adjusted, reversed.
    pub(super) tier: [Decimal; 3],
}

/// An account at one moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Snapshot {
    pub(crate) figures: Figures,
    pub(crate) tier: [Decimal; 3],
    pub(crate) lots: BTreeMap<u32, Holds>,
}

/// What a lot holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Holds {
    /// Pending, remaining, expired.
    pub(crate) sums: [Decimal; 3],
    /// When it expires.
    pub(crate) expires_at: Option<Timestamp>,
    /// How often that was told.
    pub(crate) told: u32,
}

impl Naive {
    pub(crate) fn new(id: Uuid, program: Uuid) -> Self {
        Self {
            id,
            program,
            lots: BTreeMap::new(),
            debt: Decimal::ZERO,
            owed: BTreeMap::new(),
            bought: Vec::new(),
            redeemed: Vec::new(),
            adjustments: 0,
            counters: Figures::default(),
            tier: [Decimal::ZERO; 3],
        }
    }

    /// What is there is counted from the lots; what came and went has counters.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let held = self.held();
        let figures = Figures {
            pending: self.lots.values().map(|lot| lot.pending).sum(),
            active: held - self.debt,
            debt: self.debt,
            owed: self.owed.values().sum(),
            ..self.counters
        };
        let lots = self.lots.iter().map(|(no, lot)| {
            let holds = Holds {
                sums: [lot.pending, lot.remaining, lot.expired],
                expires_at: lot.life.expires_at,
                told: lot.told,
            };
            (*no, holds)
        });
        Snapshot {
            figures,
            tier: self.tier,
            lots: lots.collect(),
        }
    }

    pub(super) fn held(&self) -> Decimal {
        self.lots.values().map(|lot| lot.remaining).sum()
    }

    pub(super) fn version(&self) -> ProgramVersion {
        ProgramVersion {
            program: ProgramId::from(self.program),
            version: 2,
        }
    }

    pub(super) fn next_lot(&self) -> u32 {
        self.lots.keys().last().copied().unwrap_or(0) + 1
    }

    pub(super) fn put(&mut self, no: u32, origin: u32, source: PointsSource, life: LotLife) {
        self.lots.entry(no).or_insert(NaiveLot {
            origin,
            source,
            life,
            pending: Decimal::ZERO,
            remaining: Decimal::ZERO,
            expired: Decimal::ZERO,
            told: 0,
        });
        let lot = self.lots.get_mut(&no).unwrap();
        lot.life = life;
        lot.told += 1;
    }

    /// Takes points from the lots that may be taken from, in the order of their numbers.
    pub(super) fn take(
        &mut self,
        mut points: Decimal,
        may: impl Fn(&NaiveLot) -> bool,
    ) -> Vec<LotPart> {
        let mut parts = Vec::new();
        for (no, lot) in &mut self.lots {
            let taken = lot.remaining.min(points);
            if may(lot) && taken > Decimal::ZERO {
                lot.remaining -= taken;
                points -= taken;
                parts.push(LotPart {
                    lot: LotNo(*no),
                    points: taken,
                });
            }
        }
        parts
    }

    /// As many as can be spent of `points`.
    pub(super) fn at_most(&self, points: Decimal) -> Option<Decimal> {
        let points = points.min(self.held() - self.debt);
        (points > Decimal::ZERO).then_some(points)
    }

    pub(crate) fn activate(&mut self, at: Timestamp) -> Option<PointsEvent> {
        let mut lots = Vec::new();
        for (no, lot) in &mut self.lots {
            if lot.pending > Decimal::ZERO {
                lots.push(LotPart {
                    lot: LotNo(*no),
                    points: lot.pending,
                });
                lot.remaining += lot.pending;
                lot.pending = Decimal::ZERO;
            }
        }
        (!lots.is_empty()).then(|| PointsActivated { at, lots }.into())
    }

    pub(crate) fn expire(&mut self, at: Timestamp, which: usize) -> Option<PointsEvent> {
        let open: Vec<u32> = self
            .lots
            .iter()
            .filter(|(_, lot)| lot.remaining > Decimal::ZERO)
            .map(|(no, _)| *no)
            .collect();
        let no = *open.get(which % open.len().max(1))?;
        let lot = self.lots.get_mut(&no)?;
        let points = std::mem::take(&mut lot.remaining);
        lot.expired += points;
        let origin = lot.origin;
        self.counters.expired += points;
        if let Some(bought) = self.bought.iter_mut().find(|bought| bought.lot == origin) {
            bought.expired += points;
        }
        let lots = vec![LotPart {
            lot: LotNo(no),
            points,
        }];
        Some(PointsExpired { at, lots }.into())
    }

    pub(crate) fn spend(&mut self, at: Timestamp, points: Decimal) -> Option<PointsEvent> {
        let points = self.at_most(points)?;
        let lots = self.take(points, |_| true);
        self.counters.spent += points;
        let redemption =
            Uuid::from_u128(self.id.as_u128() * 1_000_000 + 1_000 + self.redeemed.len() as u128);
        self.redeemed.push((redemption, lots.clone()));
        Some(
            PointsSpent {
                at,
                redemption: RedemptionId::from(redemption),
                points,
                lots,
                reference: None,
            }
            .into(),
        )
    }

    /// A part of what a redemption took comes back: to its own lot, or, living longer, beside it.
    pub(crate) fn return_some(
        &mut self,
        at: Timestamp,
        points: Decimal,
        which: usize,
    ) -> Option<PointsEvent> {
        let count = self.redeemed.len().max(1);
        let (redemption, parts) = self.redeemed.get_mut(which % count)?;
        let redemption = *redemption;
        let part = parts.iter_mut().find(|part| part.points > Decimal::ZERO)?;
        let points = points.min(part.points);
        part.points -= points;
        let own = part.lot.0;
        let lot = self.lots.get(&own)?.clone();
        let mut life = lot.life;
        if which.is_multiple_of(3) {
            life.expires_at = life.expires_at.map(|at| at + 240.hours());
        }
        let beside = lot.remaining > Decimal::ZERO && life != lot.life;
        let no = if beside { self.next_lot() } else { own };
        self.put(no, lot.origin, lot.source.clone(), life);
        self.lots.get_mut(&no)?.remaining += points;
        self.counters.spent -= points;
        let lots = vec![ReturnedLot {
            lot: LotNo(no),
            origin: LotNo(lot.origin),
            points,
            life,
            source: lot.source,
        }];
        Some(
            PointsReturned {
                at,
                redemption: RedemptionId::from(redemption),
                points,
                lots,
            }
            .into(),
        )
    }
}
