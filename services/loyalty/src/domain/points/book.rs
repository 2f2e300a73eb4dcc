//! Booking on an account: each operation is checked against the account as the ones before it left
//! it, and becomes events. What is due by the booking's time happens first, so that points that have
//! expired are never spent (L-14).
//!
//! Business time and the account's course: a live account is always as of now. What is dated back is
//! booked onto it as it is now, with its own life: points that would have expired by now expire at
//! once, and an expiry that has happened stands. Only history that comes in batches, in order, runs
//! by its own time, item by item ([`Book::until`]), so that points of 2018 can be spent in 2018.

use guanxi_decider::Refusal;
use guanxi_events::loyalty::{
    MemberId, RedemptionId, TakenLot,
    points::{
        DebtSettled, HistoryHeld, LotPart, OwedCollected, PointsActivated, PointsAdjusted,
        PointsEarned, PointsEvent, PointsExpired, PointsReceived, PointsReturned, PointsSent,
        PointsSpent, ReceivedLot, ReturnedLot,
    },
};
use jiff::Timestamp;
use rust_decimal::Decimal;

use super::ledger::{Ledger, sum};

/// An account in the course of a decision.
#[derive(Debug, Clone)]
pub struct Book {
    ledger: Ledger,
    events: Vec<PointsEvent>,
    /// What is due by then happens.
    until: Timestamp,
}

impl Book {
    /// The account, with everything happening that is due by `until`: now for a live account, the
    /// item's time in a batch of history.
    pub fn open(ledger: &Ledger, until: Timestamp) -> Self {
        let mut book = Self {
            ledger: ledger.clone(),
            events: Vec::new(),
            until,
        };
        book.catch_up();
        book
    }

    /// The same at a later time.
    pub fn until(&mut self, until: Timestamp) {
        self.until = until;
        self.catch_up();
    }

    /// The account as it is by now.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What happened.
    pub fn into_events(self) -> Vec<PointsEvent> {
        self.events
    }

    pub(super) fn push(&mut self, event: impl Into<PointsEvent>) {
        let event = event.into();
        self.ledger = std::mem::take(&mut self.ledger).after(&event);
        self.events.push(event);
    }

    /// Everything that is due, in its order; at one instant what expires goes first, then what
    /// becomes active comes, and pays what is owed.
    pub(super) fn catch_up(&mut self) {
        while let Some(at) = self.ledger.next_change().filter(|at| *at <= self.until) {
            let lots: Vec<LotPart> = self
                .ledger
                .lots
                .iter()
                .filter(|(_, lot)| lot.life.expires_at.is_some_and(|expires| expires <= at))
                .map(|(no, lot)| LotPart {
                    lot: *no,
                    points: lot.points,
                })
                .collect();
            if !lots.is_empty() {
                self.push(PointsExpired { at, lots });
            }
            let lots: Vec<LotPart> = self
                .ledger
                .pending
                .iter()
                .filter(|(_, pending)| pending.active_at <= at)
                .map(|(no, pending)| LotPart {
                    lot: *no,
                    points: pending.lot.points,
                })
                .collect();
            if !lots.is_empty() {
                self.push(PointsActivated { at, lots });
                self.settle(at);
            }
        }
    }

    /// Uses the points that there are for what is owed: the negative balance first, then purchase by
    /// purchase.
    pub(super) fn settle(&mut self, at: Timestamp) {
        let there = self.ledger.in_lots();
        let debt = self.ledger.debt.min(there);
        let mut left = there - debt;
        let mut owed = Vec::new();
        for (purchase, points) in &self.ledger.owed {
            let points = left.min(*points);
            if points > Decimal::ZERO {
                left -= points;
                owed.push(OwedCollected {
                    purchase: *purchase,
                    points,
                });
            }
        }
        let lots = self.ledger.take(there - left);
        if !lots.is_empty() {
            self.push(DebtSettled {
                at,
                lots,
                debt,
                owed,
            });
        }
    }

    /// Points are earned; the event's lot must be [`Ledger::next_lot`].
    pub fn earn(&mut self, earned: PointsEarned) {
        let (at, pending) = (earned.at, earned.is_pending());
        self.push(earned);
        if !pending {
            self.settle(at);
        }
        self.catch_up();
    }

    /// Points are spent.
    ///
    /// # Errors
    /// `NOT_ENOUGH_POINTS` with the figures.
    pub fn spend(
        &mut self,
        at: Timestamp,
        redemption: RedemptionId,
        points: Decimal,
        reference: Option<String>,
    ) -> Result<Vec<TakenLot>, Refusal> {
        let lots = self.drawn(points)?;
        let taken = lots.iter().filter_map(|part| {
            let lot = self.ledger.lots.get(&part.lot)?;
            Some(TakenLot {
                lot: part.lot,
                origin: lot.origin,
                points: part.points,
                life: lot.life,
                source: lot.source.clone(),
            })
        });
        let taken = taken.collect();
        self.push(PointsSpent {
            at,
            redemption,
            points,
            lots,
            reference,
        });
        Ok(taken)
    }

    /// Spent points come back to their own lots, and live at least until `grace` (L-16).
    pub fn give_back(
        &mut self,
        at: Timestamp,
        redemption: RedemptionId,
        taken: &[TakenLot],
        grace: Option<Timestamp>,
    ) {
        let mut new = 0;
        let mut lots = Vec::with_capacity(taken.len());
        for part in taken {
            let mut life = part.life;
            life.expires_at = life.expires_at.map(|original| match grace {
                Some(grace) => original.max(grace),
                None => original,
            });
            // What is left in their own lot does not live longer because others came back.
            let there = self.ledger.lots.get(&part.lot);
            let lot = if there.is_some_and(|there| there.life != life) {
                new += 1;
                self.ledger.next_lot(new - 1)
            } else {
                part.lot
            };
            lots.push(ReturnedLot {
                lot,
                origin: part.origin,
                points: part.points,
                life,
                source: part.source.clone(),
            });
        }
        self.push(PointsReturned {
            at,
            redemption,
            points: taken.iter().map(|part| part.points).sum(),
            lots,
        });
        self.settle(at);
        self.catch_up();
    }

    /// Points are adjusted: those that are taken are there; those that are given are a new lot,
    /// [`Ledger::next_lot`].
    ///
    /// # Errors
    /// `NOT_ENOUGH_POINTS`, `NOT_ENOUGH_TIER_POINTS`.
    pub fn adjust(&mut self, mut adjusted: PointsAdjusted) -> Result<(), Refusal> {
        if adjusted.points < Decimal::ZERO {
            adjusted.lots = self.drawn(-adjusted.points)?;
        } else if adjusted.points > Decimal::ZERO {
            adjusted.lot = Some(self.ledger.next_lot(0));
        }
        let tier_points = self.ledger.tier_points();
        if tier_points + adjusted.tier_points < Decimal::ZERO {
            return Err(Refusal::precondition(
                "NOT_ENOUGH_TIER_POINTS",
                format!(
                    "{} tier points are to be taken, there are {}",
                    -adjusted.tier_points,
                    tier_points.normalize()
                ),
            )
            .figure("asked", -adjusted.tier_points)
            .figure("tier_points", tier_points.normalize()));
        }
        let at = adjusted.at;
        self.push(adjusted);
        self.settle(at);
        self.catch_up();
        Ok(())
    }

    /// Points go to another member; the answer is what comes there.
    ///
    /// # Errors
    /// `NOT_ENOUGH_POINTS`.
    pub fn send(
        &mut self,
        at: Timestamp,
        to: MemberId,
        points: Decimal,
        reason: Option<String>,
    ) -> Result<Vec<ReceivedLot>, Refusal> {
        let lots = self.drawn(points)?;
        let sent = lots.iter().filter_map(|part| {
            Some(ReceivedLot {
                lot: part.lot,
                points: part.points,
                life: self.ledger.lots.get(&part.lot)?.life,
            })
        });
        let sent = sent.collect();
        self.push(PointsSent {
            at,
            to,
            points,
            lots,
            reason,
        });
        Ok(sent)
    }

    /// Points come from another member: new lots that live as long as they would have there.
    pub fn receive(&mut self, at: Timestamp, from: MemberId, sent: Vec<ReceivedLot>) {
        let new = (0..).zip(sent).map(|(index, part)| ReceivedLot {
            lot: self.ledger.next_lot(index),
            ..part
        });
        let lots: Vec<ReceivedLot> = new.collect();
        self.push(PointsReceived {
            at,
            from,
            points: lots.iter().map(|lot| lot.points).sum(),
            lots,
        });
        self.settle(at);
        self.catch_up();
    }

    /// The history goes on, or is complete.
    pub fn hold(&mut self, held: HistoryHeld) {
        self.push(held);
    }

    /// The lots that so many points are taken from, if there are so many.
    fn drawn(&self, points: Decimal) -> Result<Vec<LotPart>, Refusal> {
        let active = self.ledger.active().normalize();
        let lots = self.ledger.take(points);
        if points <= active && sum(&lots) == points {
            return Ok(lots);
        }
        Err(not_enough(points, active, self.ledger.pending()))
    }
}

fn not_enough(asked: Decimal, active: Decimal, pending: Decimal) -> Refusal {
    let (asked, pending) = (asked.normalize(), pending.normalize());
    Refusal::precondition(
        "NOT_ENOUGH_POINTS",
        format!("{asked} points are asked for, {active} are active, {pending} are pending"),
    )
    .figure("asked", asked)
    .figure("active", active)
    .figure("pending", pending)
}
